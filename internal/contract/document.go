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
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/contract/record"
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

// imported is the import path of package record within the root module.
const imported = `"github.com/payclients/payclients-go/internal/contractrecord"`

// patch inserts a call of package record into a file of the root module.
type patch struct{ file, from, to string }

// patches are the one place where fakes answer, and the one place where clients
// send.
var patches = []patch{
	{
		"internal/fakeapi/server.go", "\ts := &Server{config: config,",
		"\tconfig.Handler = record.Handler(config.Handler)\n\ts := &Server{config: config,",
	},
	{
		"internal/transport/client.go", "\tc.wire = wire(c.http.Transport)",
		"\tc.wire = record.Wire(config.Name, config.Base.EscapedPath(), wire(c.http.Transport))",
	},
}

// Heavy names tests that take long and exchange the same as others: walks over
// many rows, random sequences and generated texts.
var Heavy = []string{
	"TestAKeptOperationPinsOnlyItself",
	"TestAKeptTransactionPinsOnlyItself",
	"TestALeftWalkLeavesNothingBehind",
	"TestAPlainWalkByOffsetLosesRows",
	"TestAWalkIsTakenUpWhereItEnded",
	"TestAWalkMakesAtMostOneRequestMoreThanPages",
	"TestAllServicesUnderFaults",
	"TestAllServicesWhileTheListMoves",
	"TestBodiesAgainstReference",
	"TestCallbacksOfGeneratedBodies",
	"TestContainsMeansTheTextItself",
	"TestDaysByWorkers",
	"TestDaysOfManyOperations",
	"TestFaultProbability",
	"TestFilterMeansWhatTheServiceReads",
	"TestGenerateIsTheSameEachTime",
	"TestGenerateIsTheSameEverywhere",
	"TestHostileBodiesAreCheap",
	"TestLateRowsComeWithTheOverlap",
	"TestManyAtOnce",
	"TestManyRowsOfOneInstant",
	"TestManyWalksAtATime",
	"TestNoFalseAlarms",
	"TestNumberedPagesLoseAndDoubleRows",
	"TestOrders",
	"TestTheSequencesFindClientsThatAreNotSafe",
	"TestTheSequencesFindClientsThatPayTwice",
	"TestTimesArePrintedShorterThanTheyAreKept",
	"TestWalkerAgainstMaps",
	"TestWalksOfEveryShape",
}

// Record runs the tests of all clients and fakes, in their short form, and writes
// what they send and answer into folder. root is the folder of the root module,
// where nothing changes: the recording calls exist for the compiler only. Unless
// every is true, Heavy tests do not run, and rows that show nothing new are not
// written. It returns an error with the tests' output if one fails.
func Record(ctx context.Context, root, folder string, every bool) error {
	overlay, err := writeOverlay(root, folder)
	if err != nil {
		return err
	}
	args := []string{"test", "-count=1", "-vet=off", "-overlay", overlay}
	environment := append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "PAYCLIENTS_") }),
		record.Folder+"="+folder, "GOWORK=off", "GOFLAGS=-buildvcs=false")
	if every {
		environment = append(environment, record.EveryRow+"=1")
	} else {
		args = append(args, "-skip", "^("+strings.Join(Heavy, "|")+")$")
	}
	for _, name := range Packages {
		args = append(args, "./"+name, "./"+name+"/"+name+"test")
	}
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = root
	command.Env = environment
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// writeOverlay writes the patched files and the list of what they replace, and
// returns the list's path. It returns an error if a file no longer has the line
// to patch exactly once.
func writeOverlay(root, folder string) (string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	replace := map[string]string{
		filepath.Join(root, "internal", "contractrecord", "record.go"): filepath.Join(root, "internal", "contract", "record", "record.go"),
	}
	for i, p := range patches {
		file := filepath.Join(root, filepath.FromSlash(p.file))
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		if bytes.Count(text, []byte(p.from)) != 1 {
			return "", fmt.Errorf("%s does not have %q once: say in internal/contract/overlay.go where to record", p.file, p.from)
		}
		text = bytes.Replace(text, []byte(p.from), []byte(p.to), 1)
		text = bytes.Replace(text, []byte("import ("), []byte("import (\n\t"+imported), 1)
		replace[file] = filepath.Join(folder, fmt.Sprintf("patched-%d.go", i))
		if err := os.WriteFile(replace[file], text, 0o600); err != nil {
			return "", err
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(folder, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}
