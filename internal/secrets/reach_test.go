package secrets_test

import (
	"bytes"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/payclients/payclients-go"

// Every type that an exported signature reaches is sorted, and what is sorted
// exists: whoever adds a type decides what it may print.
func TestEveryTypeIsSorted(t *testing.T) {
	t.Parallel()
	var names []string
	for _, list := range []map[string]bool{secretNames(), personalNames(), harmlessNames()} {
		for name := range list {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	assert.Equal(t, slices.Compact(slices.Clone(names)), names, "a type is sorted twice")
	reached := reachedTypes(t)
	assert.Empty(t, without(reached, names), "sort these into secret, personal or harmless")
	assert.Empty(t, without(names, reached), "no exported signature reaches these")
	t.Logf("%d types: %d secret, %d personal, %d harmless", len(names), len(secretNames()), len(personalNames()), len(harmlessNames()))
}

func without(all, some []string) (rest []string) {
	for _, name := range all {
		if !slices.Contains(some, name) {
			rest = append(rest, name)
		}
	}
	return rest
}

// reachedTypes are the types of the module that exported names of its public
// packages are of, take, give or hold, as package.Type.
func reachedTypes(t *testing.T) []string {
	t.Helper()
	var public []string
	for line := range strings.Lines(golist(t, "{{.ImportPath}} {{.Name}}", "./...")) {
		if path, name, _ := strings.Cut(strings.TrimSpace(line), " "); !strings.Contains(path, "/internal/") && name != "main" {
			public = append(public, path)
		}
	}
	require.GreaterOrEqual(t, len(public), 13, "five packages, five fakes, three syncs")
	exports := map[string]string{}
	for line := range strings.Lines(golist(t, "{{.ImportPath}} {{.Export}}", append([]string{"-export", "-deps"}, public...)...)) {
		path, export, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[path] = export
	}
	imports := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	w := walk{seen: map[types.Type]bool{}, names: map[string]bool{}}
	for _, path := range public {
		pkg, err := imports.Import(path)
		require.NoError(t, err)
		for _, name := range pkg.Scope().Names() {
			if o := pkg.Scope().Lookup(name); o.Exported() {
				w.reach(o.Type())
			}
		}
	}
	var names []string
	for name := range w.names {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func golist(t *testing.T, format string, args ...string) string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", append([]string{"list", "-f", format}, args...)...)
	list.Dir = "../.."
	var stderr bytes.Buffer
	list.Stderr = &stderr
	out, err := list.Output()
	require.NoError(t, err, stderr.String())
	return string(out)
}

// walk follows types to those that can be got from them without reflection.
type walk struct {
	seen  map[types.Type]bool
	names map[string]bool
}

func (w walk) reach(t types.Type) {
	if w.seen[t] {
		return
	}
	w.seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		w.named(t)
	case *types.Alias:
		w.reach(types.Unalias(t))
	case *types.Pointer:
		w.reach(t.Elem())
	case *types.Slice:
		w.reach(t.Elem())
	case *types.Array:
		w.reach(t.Elem())
	case *types.Chan:
		w.reach(t.Elem())
	case *types.Map:
		w.reach(t.Key())
		w.reach(t.Elem())
	case *types.Signature:
		w.reach(t.Params())
		w.reach(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			w.reach(v.Type())
		}
	case *types.Struct:
		for f := range t.Fields() {
			if f.Exported() {
				w.reach(f.Type())
			}
		}
	case *types.Interface:
		for m := range t.Methods() {
			w.reach(m.Type())
		}
	}
}

func (w walk) named(t *types.Named) {
	o := t.Obj()
	if o.Pkg() == nil || !strings.HasPrefix(o.Pkg().Path(), module) {
		return
	}
	for argument := range t.TypeArgs().Types() {
		w.reach(argument)
	}
	if !o.Exported() {
		return // behind a function such as Option
	}
	w.names[o.Pkg().Name()+"."+o.Name()] = true
	w.reach(t.Underlying())
	for m := range t.Methods() {
		if m.Exported() {
			w.reach(m.Type())
		}
	}
}
