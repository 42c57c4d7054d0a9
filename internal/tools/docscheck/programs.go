package main

import (
	"bytes"
	"fmt"
	"go/doc"
	"go/doc/comment"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// block is a block of Go in a Markdown page.
var block = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")

// pages returns the Markdown pages that users read, as paths from dir.
func pages(dir string) ([]string, error) {
	var found []string
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		found = append(found, names...)
	}
	return found, nil
}

// programsOf returns the whole programs and test files of a Markdown page.
func programsOf(page string) []string {
	var found []string
	for _, b := range block.FindAllStringSubmatch(page, -1) {
		if strings.HasPrefix(b[1], "package ") {
			found = append(found, b[1])
		}
	}
	return found
}

// programOf returns the whole program or test file in the doc comment of a package,
// "" where there is none.
func programOf(d *doc.Package) string {
	for _, b := range d.Parser().Parse(d.Doc).Content {
		if code, ok := b.(*comment.Code); ok && strings.HasPrefix(code.Text, "package ") {
			return code.Text
		}
	}
	return ""
}

// notRunning runs the programs by the places that show them, each once, and returns a
// fault for each that does not compile, that fails, or that does not print its
// "// Output:". A test file has to pass.
func notRunning(dir string, programs map[string][]string) ([]string, error) {
	tmp, err := os.MkdirTemp("", "docscheck")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	var faults []string
	for program, places := range programs {
		if fault := runProgram(dir, tmp, program); fault != "" {
			faults = append(faults, fmt.Sprintf("%s: the program does not run as it stands: %s", strings.Join(places, ", "), fault))
		}
	}
	return faults, nil
}

// runProgram returns what is wrong with a program, or "".
func runProgram(dir, tmp, program string) string {
	name, args := "program.go", []string{"run"}
	main := strings.HasPrefix(program, "package main\n")
	if !main {
		name, args = "program_test.go", []string{"test"}
	}
	at := filepath.Join(tmp, name)
	if err := os.WriteFile(at, []byte(program), 0o600); err != nil {
		return err.Error()
	}
	if strings.Contains(program, `"modernc.org/sqlite"`) { // the root module has no driver
		dir = filepath.Join(dir, sqlExamples)
	}
	out, err := run(dir, "go", append(args, at)...)
	if err != nil {
		return err.Error()
	}
	if _, want, ok := strings.Cut(program, "// Output:"); main && !ok {
		return "it has no // Output:"
	} else if want, _, _ = strings.Cut(want, "\n}"); main && !sameLines(out, strings.ReplaceAll(want, "//", "")) {
		return fmt.Sprintf("it prints %q", out)
	}
	return ""
}

// sameLines compares texts line by line, without the spaces around lines.
func sameLines(a, b string) bool {
	return bytes.Equal(trimmed(a), trimmed(b))
}

func trimmed(text string) []byte {
	var out []byte
	for line := range strings.Lines(strings.TrimSpace(text)) {
		out = append(append(out, strings.TrimSpace(line)...), '\n')
	}
	return out
}
