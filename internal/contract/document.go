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

// Packages names the packages that have an OpenAPI document: all five clients.
var Packages = []string{"vima", "ecommpay", "wallet", "finik", "transactions"}

var texts = map[string]string{
	"vima": vima.OpenAPI(), "ecommpay": ecommpay.OpenAPI(), "wallet": wallet.OpenAPI(), "finik": finik.OpenAPI(), "transactions": transactions.OpenAPI(),
}

// Document is an OpenAPI document, prepared for checks. Load makes it. It is not safe for
// concurrent use, because it compiles schemas when they are needed.
type Document struct {
	*openapi3.T

	Tree   map[string]any // the same document as plain JSON
	routes []route        // all operations, in no order

	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema // by JSON pointer
}

// route is one operation of a document.
type route struct {
	method, path string             // method in capitals; path with parameters in braces
	pattern      *regexp.Regexp     // matches the whole escaped path of a request
	item         *openapi3.PathItem // holds operation
	operation    *openapi3.Operation
	pointer      string // JSON pointer of operation in the document
}

// address is the URL under which the schema compiler knows the document.
// Nothing is fetched from it.
const address = "https://example.com/openapi.json"

// Load reads the OpenAPI document of the package pkg, one of Packages. For any
// other pkg the document is empty. If edit is not nil, Load calls edit once with
// the parsed document, which edit may change. If strict is true, the schemas of the
// document refuse members that they do not name, see closeObjects.
//
// Load returns nil and an error if the document cannot be parsed or has a reference
// that leads nowhere. It does not check the rules of OpenAPI: Lint does.
func Load(pkg string, strict bool, edit func(tree map[string]any)) (*Document, error) {
	var tree map[string]any
	if err := yaml.Unmarshal([]byte(texts[pkg]), &tree); err != nil {
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

// Lint checks the document against the rules of OpenAPI, with its examples,
// defaults and patterns. It returns the first violation that it finds as an error,
// or nil if there is none. Lint does not stop when ctx ends.
func (d *Document) Lint(ctx context.Context) error {
	return d.Validate(ctx, openapi3.EnableExamplesValidation(), openapi3.EnableSchemaDefaultsValidation(), openapi3.EnableSchemaPatternValidation())
}

// closeObjects changes node, a document or a part of it as decoded YAML, in
// place: every schema with properties and without additionalProperties, at any
// depth, gets additionalProperties false. Such a schema then allows only the
// members that it names.
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

// find looks up the operation of a request. path is escaped and has no base URL. If
// an operation matches method and path, find returns the operation, the unescaped
// values of the parameters in path by name, and true. Of several matches it takes
// the one with the fewest parameters in its path. If none matches, find returns an
// empty route, nil and false.
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

// schema returns the schema at pointer, a JSON pointer into the document. It
// compiles a schema at the first call and keeps it in d. It returns nil and an
// error that names pointer for a pointer without a valid schema.
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

// resolve follows the reference ($ref) at pointer, a JSON pointer into the
// document. If the target is a reference too, resolve goes on. It returns the
// pointer of the last target, or pointer itself if there is none. It does not
// check that the document has anything there. References in a circle would end
// the process.
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

// statusKey returns the key under which the document has the answer of r for an
// HTTP status, and true. The key is the status, such as 404, or else its class,
// such as 4XX. It returns "" and false if the document has neither; the key
// default is not looked at.
func (r route) statusKey(status int) (string, bool) {
	for _, key := range []string{fmt.Sprint(status), fmt.Sprintf("%dXX", status/100)} {
		if r.operation.Responses.Value(key) != nil {
			return key, true
		}
	}
	return "", false
}

// mediaType returns the media type in the header Content-Type of h, in lower
// case and without parameters. It returns "" if there is none. It does not
// check the form.
func mediaType(h http.Header) string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// imported is the import path, in quotes, under which the patched files import
// package record. The path lies within the root module, where no such folder
// exists: the overlay supplies it.
const imported = `"github.com/payclients/payclients-go/internal/contractrecord"`

// patch is a change of a file that inserts a call of package record. file is the path within
// the root module, with slashes. from is text that the file has exactly once, and the text of
// to takes its place.
type patch struct{ file, from, to string }

// patches insert the calls of package record: one where every fake answers, and
// one where every client sends. No other such place exists.
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

// Heavy has the names of tests that take long and exchange the same as other
// tests: iterations over many rows, random sequences and generated bodies.
// Record leaves them out unless every is true.
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

// Record runs go test for all clients and fakes. It writes the requests of the
// clients and the answers of the fakes into folder, from which the function
// Exchanges reads them. folder must exist. root is the folder of the root module.
// No file in root changes: the compiler gets patched copies of two files, which
// call package record. The tests do not see the caller's environment variables that
// begin with PAYCLIENTS_.
//
// every decides about the rows in the lists of an answer, see the function shorten
// of package record:
//   - true: Record writes each row that differs from the earlier rows of the list.
//     It also runs the slow tests that the variable Heavy lists.
//   - false: Record writes only rows that show something new, such as a string or a
//     member. It leaves out the slow tests.
//
// Record blocks until the tests have ended. It returns an error
//   - if ctx ends first: Record then stops the tests
//   - if go test fails, for example because a test fails; the text has the output
//   - if writeOverlay returns an error
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

// writeOverlay writes the file overlay.json and patched copies of two files of root
// into folder, and returns the path of overlay.json. folder must exist. Existing
// files of these names are replaced. go test -overlay reads overlay.json, which
// lists the files that the copies stand for.
//
// writeOverlay returns an error if a file does not have the text to patch exactly
// once, or if reading or writing fails. Ignore the path then.
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
			return "", fmt.Errorf("%s does not have %q once: say in internal/contract/document.go where to record", p.file, p.from)
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
