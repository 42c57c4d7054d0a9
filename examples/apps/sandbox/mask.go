package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

const hidden = "***"

// secretNames are headers, parameters and members whose values nobody may see.
var secretNames = []string{
	"authorization", "proxy-authorization", "cookie", "x-api-key", "signature", "apikey", "access_token", "refresh_token", "id_token",
	"token", "password", "secret", "client_secret", "card",
}

// masked is a request as it is shown.
type masked struct {
	Time   time.Time         `json:"time"`
	Method string            `json:"method"`
	Host   string            `json:"host"`
	Path   string            `json:"path"`
	Query  string            `json:"query,omitempty"`
	Header map[string]string `json:"header"`
	Body   any               `json:"body,omitempty"`
}

// mask hides secrets: in headers, in the query, and in a body that is JSON or a
// form. Of any other body only its length is shown, since nobody knows what is
// in it.
func mask(r request) masked {
	out := masked{Time: r.Time, Method: r.Method, Host: r.Host, Path: r.Path, Query: maskForm(r.RawQuery), Header: map[string]string{}}
	for name, values := range r.Header {
		out.Header[name] = strings.Join(values, ", ")
		if isSecret(name) {
			out.Header[name] = hidden
		}
	}
	switch kind := r.Header.Get("Content-Type"); {
	case len(r.Body) == 0:
	case strings.HasPrefix(strings.ToLower(kind), "application/x-www-form-urlencoded") && !bytes.HasPrefix(bytes.TrimSpace(r.Body), []byte("{")):
		out.Body = maskForm(string(r.Body))
	default:
		out.Body = maskJSON(r.Body)
	}
	return out
}

func isSecret(name string) bool { return slices.Contains(secretNames, strings.ToLower(name)) }

// maskForm keeps the order and the spelling of what is shown.
func maskForm(text string) string {
	parts := strings.Split(text, "&")
	for i, part := range parts {
		name, _, ok := strings.Cut(part, "=")
		plain, err := url.QueryUnescape(name)
		switch {
		case err != nil:
			parts[i] = hidden
		case ok && isSecret(plain):
			parts[i] = name + "=" + hidden
		}
	}
	return strings.Join(parts, "&")
}

func maskJSON(body []byte) any {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil || d.More() {
		return fmt.Sprintf("%d bytes that are not JSON", len(body))
	}
	return maskValue(value)
}

func maskValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Collect(maps.Keys(v)) {
			if _, nested := v[name].(map[string]any); isSecret(name) && !nested {
				v[name] = hidden
				continue
			}
			v[name] = maskValue(v[name])
		}
	case []any:
		for i := range v {
			v[i] = maskValue(v[i])
		}
	}
	return value
}
