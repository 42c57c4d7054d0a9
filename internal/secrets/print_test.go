package secrets_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	htmltemplate "html/template"
	"io"
	"log/slog"
	"strings"
	"text/template"

	jsonv2 "github.com/go-json-experiment/json" //nolint:depguard // an encoder that users have
	"go.yaml.in/yaml/v3"

	"github.com/payclients/payclients-go/internal/torture"
)

// texts are what printers made of a value, by printer.
type texts map[string]string

// leaks says which printers showed the core, in any form.
func (s texts) leaks(secrets ...string) (leaks []string) {
	for printer, text := range s {
		if torture.Leaks(text, secrets) != nil {
			leaks = append(leaks, fmt.Sprintf("%s: %.200s", printer, text))
		}
	}
	return leaks
}

// print adds what fmt, and log/slog by attribute, make of v.
func (s texts) print(name string, v any) {
	for _, verb := range []string{
		"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%c", "%U", "%e", "%g", "%t", "%z", "% x", "%#x", "%-20v", "%020.5s", "%+q", "%#q",
	} {
		s[name+" "+verb] = fmt.Sprintf(verb, v)
	}
	s[name+" print"] = fmt.Sprint(v) + fmt.Sprintln(v) + fmt.Sprintf("%[2]*[1]v", v, 5) + fmt.Errorf("no: %v", v).Error()
	s[name+" extra"] = fmt.Sprintf(strings.Clone("none"), v)
	for handler, make := range handlers() {
		var line bytes.Buffer
		log := slog.New(make(&line))
		log.Info("m", "v", v)
		log.With("v", v).Info("m")
		log.WithGroup("g").Info("m", slog.Group("h", slog.Any("v", v)))
		s[name+" slog "+handler] = line.String()
	}
	if err, ok := v.(error); ok {
		s[name+" wrapped"] = fmt.Errorf("no: %w", err).Error()
	}
}

func handlers() map[string]func(io.Writer) slog.Handler {
	return map[string]func(io.Writer) slog.Handler{
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
		"json": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
	}
}

// encode adds what encoders of text make of v. An encoder may refuse.
func (s texts) encode(name string, v any) {
	keep := func(encoder string, text []byte, err error) {
		s[name+" "+encoder] = string(text) + fmt.Sprint(err)
	}
	text, err := json.Marshal(v)
	keep("json", text, err)
	text, err = json.MarshalIndent(v, "", " ")
	keep("json indent", text, err)
	text, err = jsonv2.Marshal(v)
	keep("json v2", text, err)
	text, err = xml.Marshal(v)
	keep("xml", text, err)
	text, err = yaml.Marshal(v)
	keep("yaml", text, err)
	var page bytes.Buffer
	err = template.Must(template.New("").Parse("{{.}} {{printf `%+v` .}}")).Execute(&page, v)
	keep("template", page.Bytes(), err)
	err = htmltemplate.Must(htmltemplate.New("").Parse("<a href='{{.}}'>{{.}}</a><script>x = {{.}}</script>")).Execute(&page, v)
	keep("html template", page.Bytes(), err)
}

// struct types of a caller that hold a secret.
type (
	holder[T any] struct {
		Name string
		Held T
	}
	pointing[T any]  struct{ Held *T }
	attribute[T any] struct {
		Held T `xml:",attr"`
	}
	listing[T any] struct {
		Slice  []T
		Array  [2]T
		Anyhow any
		Deep   *holder[*pointing[T]]
	}
)

// holders are the values of a caller's types that hold v.
func holders[T any](v T) map[string]any {
	return map[string]any{
		"value": v, "pointer": &v,
		"field": holder[T]{"prod", v}, "pointer to field": &holder[T]{"prod", v}, "pointer field": pointing[T]{&v},
		"attribute": attribute[T]{v},
		"slice":     []T{v}, "slice of pointers": []*T{&v}, "array": [1]T{v},
		"listing": listing[T]{[]T{v}, [2]T{v, v}, v, &holder[*pointing[T]]{"deep", &pointing[T]{&v}}},
		"map":     map[string]T{"key": v}, "map of pointers": map[string]*T{"key": &v}, "map of any": map[string]any{"a": v, "b": &v},
		"anonymous": struct {
			Config struct{ T T }
		}{struct{ T T }{v}},
	}
}
