package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{
		"internal/wire/wire.go": "package wire\n\ntype Time struct{}\n",
		"cmd/cmd.go":            "package main\n\nfunc main() {}\n",
		"good/good.go": `// Package good is documented.
package good

import "example.com/m/internal/wire"

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

// Value keeps what it needs to itself, and says something about the wire. A dot is no leak.
type Value struct{ at wire.Time }
`,
		"bad/bad.go": `package bad

import (
	"example.com/m/internal/wire"
	w "example.com/m/internal/wire"
)

const Low = 1

type Level string

func (Level) Up() {}

func New() Level { return "" }

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
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%q\nwant:\n%q", got, want)
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
