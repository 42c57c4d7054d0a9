// Package readme_test compares the snippets of the README and of docs with the
// Examples that they are taken from, which are compiled and run, the Russian pages
// with the English ones, and the README of internal with its folders.
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

// snippet is a Go block with the marker that names its Example. A whole program needs
// no marker: docscheck runs it.
var snippet = regexp.MustCompile("(?m)(?:^<!-- example: (\\S+) -->\n)?^```go\n((?s:.*?))^```$")

func TestSnippetsAreExamples(t *testing.T) {
	t.Parallel()
	examples, snippets := examples(t), 0
	for _, name := range pages(t) {
		t.Run(name, func(t *testing.T) {
			for _, block := range snippet.FindAllStringSubmatch(read(t, name), -1) {
				if strings.HasPrefix(block[2], "package ") {
					continue
				}
				snippets++
				require.NotEmpty(t, block[1], "%s: a Go block without <!-- example: package.Name -->:\n%s", name, block[2])
				require.Contains(t, examples, block[1], name)
				assert.Equal(t, examples[block[1]], block[2], "%s: %s", name, block[1])
			}
		})
	}
	assert.NotZero(t, snippets)
}

// pages returns the pages that users read, as paths from the root.
func pages(t *testing.T) []string {
	t.Helper()
	docs, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	names := []string{"README.md", "README.ru.md"}
	for _, path := range docs {
		names = append(names, "docs/"+filepath.Base(path))
	}
	return names
}

// read returns the text of a file by its path from the root.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(text)
}

// row is a line of a table that begins with a name in code.
var row = regexp.MustCompile("(?m)^\\| `(\\w+)` \\|")

func TestEveryInternalFolderIsDescribed(t *testing.T) {
	t.Parallel()
	var described []string
	for _, r := range row.FindAllStringSubmatch(read(t, "internal/README.md"), -1) {
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
