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

// ErrNoOperation reports a path, or a method of a path, that the document does
// not have. Request and Answer wrap it.
var ErrNoOperation = errors.New("no such operation")

// Checker compares exchanges with an OpenAPI document. NewChecker makes it. It is not
// safe for concurrent use, and not together with another Checker of the same Document.
type Checker struct {
	*Document

	// Used counts how often each part of the document was seen. A key is the kind
	// of part (operation, parameter, answer or member), a space and the part's
	// name. [Checker.Request], [Checker.Answer] and [Checker.Schema] add to it.
	Used map[string]int
	// Planted has the names of members that tests add to rows although the document
	// lacks them. The caller sets Planted to these names, each with the number 0.
	// Before a method checks a body, it removes these members from the rows of the
	// body, and adds 1 to the number for each. Nil removes nothing.
	Planted map[string]int
}

// NewChecker returns a checker for d, which must not be nil. Used is empty and
// Planted is nil.
func NewChecker(d *Document) *Checker {
	return &Checker{Document: d, Used: map[string]int{}}
}

// Request compares a client's request with the document. It returns nil if the
// request agrees, and otherwise the first difference as an error. An unknown path
// or method is an error that wraps ErrNoOperation. Request adds to c.Used and
// c.Planted. The arguments are
//   - path: escaped and without a base URL, as the function Path returns it
//   - query: without the question mark
//   - header: with the credentials that the document asks for
//   - body: nil or empty if there is none
func (c *Checker) Request(ctx context.Context, method, path, query string, header http.Header, body []byte) error {
	r, parameters, ok := c.find(method, path)
	if !ok {
		return fmt.Errorf("%w: %s %s", ErrNoOperation, method, path)
	}
	given, err := url.ParseQuery(query)
	if err != nil {
		return err
	}
	if err := c.checkQuery(r, given); err != nil {
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

// checkQuery checks the parameters of query, because kin-openapi accepts
// undocumented ones. A parameter is documented if the operation of r has it, or if a
// security scheme of the document has it. checkQuery returns nil if each parameter
// is documented. Otherwise it returns an error that names all undocumented
// parameters, sorted. For each name in query, also an undocumented one, checkQuery
// adds 1 to c.Used under the key "parameter ", operation id, space and name.
func (c *Checker) checkQuery(r route, query url.Values) error {
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

// splitLists changes query in place: each list that is one value with commas
// becomes one value for each item. The document describes the second form, and both
// forms mean the same to the service. A list is a parameter whose name ends with
// .in or .notIn and whose type in the document is array. query must not have
// parameters that r lacks: splitLists may panic for them.
func splitLists(r route, query url.Values) {
	for name, values := range query {
		list := strings.HasSuffix(name, ".in") || strings.HasSuffix(name, ".notIn")
		if list && len(values) == 1 && r.operation.Parameters.GetByInAndName("query", name).Schema.Value.Type.Is("array") {
			query[name] = strings.Split(values[0], ",")
		}
	}
}

// authenticate returns an error if the request lacks the credential that the
// security scheme asks for, and otherwise nil. The credential is a query
// parameter, a header, or what follows the scheme's word in the header
// Authorization. Any value except "" is accepted. The context is ignored.
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

// Answer compares a fake's answer with the document. method and path
// belong to the request, and have the form that Request takes. Answer returns nil
// if the answer agrees, and otherwise the first difference as an error. It adds to
// c.Used and c.Planted.
//   - An unknown path or method is an error that wraps ErrNoOperation.
//   - A status or content type that the document does not have is an error.
//   - An empty body agrees if the document has no body for the status, or if status
//     is 400 or above.
//   - The text of HTML is not checked.
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

// Schema compares text with the schema at pointer, a JSON pointer into the
// document such as "/components/schemas/Event". It returns nil if text agrees,
// and otherwise the most specific difference as an error. text that is not
// JSON, and a pointer without a valid schema, is an error too. Schema adds to
// c.Used and c.Planted.
func (c *Checker) Schema(pointer string, text []byte) error { return c.body(pointer, pointer, text) }

// body compares text with the schema at pointer, as Schema does, and returns nil if
// text agrees. An error about text begins with title. The keys that body adds to
// c.Used are "member " and title, followed by the path of the member, see count.
func (c *Checker) body(title, pointer string, text []byte) error {
	schema, err := c.schema(pointer)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%s: not JSON", title)
	}
	c.takeOut(value)
	c.count(title, value)
	var invalid *jsonschema.ValidationError
	if err := schema.Validate(value); errors.As(err, &invalid) {
		return fmt.Errorf("%s: %s", title, deepest(invalid))
	} else if err != nil {
		return err
	}
	return nil
}

// takeOut deletes the members named in c.Planted from the rows of value, and adds 1
// to the number in c.Planted for each. value is decoded JSON and changes in place.
// The rows are objects:
//   - if value is a list, the objects in this list
//   - if value is an object, the objects in each list that is a member of value
//
// takeOut does nothing to other values, and leaves deeper lists as they are.
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

// count adds 1 to c.Used for each member of value, decoded JSON, and for each
// member of the values inside it. The key is the word member, title, and the
// names of the members from the outermost to the counted one, separated by
// spaces: "member title outer inner".
//
// An item of a list is not counted itself. A member of an item has the key
// "member title list inner", without the position of the item. A member whose value
// is a list of three strings therefore adds 1, and the strings add nothing. A value
// without members, also nil, adds nothing.
func (c *Checker) count(title string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			c.Used["member "+title+" "+name]++
			c.count(title+" "+name, member)
		}
	case []any:
		for _, item := range v {
			c.count(title, item)
		}
	}
}

var quoted = regexp.MustCompile(`'[^']*'(, '[^']*')+`)

// deepest returns the text of the most specific error inside e, on one line: the
// error about the deepest place of the checked JSON value. Of several at the same
// depth it takes the first one. If e has no inner errors, it takes e itself. Lists
// of names in the text are sorted. e must not be nil.
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
