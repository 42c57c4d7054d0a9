package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// errorsPage has a row for each sentinel.
const errorsPage = "docs/errors.md"

// sentinelRow is a row of a table of errorsPage: the sentinel, and the packages that
// declare it.
var sentinelRow = regexp.MustCompile("(?m)^\\| `(Err\\w+)` \\| ([^|]*) \\| [^|]+ \\| [^|]+ \\|$")

// unexplained compares the sentinels of all packages with the rows of errorsPage.
func unexplained(dir string, sentinels map[string][]string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(dir, errorsPage))
	if err != nil {
		return nil, err
	}
	explained := map[string][]string{}
	for _, row := range sentinelRow.FindAllStringSubmatch(string(text), -1) {
		for _, pkg := range strings.Split(row[2], ", ") {
			explained[row[1]] = append(explained[row[1]], strings.Trim(pkg, "` "))
		}
	}
	var faults []string
	for _, name := range slices.Sorted(maps.Keys(sentinels)) {
		for _, pkg := range sentinels[name] {
			if !slices.Contains(explained[name], pkg) {
				faults = append(faults, fmt.Sprintf("%s: no row explains %s of %s", errorsPage, name, pkg))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(explained)) {
		for _, pkg := range explained[name] {
			if !slices.Contains(sentinels[name], pkg) {
				faults = append(faults, fmt.Sprintf("%s: %s has no %s", errorsPage, pkg, name))
			}
		}
	}
	return faults, nil
}

// declared returns the exported variables of the files that begin with Err.
func declared(files []*ast.File) []string {
	var names []string
	for _, file := range files {
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				v, ok := spec.(*ast.ValueSpec)
				if !ok {
					continue
				}
				for _, name := range v.Names {
					if strings.HasPrefix(name.Name, "Err") {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}
