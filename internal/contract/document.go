// Package contract holds what the clients send and what the fakes answer against
// the OpenAPI documents of the five packages, with no member that the documents do
// not name.
//
// Held are, each distinct one once: the requests that leave a client, and the
// answers of a fake that no fault has replaced, in the short form of the tests of
// the five clients and of the five fakes; and a battery of every operation with
// every parameter, answered with success and with a refusal of each class. The
// samples of the source documents and the webhook events of the fakes are held too.
// PAYCLIENTS_LONG=1 adds the [Heavy] tests, and every row of every list. Without it,
// of the rows of a list those are held that show a text or a member that is new.
// Not held are the tests of the syncs, of torture and of the examples: they send
// through the same clients.
//
// What a test sends or has a fake answer against the document on purpose is listed in
// purpose_test.go, by test and by fault. Nothing else may differ.
//
// The tests are recorded from outside: go test -overlay puts two calls of package
// record into internal/fakeapi and internal/transport, for that one run.
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

// Packages are the packages with a document.
var Packages = []string{"vima", "ecommpay", "wallet", "finik", "transactions"}

var texts = map[string]string{
	"vima": vima.OpenAPI(), "ecommpay": ecommpay.OpenAPI(), "wallet": wallet.OpenAPI(), "finik": finik.OpenAPI(), "transactions": transactions.OpenAPI(),
}

// Document is an OpenAPI document that can be held against.
type Document struct {
	*openapi3.T

	Tree   map[string]any // the same as plain JSON
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

// address names the document for JSON Schema; nothing is fetched.
const address = "https://example.com/openapi.json"

// Load reads the document of a package and lets edit change it. With strict no
// object may have a member that the document does not name.
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

// Lint reports what is wrong with the document by the rules of OpenAPI.
func (d *Document) Lint(ctx context.Context) error {
	return d.Validate(ctx, openapi3.EnableExamplesValidation(), openapi3.EnableSchemaDefaultsValidation(), openapi3.EnableSchemaPatternValidation())
}

// closeObjects refuses members that are not named wherever a schema names some and
// does not speak of others.
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

// find returns the operation of a request and the parameters in its path. A path
// without parameters comes before one with some.
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

// schema compiles the schema at a JSON pointer, once.
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

// resolve follows a reference within the document.
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

// statusKey finds the answer of a status: its own, or that of its class.
func (r route) statusKey(status int) (string, bool) {
	for _, key := range []string{fmt.Sprint(status), fmt.Sprintf("%dXX", status/100)} {
		if r.operation.Responses.Value(key) != nil {
			return key, true
		}
	}
	return "", false
}

// mediaType cuts the parameters of a content type.
func mediaType(h http.Header) string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}
