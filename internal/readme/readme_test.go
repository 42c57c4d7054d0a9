// Package readme_test holds the README's snippets against the Examples that
// they are taken from, which are compiled and run, and the README of internal
// against its folders.
package readme_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.."

// snippet is a Go block with the marker that names its Example.
var snippet = regexp.MustCompile("(?m)(?:^<!-- example: (\\S+) -->\n)?^```go\n((?s:.*?))^```$")

func TestSnippetsAreExamples(t *testing.T) {
	t.Parallel()
	examples := examples(t)
	for _, name := range []string{"README.md", "README.ru.md"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(root, name))
			require.NoError(t, err)
			blocks := snippet.FindAllStringSubmatch(string(text), -1)
			require.NotEmpty(t, blocks, name)
			for _, block := range blocks {
				require.NotEmpty(t, block[1], "%s: a Go block without <!-- example: package.Name -->:\n%s", name, block[2])
				require.Contains(t, examples, block[1], name)
				assert.Equal(t, examples[block[1]], block[2], "%s: %s", name, block[1])
			}
		})
	}
}

// row is a line of a table that begins with a name in code.
var row = regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")

func TestEveryInternalFolderIsDescribed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "internal", "README.md"))
	require.NoError(t, err)
	var described []string
	for _, r := range row.FindAllStringSubmatch(string(text), -1) {
		described = append(described, r[1])
	}
	entries, err := os.ReadDir(filepath.Join(root, "internal"))
	require.NoError(t, err)
	var folders []string
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, e.Name())
		}
	}
	assert.ElementsMatch(t, folders, described)
}

// examples are the bodies of all Examples by package and name, without their
// Output.
func examples(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "*", "*_test.go"))
	require.NoError(t, err)
	for _, kind := range []string{"*test", "*sync"} {
		nested, err := filepath.Glob(filepath.Join(root, "*", kind, "*_test.go"))
		require.NoError(t, err)
		files = append(files, nested...)
	}
	bodies := map[string]string{}
	for _, path := range files {
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "Example") {
				continue
			}
			body := string(source[set.Position(f.Body.Lbrace).Offset+2 : set.Position(f.Body.Rbrace).Offset])
			body, _, _ = strings.Cut(body, "\t// Output:")
			bodies[strings.TrimSuffix(file.Name.Name, "_test")+"."+f.Name.Name] = strings.TrimPrefix(strings.ReplaceAll(body, "\n\t", "\n"), "\t")
		}
	}
	return bodies
}
