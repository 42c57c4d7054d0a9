package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// avoided are forms that make a comment or a page hard to read, and what to write
// instead.
var avoided = []struct {
	form    *regexp.Regexp
	instead string
}{
	{phrase(`gives`), "returns, yields or sends"},
	{phrase(`tells`), "reports or says"},
	{phrase(`(that|those) of`), "the noun again"},
	{phrase(`is no`), "is not a"},
	{phrase(`(is|are) told`), "gets, or is called with"},
	{phrase(`anew`), "again"},
	{phrase(`at its end`), "final or finished"},
	{phrase(`but for`), "except"},
	{phrase(`whatever`), "any, or the noun again"},
	{phrase(`notices?`), "webhook event"},
	{phrase(`blanks?`), "space or whitespace"},
}

// exempt are proper uses of these forms.
var exempt = []*regexp.Regexp{
	phrase(`is no longer`),
	phrase(`payout_notices`),                                  // a table
	phrase(`(users|they|who|must|to|not) notices?`),           // the verb
	phrase(`blank (identifier|identifiers|import|imports)`),   // of Go
	phrase(`(copyright|licence|license|permission) notices?`), // of law
}

func phrase(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b` + strings.ReplaceAll(words, " ", `\s+`) + `\b`)
}

// hardWords returns a fault for each avoided form in the comments of Go files below dir
// and in its Markdown pages. Of tests only Examples count; pages in Russian, testdata and
// code do not.
func hardWords(dir string) ([]string, error) {
	var faults []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || strings.HasSuffix(name, ".ru.md"):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		at := strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(name, dir)), "/")
		switch {
		case strings.HasSuffix(name, ".md"):
			faults = append(faults, hard(at, 1, prose(string(text)))...)
		case strings.HasSuffix(name, ".go"):
			found, err := hardComments(at, text)
			faults = append(faults, found...)
			return err
		}
		return nil
	})
	return faults, err
}

// hardComments checks the comments of a Go file.
func hardComments(name string, source []byte) ([]string, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var faults []string
	for _, group := range file.Comments {
		if strings.HasSuffix(name, "_test.go") && !ofExample(file, group) {
			continue
		}
		for _, run := range runs(set, group) {
			faults = append(faults, hard(name, run.line, run.text)...)
		}
	}
	return faults, nil
}

// ofExample reports whether a comment belongs to an Example, as its doc or inside.
func ofExample(file *ast.File, group *ast.CommentGroup) bool {
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if ok && strings.HasPrefix(f.Name.Name, "Example") && (f.Doc == group || group.Pos() > f.Pos() && group.End() < f.End()) {
			return true
		}
	}
	return false
}

// lineRun is text that stands on consecutive lines.
type lineRun struct {
	line int
	text string
}

// runs returns the lines of a comment without code, which is indented by a tab. Lines
// keep their number: a form may go over the end of one.
func runs(set *token.FileSet, group *ast.CommentGroup) []lineRun {
	var out []lineRun
	for _, c := range group.List {
		for i, text := range strings.Split(c.Text, "\n") {
			line := set.Position(c.Pos()).Line + i
			text = strings.TrimPrefix(text, "//")
			if strings.HasPrefix(text, "\t") {
				text = ""
			}
			if last := len(out) - 1; last >= 0 && out[last].line+strings.Count(out[last].text, "\n")+1 == line {
				out[last].text += "\n" + text
			} else {
				out = append(out, lineRun{line, text})
			}
		}
	}
	return out
}

var codeSpan = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")

// prose returns a page with spaces in place of its code, line by line as it was.
func prose(page string) string {
	return codeSpan.ReplaceAllStringFunc(page, func(code string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' {
				return r
			}
			return ' '
		}, code)
	})
}

// hard returns the faults of a text that begins on a line of the file.
func hard(name string, line int, text string) []string {
	for _, e := range exempt {
		text = e.ReplaceAllStringFunc(text, func(found string) string {
			return strings.Map(func(r rune) rune {
				if r == '\n' {
					return r
				}
				return '·'
			}, found)
		})
	}
	var faults []string
	for _, a := range avoided {
		for _, at := range a.form.FindAllStringIndex(text, -1) {
			found := strings.Join(strings.Fields(text[at[0]:at[1]]), " ")
			faults = append(faults, fmt.Sprintf("%s:%d: %q: write %s", name, line+strings.Count(text[:at[0]], "\n"), found, a.instead))
		}
	}
	return faults
}
