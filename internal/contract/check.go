package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// ErrNoOperation reports a path or method that the document does not have.
var ErrNoOperation = errors.New("no such operation")

// Checker compares exchanges with an OpenAPI document. It is not safe for
// concurrent use.
type Checker struct {
	*Document

	// Used counts which parts of the document were seen: operations, parameters,
	// statuses and members, by name.
	Used map[string]int
	// Planted names members that tests add to rows: they are removed before the
	// check, and counted here.
	Planted map[string]int
}

// NewChecker returns a checker for d.
func NewChecker(d *Document) *Checker {
	return &Checker{Document: d, Used: map[string]int{}}
}

// Request returns what is wrong with a client's request, nil if nothing is. An
// unknown path or method is ErrNoOperation.
func (c *Checker) Request(ctx context.Context, method, path, query string, header http.Header, body []byte) error {
	r, parameters, ok := c.find(method, path)
	if !ok {
		return fmt.Errorf("%w: %s %s", ErrNoOperation, method, path)
	}
	given, err := url.ParseQuery(query)
	if err != nil {
		return err
	}
	if err := c.parameters(r, given); err != nil {
		return err
	}
	splitLists(r, given)
	request := &http.Request{Method: method, URL: &url.URL{Path: path, RawQuery: given.Encode()}, Header: header}
	err = openapi3filter.ValidateRequest(ctx, &openapi3filter.RequestValidationInput{
		Request: request, PathParams: parameters,
		Route:   &routers.Route{Spec: c.T, Path: r.path, PathItem: r.item, Method: method, Operation: r.operation},
		Options: &openapi3filter.Options{ExcludeRequestBody: true, AuthenticationFunc: authenticate, SkipSettingDefaults: true},
	})
	if err != nil {
		return err
	}
	c.Used["operation "+r.operation.OperationID]++
	return c.requestBody(r, header, body)
}

// parameters returns an error for query parameters that the document does not
// have, which kin-openapi does not check.
func (c *Checker) parameters(r route, query url.Values) error {
	var unknown []string
	for name := range query {
		known := r.operation.Parameters.GetByInAndName("query", name) != nil
		for _, scheme := range c.Components.SecuritySchemes {
			known = known || scheme.Value.In == "query" && scheme.Value.Name == name
		}
		if !known {
			unknown = append(unknown, strconv.Quote(name))
		}
		c.Used["parameter "+r.operation.OperationID+" "+name]++
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return fmt.Errorf("%s: undocumented parameters %s", r.operation.OperationID, strings.Join(unknown, ", "))
	}
	return nil
}

// splitLists rewrites a comma-separated list as a repeated parameter, the form of
// the document; the documents say that both mean the same. The commas may be
// escaped.
func splitLists(r route, query url.Values) {
	for name, values := range query {
		list := strings.HasSuffix(name, ".in") || strings.HasSuffix(name, ".notIn")
		if list && len(values) == 1 && r.operation.Parameters.GetByInAndName("query", name).Schema.Value.Type.Is("array") {
			query[name] = strings.Split(values[0], ",")
		}
	}
}

// authenticate returns an error unless the request has the credential that a
// security scheme asks for.
func authenticate(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	header := in.RequestValidationInput.Request.Header
	scheme := in.SecurityScheme
	found := ""
	switch {
	case scheme.Type == "apiKey" && scheme.In == "query":
		found = in.RequestValidationInput.Request.URL.Query().Get(scheme.Name)
	case scheme.Type == "apiKey":
		found = header.Get(scheme.Name)
	default:
		kind, rest, _ := strings.Cut(header.Get("Authorization"), " ")
		if strings.EqualFold(kind, scheme.Scheme) {
			found = rest
		}
	}
	if found == "" {
		return fmt.Errorf("no credential of %s", in.SecuritySchemeName)
	}
	return nil
}

