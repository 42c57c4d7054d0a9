package transport

import (
	"bytes"
	"encoding"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Free returns the request for the exported method Do of a package, and a list of
// problems with the arguments, nil if there are none. With problems, do not send
// the request. A problem begins with the name of the argument in the method Do:
// "method: ", "path: " or, for content, "in: ". No problem quotes path or content.
//
// base, the base URL, must not be nil, and does not change. Free does not check it.
// The rules for the other arguments are:
//   - method is GET, POST, PUT, PATCH or DELETE, in capitals.
//   - path is relative to base, escaped as in a URL, and may have a query. "" means
//     base itself. The comment of the function resolve lists what path must not
//     have.
//   - content is what encoding/json can encode as the body. It holds no float, and
//     no string that is not UTF-8. nil means no body. For GET it is nil.
//
// The request has the kind Once, because nobody knows what the call does. Client.Do
// therefore repeats the call only if nothing was sent.
func Free(base *url.URL, method, path string, content any) (Request, []string) {
	r := Request{Operation: "Do", Kind: Once, Method: method}
	var problems []string
	if !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method) {
		problems = append(problems, "method: must be GET, POST, PUT, PATCH or DELETE")
	}
	var rule string
	if r.URL, rule = resolve(base, path); rule != "" {
		problems = append(problems, "path: "+rule)
	}
	if content != nil && method == http.MethodGet {
		return r, append(problems, "in: must be nil with GET")
	}
	if method != http.MethodGet {
		r.Header = JSONHeader(nil)
	}
	if content != nil {
		if r.Body, rule = encodeBody(content); rule != "" {
			problems = append(problems, "in: "+rule)
		}
	}
	return r, problems
}

// keyNames are the names, in lower case, of query parameters that carry credentials
// in some API. If the query of a path has one of them, in upper or lower case, Free
// returns a problem that begins with "path", because middleware prints URLs. A
// client's own credentials are added below the middleware.
var keyNames = []string{
	"apikey", "api_key", "api-key", "x-api-key", "token", "access_token", "auth_token", "authorization", "signature",
	"secret", "client_secret", "password",
}

// resolve returns a new URL for path, relative to base, and "". If path breaks a
// rule, resolve returns base itself and the rule, which begins with "must" and never
// quotes path. resolve ignores one slash at the start of path. "" and "/" therefore
// mean the URL of base. base may end with a slash. The result has the query of path,
// with the parameters sorted by name. If path has no query, the result has the query
// of base.
//
// path must not have
//   - a host, a scheme, a backslash or a fragment
//   - an element that is "." or ".." or empty; a slash at the end, as in "a/",
//     makes an empty element
//   - wrong escapes, spaces or control characters
//   - a query parameter for credentials, such as token: the variable keyNames lists
//     the names, and upper or lower case does not matter
func resolve(base *url.URL, path string) (*url.URL, string) {
	if strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\#") {
		return base, "must not have a host, a backslash or a fragment"
	}
	path, rawQuery, asked := strings.Cut(strings.TrimPrefix(path, "/"), "?")
	target := base.JoinPath()
	if path != "" {
		elements := strings.Split(path, "/")
		if strings.Contains(elements[0], ":") {
			return base, "must not have a scheme, nor a colon in its first element: escape it as %3A"
		}
		for i, element := range elements {
			plain, err := url.PathUnescape(element)
			if err != nil || !utf8.ValidString(plain) || strings.Contains(element, " ") || strings.ContainsFunc(plain, unicode.IsControl) {
				return base, "must be escaped as in a URL, and must not have control characters"
			}
			elements[i] = plain
		}
		joined, err := Join(base, elements...)
		if err != nil {
			return base, "must not have an element that is empty, a dot or two dots"
		}
		target = joined
	}
	if !asked {
		return target, ""
	}
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return base, "must have a query that is escaped as in a URL"
	}
	for name := range query {
		if slices.Contains(keyNames, strings.ToLower(name)) {
			return base, "must not have a parameter that carries credentials, such as token or apikey"
		}
	}
	target.RawQuery = query.Encode()
	return target, ""
}

// encodeBody encodes content as JSON. It returns the JSON, which does not end with
// a line feed, and "". A nil content becomes null. If content breaks a rule,
// encodeBody returns nil and the rule, which begins with "must" and quotes no
// value. The rules: no float, no string that is not UTF-8 (see inexact), and
// nothing that encoding/json refuses.
func encodeBody(content any) ([]byte, string) {
	if rule := inexact(reflect.ValueOf(content), 0); rule != "" {
		return nil, rule
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(content) != nil { // the error's text may hold values
		return nil, "must be what encoding/json encodes"
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), ""
}

const maxInDepth = 100

// inexact returns "" if JSON keeps the value v exactly, and otherwise the rule that
// v breaks, which begins with "must". Two kinds of values break a rule:
//   - floats, because they have lost digits already
//   - strings that are not UTF-8, because encoding/json changes them
//
// inexact looks into pointers, interfaces, slices, arrays, maps (keys and values),
// and structs. In a struct it checks exported and embedded fields, except fields
// tagged json:"-". It accepts json.Number and values that encode themselves
// (json.Marshaler, encoding.TextMarshaler); only if their type is a string type,
// they must be UTF-8. The zero reflect.Value and nil pointers break no rule.
//
// depth is the number of values around v, 0 for the outermost one. For a depth
// above maxInDepth inexact returns "", so that it ends for a cycle. encoding/json
// refuses the cycle later.
func inexact(v reflect.Value, depth int) (rule string) {
	if !v.IsValid() || depth > maxInDepth { // encoding/json refuses cycles
		return ""
	}
	if v.Kind() == reflect.String && !utf8.ValidString(v.String()) {
		return "must be valid UTF-8"
	}
	if v.CanInterface() {
		switch v.Interface().(type) {
		case json.Marshaler, encoding.TextMarshaler, json.Number:
			return ""
		}
	}
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		return "must not hold a float: amounts lose digits in it; use json.Number, decimal.Decimal or a string"
	case reflect.Pointer, reflect.Interface:
		return inexact(v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len() && rule == ""; i++ {
			rule = inexact(v.Index(i), depth+1)
		}
	case reflect.Map:
		for i := v.MapRange(); rule == "" && i.Next(); {
			if rule = inexact(i.Key(), depth+1); rule == "" {
				rule = inexact(i.Value(), depth+1)
			}
		}
	case reflect.Struct:
		for f, value := range v.Fields() {
			if rule == "" && (f.IsExported() || f.Anonymous) && f.Tag.Get("json") != "-" {
				rule = inexact(value, depth+1)
			}
		}
	default:
	}
	return rule
}
