// Package contract compares what the clients send and what the fakes answer with
// the OpenAPI documents of the five packages. No object may have a member that
// the document does not name.
//
// Each distinct exchange is compared once. The exchanges are the requests that
// leave a client, and the answers of a fake without an injected fault, in the
// short form of the tests of the five clients and five fakes, and a test of every
// operation with every parameter, answered with success and with a refusal of
// each class. The samples of the source documents and the fakes' webhook events
// are compared too. PAYCLIENTS_LONG=1 adds the [Heavy] tests and every row of
// every list; without it, only rows that show a new string or member are
// compared. The tests of the syncs, of torture and of the examples are left out:
// they send through the same clients.
//
// purpose_test.go lists, by test and by injected fault, what deliberately differs
// from the documents. Nothing else may differ.
//
// The tests are recorded from outside: go test -overlay inserts two calls of
// package record into internal/fakeapi and internal/transport, for that one run.
package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/wallet"
)

// Packages names the packages with a document.
var Packages = []string{"vima", "ecommpay", "wallet", "finik", "transactions"}

var texts = map[string]string{
	"vima": vima.OpenAPI(), "ecommpay": ecommpay.OpenAPI(), "wallet": wallet.OpenAPI(), "finik": finik.OpenAPI(), "transactions": transactions.OpenAPI(),
}

// Document is an OpenAPI document, prepared for checks.
type Document struct {
	*openapi3.T

	Tree   map[string]any // the same document as plain JSON
	routes []route

	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema // by JSON pointer
}

// route is one operation.
type route struct {
	method, path string
	pattern      *regexp.Regexp
	item         *openapi3.PathItem
	operation    *openapi3.Operation
	pointer      string
}

// address is the document's URL for JSON Schema. Nothing is fetched.
const address = "https://example.com/openapi.json"

// Load reads the document of a package. edit, if not nil, may change it first.
// With strict, no object may have a member that the document does not name. It
// returns an error if the document is not valid.
func Load(name string, strict bool, edit func(tree map[string]any)) (*Document, error) {
	var tree map[string]any
	if err := yaml.Unmarshal([]byte(texts[name]), &tree); err != nil {
		return nil, err
	}
	if edit != nil {
		edit(tree)
	}
	if strict {
		closeObjects(tree)
	}
	text, err := json.Marshal(tree)
	if err != nil {
		return nil, err
	}
	d := &Document{compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	if d.T, err = openapi3.NewLoader().LoadFromData(text); err != nil {
		return nil, err
	}
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	d.Tree, _ = plain.(map[string]any)
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	if err := d.compiler.AddResource(address, plain); err != nil {
		return nil, err
	}
	for path, item := range d.Paths.Map() {
		for method, operation := range item.Operations() {
			d.routes = append(d.routes, newRoute(method, path, item, operation))
		}
	}
	return d, nil
}

// Lint returns what is wrong with the document by the rules of OpenAPI, nil if
// nothing is.
func (d *Document) Lint(ctx context.Context) error {
	return d.Validate(ctx, openapi3.EnableExamplesValidation(), openapi3.EnableSchemaDefaultsValidation(), openapi3.EnableSchemaPatternValidation())
}

// closeObjects forbids unnamed members in every schema that names some and does
// not say whether others are allowed.
func closeObjects(node any) {
	switch n := node.(type) {
	case map[string]any:
		if _, named := n["properties"].(map[string]any); named && n["additionalProperties"] == nil {
			n["additionalProperties"] = false
		}
		for _, child := range n {
			closeObjects(child)
		}
	case []any:
		for _, child := range n {
			closeObjects(child)
		}
	}
}

func newRoute(method, path string, item *openapi3.PathItem, operation *openapi3.Operation) route {
	pattern := regexp.QuoteMeta(path)
	pattern = regexp.MustCompile(`\\\{(\w+)\\\}`).ReplaceAllString(pattern, `(?P<$1>[^/]+)`)
	return route{
		method: method, path: path, pattern: regexp.MustCompile("^" + pattern + "$"), item: item, operation: operation,
		pointer: "/paths/" + escape(path) + "/" + strings.ToLower(method),
	}
}

// find returns the operation of a request and the parameters in its path; ok is
// false if there is none. A path without parameters has priority.
func (d *Document) find(method, path string) (found route, parameters map[string]string, ok bool) {
	routes := slices.SortedFunc(slices.Values(d.routes), func(a, b route) int { return strings.Count(a.path, "{") - strings.Count(b.path, "{") })
	for _, r := range routes {
		match := r.pattern.FindStringSubmatch(path)
		if match == nil || r.method != method {
			continue
		}
		parameters = map[string]string{}
		for i, name := range r.pattern.SubexpNames() {
			if plain, err := url.PathUnescape(match[i]); name != "" && err == nil {
				parameters[name] = plain
			}
		}
		return r, parameters, true
	}
	return route{}, nil, false
}

// schema returns the schema at a JSON pointer, compiled once.
func (d *Document) schema(pointer string) (*jsonschema.Schema, error) {
	if s := d.compiled[pointer]; s != nil {
		return s, nil
	}
	s, err := d.compiler.Compile(address + "#" + (&url.URL{Fragment: pointer}).EscapedFragment())
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", pointer, err)
	}
	d.compiled[pointer] = s
	return s, nil
}

// resolve returns the pointer that a reference at pointer leads to, or pointer
// itself.
func (d *Document) resolve(pointer string) string {
	var node any = d.Tree
	for _, part := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		m, _ := node.(map[string]any)
		node = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	if m, ok := node.(map[string]any); ok {
		if ref, ok := m["$ref"].(string); ok {
			return d.resolve(strings.TrimPrefix(ref, "#"))
		}
	}
	return pointer
}

func escape(part string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(part) }

// statusKey returns the key of the answer for a status: the status or its class
// (4XX). It reports false if the document has neither.
func (r route) statusKey(status int) (string, bool) {
	for _, key := range []string{fmt.Sprint(status), fmt.Sprintf("%dXX", status/100)} {
		if r.operation.Responses.Value(key) != nil {
			return key, true
		}
	}
	return "", false
}

// mediaType returns the media type of a header, in lower case and without
// parameters.
func mediaType(h http.Header) string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}