func (c *Checker) requestBody(r route, header http.Header, body []byte) error {
	operation := r.operation.OperationID
	if r.operation.RequestBody == nil || len(body) == 0 {
		if len(body) > 0 {
			return fmt.Errorf("%s: undocumented body", operation)
		}
		if r.operation.RequestBody != nil && r.operation.RequestBody.Value.Required {
			return fmt.Errorf("%s: no body", operation)
		}
		return nil
	}
	kind := mediaType(header)
	if r.operation.RequestBody.Value.Content[kind] == nil {
		return fmt.Errorf("%s: undocumented content type %q of the body", operation, kind)
	}
	if kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return err
		}
		plain := map[string]string{}
		for name := range form {
			plain[name] = form.Get(name)
		}
		body, _ = json.Marshal(plain)
	}
	return c.body(operation+" request", r.pointer+"/requestBody/content/"+escape(kind)+"/schema", body)
}

// Answer returns what is wrong with a fake's answer, nil if nothing is. An
// unknown path or method is ErrNoOperation.
func (c *Checker) Answer(method, path string, status int, header http.Header, body []byte) error {
	r, _, ok := c.find(method, path)
	if !ok {
		return fmt.Errorf("%w: %s %s", ErrNoOperation, method, path)
	}
	operation := r.operation.OperationID
	key, ok := r.statusKey(status)
	if !ok {
		return fmt.Errorf("%s: undocumented status %d", operation, status)
	}
	c.Used[fmt.Sprintf("answer %s %s", operation, key)]++
	pointer := c.resolve(r.pointer + "/responses/" + key)
	content := r.operation.Responses.Value(key).Value.Content
	kind := mediaType(header)
	switch {
	case len(body) == 0 && (len(content) == 0 || status >= 400):
		return nil // a refusal may have none
	case content[kind] == nil:
		return fmt.Errorf("%s %d: undocumented content type %q", operation, status, kind)
	case kind == "text/html":
		return nil
	}
	return c.body(fmt.Sprintf("%s %s", operation, key), pointer+"/content/"+escape(kind)+"/schema", body)
}

// Schema returns what is wrong with a JSON text by the schema at a JSON pointer,
// nil if nothing is.
func (c *Checker) Schema(pointer string, text []byte) error { return c.body(pointer, pointer, text) }

// body returns what is wrong with a JSON text by a schema, nil if nothing is.
// what begins the error's text.
func (c *Checker) body(what, pointer string, text []byte) error {
	schema, err := c.schema(pointer)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%s: not JSON", what)
	}
	c.takeOut(value)
	c.count(what, value)
	var invalid *jsonschema.ValidationError
	if err := schema.Validate(value); errors.As(err, &invalid) {
		return fmt.Errorf("%s: %s", what, deepest(invalid))
	} else if err != nil {
		return err
	}
	return nil
}

// takeOut removes planted members from the rows of a list, or of a list inside an
// object.
func (c *Checker) takeOut(value any) {
	if object, ok := value.(map[string]any); ok {
		for _, member := range object {
			if _, list := member.([]any); list {
				c.takeOut(member)
			}
		}
		return
	}
	rows, _ := value.([]any)
	for _, row := range rows {
		object, _ := row.(map[string]any)
		for name := range c.Planted {
			if _, there := object[name]; there {
				delete(object, name)
				c.Planted[name]++
			}
		}
	}
}

// count counts the members of a value and of the values inside it.
func (c *Checker) count(what string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			c.Used["member "+what+" "+name]++
			c.count(what+" "+name, member)
		}
	case []any:
		for _, item := range v {
			c.count(what, item)
		}
	}
}

var quoted = regexp.MustCompile(`'[^']*'(, '[^']*')+`)

// deepest returns the text of the most deeply nested validation error, which is
// the most specific.
func deepest(e *jsonschema.ValidationError) string {
	best := e
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if len(e.Causes) == 0 && (len(best.Causes) > 0 || len(e.InstanceLocation) > len(best.InstanceLocation)) {
			best = e
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(e)
	lines := strings.Split(best.Error(), "\n")
	text := strings.TrimPrefix(strings.TrimSpace(lines[len(lines)-1]), "- ")
	// Names come in any order.
	return quoted.ReplaceAllStringFunc(text, func(list string) string {
		names := strings.Split(list, ", ")
		slices.Sort(names)
		return strings.Join(names, ", ")
	})
}
