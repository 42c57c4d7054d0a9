package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sqlExamples is the package that runs the Examples which need a database.
const sqlExamples = "internal/sqltest"

// example is an Example of a package's tests.
type example struct {
	body   string // without its Output, not indented
	output string
	runs   bool // it has an Output
	file   *ast.File
}

// withoutExample returns a fault for each entry point of the package that has no
// Example: each exported function or method that takes a context or returns an error,
// NewServer, and each function that begins with With.
func withoutExample(pkg goPackage, files []*ast.File, examples map[string]example) []string {
	var faults []string
	for _, name := range entryPoints(files) {
		if !covered(name, examples) {
			faults = append(faults, fmt.Sprintf("%s: %s has no Example", pkg.path, strings.ReplaceAll(name, "_", ".")))
		}
	}
	return faults
}

// entryPoints returns the names that Examples of the entry points have: F, or T_M.
func entryPoints(files []*ast.File) []string {
	var names []string
	for _, file := range files {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() {
				continue
			}
			name := f.Name.Name
			option := strings.HasPrefix(name, "With") || name == "NewServer"
			if f.Recv != nil {
				receiver := receiver(f.Recv.List[0].Type)
				if !ast.IsExported(receiver) {
					continue
				}
				name, option = receiver+"_"+name, false
			}
			if option || mentions(f.Type.Params, "Context") || mentions(f.Type.Results, "error") {
				names = append(names, name)
			}
		}
	}
	return names
}

// receiver returns the name of a receiver's type, without pointer and parameters.
func receiver(expr ast.Expr) string {
	switch t := expr.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}

// mentions reports whether a field is of the type with that name.
func mentions(fields *ast.FieldList, name string) bool {
	if fields == nil {
		return false
	}
	return slices.ContainsFunc(fields.List, func(f *ast.Field) bool {
		switch t := f.Type.(type) {
		case *ast.SelectorExpr:
			return t.Sel.Name == name
		case *ast.Ident:
			return t.Name == name
		}
		return false
	})
}

// covered reports whether there is an Example of the name, or one with a suffix, which
// begins with a small letter.
func covered(name string, examples map[string]example) bool {
	for e := range maps.Keys(examples) {
		suffix, ok := strings.CutPrefix(e, name)
		if ok && (suffix == "" || len(suffix) > 1 && suffix[0] == '_' && suffix[1] >= 'a' && suffix[1] <= 'z') {
			return true
		}
	}
	return false
}

// notRun returns a fault for each Example without an Output whose body does not run:
// the body, without the variables that it begins with, has to be the end of the Example
// of internal/sqltest that is named for package and entry point, such as
// Example_vimasyncSQLStoreLag.
func notRun(pkg goPackage, examples, ran map[string]example) []string {
	var faults []string
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		if examples[name].runs {
			continue
		}
		twin := "_" + pkg.name + strings.ReplaceAll(name, "_", "")
		body := examples[name].body
		for strings.HasPrefix(body, "var ") {
			_, body, _ = strings.Cut(body, "\n")
		}
		switch found, ok := ran[twin]; {
		case !ok:
			faults = append(faults, fmt.Sprintf("%s: Example%s has no Output, and %s has no Example%s", pkg.path, name, sqlExamples, twin))
		case !found.runs:
			faults = append(faults, fmt.Sprintf("%s: Example%s has no Output", sqlExamples, twin))
		case !strings.HasSuffix(found.body, "\n"+body):
			faults = append(faults, fmt.Sprintf("%s: Example%s does not end with the body of Example%s of %s", sqlExamples, twin, name, pkg.path))
		}
	}
	return faults
}

// readExamples returns the Examples of the test files in dir by what follows "Example".
func readExamples(dir string) (map[string]example, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	examples := map[string]example{}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, source, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Example") {
				continue
			}
			at := func(p token.Pos) int { return set.Position(p).Offset }
			examples[strings.TrimPrefix(f.Name.Name, "Example")] = parseExample(string(source[at(f.Body.Lbrace)+1:at(f.Body.Rbrace)]), file)
		}
	}
	return examples, nil
}

func parseExample(body string, file *ast.File) example {
	body, output, runs := strings.Cut(strings.TrimPrefix(body, "\n"), "\t// Output:")
	return example{
		body:   strings.ReplaceAll(strings.TrimPrefix(body, "\t"), "\n\t", "\n"),
		output: strings.TrimSpace(strings.ReplaceAll(output, "\n\t//", "\n")),
		runs:   runs, file: file,
	}
}

// dir returns the folder of a package.
func (p goPackage) dir() string { return filepath.Dir(p.files[0]) }
