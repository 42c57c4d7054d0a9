package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{
		"internal/wire/wire.go": "package wire\n\ntype Time struct{}\n",
		"cmd/cmd.go":            "package main\n\nfunc main() {}\n",
		"docs/errors.md":        "| `ErrNone` | `good`, `bad` | means | do |\n",
		"good/good.go": `// Package good is documented.
//
// The program runs:
//
//	package main
//
//	import "fmt"
//
//	func main() {
//		fmt.Println("it runs")
//		// Output: it runs
//	}
package good

import (
	"context"
	"errors"

	"example.com/m/internal/wire"
)

// Known levels.
const (
	Low  Level = "low"
	High Level = "high"
)

const Top = High // Top is documented on its line.

// Level is how far up.
type Level string

// Up is one level further.
func (l Level) Up() Level { return l }

// ErrNone is nothing.
var ErrNone = errors.New("good: none")

// WithNone changes nothing.
func WithNone() Value { return Value{} }

// Ask asks.
func (Value) Ask(ctx context.Context) {}

// Value keeps what it needs to itself, and says something about the wire. A dot leaks nothing.
type Value struct{ at wire.Time }
`,
		"good/example_test.go": `package good_test

func ExampleWithNone() {
	println()
	// Output:
}

func ExampleValue_Ask_soon() {
	var answer int // from elsewhere
	println(answer)
}
`,
		"internal/sqltest/example_test.go": `package sqltest_test

func Example_goodValueAsksoon() {
	answer := 1
	println(answer)
	// Output:
}
`,
		"README.md": "```go\npackage main\n\nfunc main() {\n\tprintln(1) // Output: 2\n}\n```\n\n```go\nf()\n```\n",
		"bad/bad.go": `package bad

import (
	"example.com/m/internal/wire"
	w "example.com/m/internal/wire"
)

const Low = 1

type Level string

func (Level) Up() {}

func New() Level { return "" }

// Try fails.
func Try() error { return nil }

// Alias exports an internal type.
type Alias = wire.Time

// Renamed hides where it comes from.
type Renamed = w.Time
`,
	})

	got, err := check(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"example.com/m/bad: package bad has no doc comment",
		"example.com/m/bad: Low has no doc comment",
		"example.com/m/bad: Level has no doc comment",
		"example.com/m/bad: New has no doc comment",
		"example.com/m/bad: Level.Up has no doc comment",
		"example.com/m/bad: names an internal package: type Alias = wire.Time",
		"example.com/m/bad: names an internal package: type Renamed = w.Time",
		"example.com/m/bad: the doc comment has no program",
		"example.com/m/bad: Try has no Example",
		"docs/errors.md: bad has no ErrNone",
	}
	last := len(got) - 1
	if last < 0 || !strings.Contains(got[last], `README.md: the program does not run as it stands: it prints ""`) {
		t.Fatalf("got:\n%q", got)
	}
	if !slices.Equal(got[:last], want) {
		t.Errorf("got:\n%q\nwant:\n%q", got[:last], want)
	}
}

func TestExamplesThatDoNotRun(t *testing.T) {
	t.Parallel()
	pkg := goPackage{name: "p", path: "example.com/m/p"}
	examples := map[string]example{
		"A": {body: "a()\n", runs: true},
		"B": {body: "var db int\nb()\n"}, "C": {body: "c()\n"}, "D": {body: "d()\n"},
	}
	got := notRun(pkg, examples, map[string]example{
		"_pB": {body: "db := 1\nb()\n", runs: true}, "_pC": {body: "db := 1\nother()\n", runs: true},
	})
	want := []string{
		"internal/sqltest: Example_pC does not end with the body of ExampleC of example.com/m/p",
		"example.com/m/p: ExampleD has no Output, and internal/sqltest has no Example_pD",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%q\nwant:\n%q", got, want)
	}
}

func TestSentinelsThatNoRowExplains(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"docs/errors.md": "| `ErrA` | `p` | means | do |\n| `ErrB` | `p` | nothing to do |\n"})
	got, err := unexplained(dir, map[string][]string{"ErrA": {"p", "q"}, "ErrB": {"p"}})
	want := []string{"docs/errors.md: no row explains ErrA of q", "docs/errors.md: no row explains ErrB of p"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got:\n%q, %v\nwant:\n%q", got, err, want)
	}
}

func TestCheckReportsABrokenModule(t *testing.T) {
	t.Parallel()
	if _, err := check(module(t, map[string]string{"p/p.go": "package"})); err == nil {
		t.Error("no error")
	}
}

// module writes the files below a new go.mod and returns its directory.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module example.com/m\n\ngo 1.26.0\n"
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
