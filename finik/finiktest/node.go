package finiktest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// The text to sign as the service's own implementation on Node makes it: it
// parses what it reads and prints it again. Nothing here is shared with package
// finik, so that a mistake there is not repeated here. Names outside ASCII and
// halves of surrogate pairs differ from Node; package finik refuses to send them.

// nodeText returns the text to sign for a received request.
func nodeText(method, host, path, rawQuery string, header http.Header, body []byte) (string, error) {
	decoded, err := decodeURI(path)
	if err != nil {
		return "", err
	}
	lines := []string{strings.ToLower(method), decoded, nodeHeaders(host, header)}
	if rawQuery != "" {
		query, err := nodeQuery(rawQuery)
		if err != nil {
			return "", err
		}
		lines = append(lines, query)
	}
	text := ""
	if len(body) > 0 {
		if text, err = nodeBody(body); err != nil {
			return "", err
		}
	}
	return strings.Join(append(lines, text), "\n"), nil
}

func nodeHeaders(host string, header http.Header) string {
	parts := []string{"host:" + host}
	for _, name := range slices.Sorted(maps.Keys(header)) { // as they are spelled
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-api-") {
			parts = append(parts, lower+":"+strings.Join(header[name], ", "))
		}
	}
	return strings.Join(parts, "&")
}

func nodeQuery(rawQuery string) (string, error) {
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all := values[name]
		key, err := decodeURI(name)
		if err != nil {
			return "", err
		}
		value, err := decodeURI(all[len(all)-1]) // the last one counts
		if err != nil {
			return "", err
		}
		parts = append(parts, encodeURI(key)+"="+encodeURI(value))
	}
	return strings.Join(parts, "&"), nil
}

const uriReserved = ";/?:@&=+$,#"

var errURI = errors.New("URI malformed")

// decodeURI decodes text as JavaScript does: escapes of reserved characters stay.
func decodeURI(text string) (string, error) {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			out.WriteByte(text[i])
			continue
		}
		if i+2 >= len(text) {
			return "", errURI
		}
		c, err := strconv.ParseUint(text[i+1:i+3], 16, 8)
		if err != nil {
			return "", errURI
		}
		if strings.IndexByte(uriReserved, byte(c)) >= 0 {
			out.WriteString(text[i : i+3])
		} else {
			out.WriteByte(byte(c))
		}
		i += 2
	}
	if plain := out.String(); strings.ToValidUTF8(plain, "") == plain {
		return plain, nil
	}
	return "", errURI
}

func encodeURI(text string) string {
	const kept = uriReserved + "-_.!~*'()"
	var out strings.Builder
	for i := range len(text) {
		c := text[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte(kept, c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}

// nodeBody returns JSON.stringify of the parsed body, with the names of the
// outermost object in the order of localeCompare.
func nodeBody(body []byte) (string, error) {
	tree, err := parseTree(body)
	if err != nil {
		return "", err
	}
	if tree == nil {
		return "", nil
	}
	if list, ok := tree.([]any); ok { // whose names are its indices
		object := &ordered{members: map[string]any{}}
		for i, element := range list {
			object.names = append(object.names, strconv.Itoa(i))
			object.members[strconv.Itoa(i)] = element
		}
		tree = object
	}
	if object, ok := tree.(*ordered); ok {
		slices.SortStableFunc(object.names, localeCompare)
	}
	var out strings.Builder
	stringify(&out, tree)
	return out.String(), nil
}

// ordered is an object that keeps the order of its names.
type ordered struct {
	names   []string
	members map[string]any
}

func parseTree(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	tree, err := parseValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the value")
	}
	return tree, nil
}

func parseValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := &ordered{members: map[string]any{}}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			text, _ := name.(string)
			if _, twice := object.members[text]; !twice {
				object.names = append(object.names, text)
			}
			if object.members[text], err = parseValue(d); err != nil {
				return nil, err
			}
		}
		_, err = d.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			element, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, element)
		}
		_, err = d.Token()
		return list, err
	}
	return token, nil
}

func stringify(out *strings.Builder, value any) {
	switch v := value.(type) {
	case nil:
		out.WriteString("null")
	case bool:
		out.WriteString(strconv.FormatBool(v))
	case string:
		quoteJS(out, v)
	case json.Number:
		out.WriteString(numberJS(string(v)))
	case []any:
		out.WriteByte('[')
		for i, element := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			stringify(out, element)
		}
		out.WriteByte(']')
	case *ordered:
		out.WriteByte('{')
		for i, name := range indicesFirst(v.names) {
			if i > 0 {
				out.WriteByte(',')
			}
			quoteJS(out, name)
			out.WriteByte(':')
			stringify(out, v.members[name])
		}
		out.WriteByte('}')
	}
}

// indicesFirst returns names in the order in which V8 keeps members.
func indicesFirst(names []string) []string {
	var indices, others []string
	for _, name := range names {
		if _, ok := index(name); ok {
			indices = append(indices, name)
		} else {
			others = append(others, name)
		}
	}
	slices.SortFunc(indices, func(a, b string) int {
		i, _ := index(a)
		j, _ := index(b)
		return cmp.Compare(i, j)
	})
	return append(indices, others...)
}

func index(name string) (uint64, bool) {
	i, err := strconv.ParseUint(name, 10, 32)
	return i, err == nil && i < math.MaxUint32 && strconv.FormatUint(i, 10) == name
}

func quoteJS(out *strings.Builder, text string) {
	out.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case strings.ContainsRune("\b\f\n\r\t", r):
			out.WriteByte('\\')
			out.WriteByte("btn_fr"[r-'\b'])
		case r < ' ':
			fmt.Fprintf(out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
}

func numberJS(text string) string {
	f, _ := strconv.ParseFloat(text, 64) // out of range is infinite
	abs := math.Abs(f)
	switch {
	case math.IsInf(f, 0):
		return "null"
	case f == 0:
		return "0"
	case abs >= 1e-6 && abs < 1e21:
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}

// localeCompare compares as ICU does for printable ASCII, and other names by code
// units.
func localeCompare(a, b string) int {
	const weights = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"
	weigh := func(s string) (out []int, ascii bool) {
		for _, r := range strings.ToLower(s) {
			at := strings.IndexRune(weights, r)
			if at < 0 {
				return nil, false
			}
			out = append(out, at)
		}
		return out, true
	}
	x, ok := weigh(a)
	y, also := weigh(b)
	if !ok || !also {
		return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
	}
	if order := slices.Compare(x, y); order != 0 {
		return order
	}
	return -strings.Compare(a, b) // lower case first
}
