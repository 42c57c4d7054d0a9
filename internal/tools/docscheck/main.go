// Docscheck reads the public packages of the module in the current directory, and the
// Markdown pages beside them, as their users do. It reports
//
//   - exported names without a doc comment, and docs that name something of an internal
//     package, which a user cannot look up,
//   - entry points without an Example, and Examples that do not run,
//   - packages without a program in their doc comment, and programs there and on the
//     pages that do not run as they stand,
//   - sentinels that docs/errors.md does not explain,
//   - words and forms that make a comment or a page hard to read.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	faults, err := check(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, "docscheck:", err)
		os.Exit(2)
	}
	for _, fault := range faults {
		fmt.Println(fault)
	}
	if len(faults) > 0 {
		os.Exit(1)
	}
}

// check returns the faults of all public packages of the module in dir, and the faults of
// the pages beside them.
func check(dir string) ([]string, error) {
	packages, err := list(dir)
	if err != nil {
		return nil, err
	}
	c := checker{dir: dir, sentinels: map[string][]string{}, programs: map[string][]string{}}
	for _, pkg := range packages {
		if internal(pkg.path) {
			c.hidden = append(c.hidden, path.Base(pkg.path))
		}
	}
	if c.ran, err = readExamples(filepath.Join(dir, sqlExamples)); err != nil {
		return nil, err
	}
	for _, pkg := range packages {
		if internal(pkg.path) || pkg.name == "main" {
			continue
		}
		if err := c.pkg(pkg); err != nil {
			return nil, err
		}
	}
	if err := c.pages(); err != nil {
		return nil, err
	}
	hard, err := hardWords(dir)
	return append(c.faults, hard...), err
}

// checker gathers what the packages have.
type checker struct {
	dir       string
	hidden    []string            // names of internal packages
	ran       map[string]example  // Examples of internal/sqltest
	sentinels map[string][]string // packages by the name of a sentinel
	programs  map[string][]string // places by the text of a program
	faults    []string
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func (c *checker) pkg(pkg goPackage) error {
	fset, files, err := pkg.parse()
	if err != nil {
		return err
	}
	d, err := doc.NewFromFiles(fset, files, pkg.path)
	if err != nil {
		return err
	}
	text, err := run(c.dir, "go", "doc", "-all", pkg.path)
	if err != nil {
		return err
	}
	for _, name := range undocumented(d) {
		c.fault("%s: %s has no doc comment", pkg.path, name)
	}
	leak := qualified(append(imported(files), c.hidden...))
	for line := range strings.Lines(text) {
		if leak.MatchString(line) {
			c.fault("%s: names an internal package: %s", pkg.path, strings.TrimSpace(line))
		}
	}
	if program := programOf(d); program == "" {
		c.fault("%s: the doc comment has no program", pkg.path)
	} else {
		c.programs[program] = append(c.programs[program], pkg.path)
	}
	for _, name := range declared(files) {
		c.sentinels[name] = append(c.sentinels[name], pkg.name)
	}
	examples, err := readExamples(pkg.dir())
	if err != nil {
		return err
	}
	c.faults = append(c.faults, withoutExample(pkg, files, examples)...)
	c.faults = append(c.faults, notRun(pkg, examples, c.ran)...)
	return nil
}

// pages checks what concerns the Markdown pages.
func (c *checker) pages() error {
	names, err := pages(c.dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, program := range programsOf(string(text)) {
			c.programs[program] = append(c.programs[program], name)
		}
	}
	faults, err := unexplained(c.dir, c.sentinels)
	if err != nil {
		return err
	}
	c.faults = append(c.faults, faults...)
	faults, err = notRunning(c.dir, c.programs)
	c.faults = append(c.faults, faults...)
	return err
}

// goPackage is one package of the module with its files outside of tests.
type goPackage struct {
	name, path string
	files      []string
}

func list(dir string) ([]goPackage, error) {
	const format = `{{if .GoFiles}}{{.Name}}|{{.ImportPath}}|{{.Dir}}{{range .GoFiles}}|{{.}}{{end}}{{end}}`
	out, err := run(dir, "go", "list", "-f", format, "./...")
	if err != nil {
		return nil, err
	}
	var packages []goPackage
	for line := range strings.Lines(out) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) < 4 {
			continue
		}
		pkg := goPackage{name: f[0], path: f[1]}
		for _, file := range f[3:] {
			pkg.files = append(pkg.files, filepath.Join(f[2], file))
		}
		packages = append(packages, pkg)
	}
	return packages, nil
}

func (p goPackage) parse() (*token.FileSet, []*ast.File, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.files {
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, file)
	}
	return fset, files, nil
}

func internal(importPath string) bool {
	return strings.Contains("/"+importPath+"/", "/internal/")
}

// imported returns the names that files give to the internal packages they import.
func imported(files []*ast.File) []string {
	var names []string
	for _, file := range files {
		for _, spec := range file.Imports {
			importPath := strings.Trim(spec.Path.Value, `"`)
			switch {
			case !internal(importPath):
			case spec.Name != nil:
				names = append(names, spec.Name.Name)
			default:
				names = append(names, path.Base(importPath))
			}
		}
	}
	return names
}

// qualified matches an exported name of any of the packages.
func qualified(packages []string) *regexp.Regexp {
	alternatives := []string{"internal"}
	for _, name := range packages {
		alternatives = append(alternatives, regexp.QuoteMeta(name))
	}
	return regexp.MustCompile(`\b(` + strings.Join(alternatives, "|") + `)\.[A-Z]`)
}

func undocumented(d *doc.Package) []string {
	var names []string
	need := func(comment, name string) {
		if strings.TrimSpace(comment) == "" {
			names = append(names, name)
		}
	}
	funcs := func(prefix string, list []*doc.Func) {
		for _, f := range list {
			need(f.Doc, prefix+f.Name)
		}
	}
	need(d.Doc, "package "+d.Name)
	values(need, d.Consts, d.Vars)
	funcs("", d.Funcs)
	for _, t := range d.Types {
		need(t.Doc, t.Name)
		values(need, t.Consts, t.Vars)
		funcs("", t.Funcs)
		funcs(t.Name+".", t.Methods)
	}
	return names
}

// values asks for a comment on each exported name, on its line or on its group.
func values(need func(comment, name string), lists ...[]*doc.Value) {
	for _, list := range lists {
		for _, value := range list {
			for _, spec := range value.Decl.Specs {
				v := spec.(*ast.ValueSpec)
				for _, name := range v.Names {
					if name.IsExported() {
						need(value.Doc+v.Doc.Text()+v.Comment.Text(), name.Name)
					}
				}
			}
		}
	}
}

func run(dir, name string, args ...string) (string, error) {
	var out, stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return out.String(), nil
}
