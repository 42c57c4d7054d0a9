// Package golden pins what users write and store of the packages: the constants
// with their values, and the fields of structs with their names on the wire. A
// spelling that changes by accident would still compile, here and in no program
// of a user.
package golden_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

func TestSpelling(t *testing.T) {
	t.Parallel()
	for _, pkg := range []string{
		"vima", "vima/vimatest", "vima/vimasync",
		"ecommpay", "ecommpay/ecommpaytest", "ecommpay/ecommpaysync",
		"wallet", "wallet/wallettest",
		"finik", "finik/finiktest", "finik/finikjournal",
		"transactions", "transactions/transactionstest", "transactions/transactionssync",
	} {
		t.Run(pkg, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(spelling(t, filepath.Join("..", "..", filepath.FromSlash(pkg))), "\n") + "\n"
			file := filepath.Join("testdata", strings.ReplaceAll(pkg, "/", "_")+".golden")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), got, "if this is meant: go test ./internal/golden -update, and a line in CHANGELOG.md")
		})
	}
}

// spelling lists the exported constants and fields of a package, sorted.
func spelling(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files, fs.ErrNotExist)
	var lines []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		for _, decl := range parsed.Decls {
			general, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range general.Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					if general.Tok == token.CONST {
						lines = append(lines, constants(s)...)
					}
				case *ast.TypeSpec:
					if fields, ok := s.Type.(*ast.StructType); ok && s.Name.IsExported() {
						lines = append(lines, members(s.Name.Name, fields)...)
					}
				}
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func constants(s *ast.ValueSpec) []string {
	var lines []string
	for i, name := range s.Names {
		if !name.IsExported() {
			continue
		}
		value := "…" // goes on from the constant before
		if i < len(s.Values) {
			value = "an expression"
			if literal, ok := s.Values[i].(*ast.BasicLit); ok {
				value = literal.Value
			}
		}
		lines = append(lines, fmt.Sprintf("const %s = %s", name.Name, value))
	}
	return lines
}

func members(of string, s *ast.StructType) []string {
	var lines []string
	for _, field := range s.Fields.List {
		tag := ""
		if field.Tag != nil {
			tag = " " + field.Tag.Value
		}
		for _, name := range field.Names {
			if name.IsExported() {
				lines = append(lines, fmt.Sprintf("field %s.%s%s", of, name.Name, tag))
			}
		}
	}
	return lines
}
