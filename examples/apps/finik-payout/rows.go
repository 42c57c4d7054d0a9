package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
)

const (
	referenceColumn = "reference"
	serviceColumn   = "service"
	fieldPrefix     = "field:" // for fields that are called as one of the two
)

// maxReference is the length of a reference in characters.
const maxReference = 100

// row is a line of the CSV file: one payment to make.
type row struct {
	line      int
	reference string
	service   string
	fields    finik.Fields    // texts
	amount    decimal.Decimal // of the field that holds the money, see check
	money     string          // the name of that field
	payout    string          // equal for the same recipient and amount, see payoutOf and check
}

// problem is something that is wrong with a line. Its text shows no value of the file,
// because values may be personal data.
type problem struct {
	line int
	text string
}

// problems is the error with everything that is wrong with a file.
type problems []problem

// Is reports whether target is cli.ErrUsage.
func (problems) Is(target error) bool { return target == cli.ErrUsage }

// maxProblems is how many problems Error returns.
const maxProblems = 50

func (p problems) Error() string {
	sorted := slices.Clone(p)
	slices.SortStableFunc(sorted, func(a, b problem) int { return a.line - b.line })
	var text strings.Builder
	_, _ = fmt.Fprintf(&text, "%d problems in the file, nothing was sent:", len(sorted))
	for _, problem := range sorted[:min(len(sorted), maxProblems)] {
		_, _ = fmt.Fprintf(&text, "\n  line %d: %s", problem.line, problem.text)
	}
	if len(sorted) > maxProblems {
		_, _ = fmt.Fprintf(&text, "\n  and %d more", len(sorted)-maxProblems)
	}
	return text.String()
}

func (p *problems) add(line int, format string, args ...any) {
	*p = append(*p, problem{line, fmt.Sprintf(format, args...)})
}

// readRows reads the whole file and returns its rows. It fails with problems, or with the
// error of the reader.
func readRows(from io.Reader) ([]row, error) {
	text, err := io.ReadAll(from)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // spreadsheets begin with it
	if !utf8.Valid(text) {
		return nil, problems{{1, "the file is not UTF-8"}}
	}
	table := csv.NewReader(bytes.NewReader(text))
	header, err := table.Read()
	if err != nil {
		return nil, problems{{1, "there is no line of column names"}}
	}
	found := headerProblems(header)
	if len(found) > 0 {
		return nil, found
	}
	var rows []row
	first := map[string]int{} // line of each reference
	for {
		cells, err := table.Read()
		var malformed *csv.ParseError
		switch {
		case errors.Is(err, io.EOF) && len(rows) == 0 && len(found) == 0:
			return nil, problems{{1, "there are no rows"}}
		case errors.Is(err, io.EOF) && len(found) == 0:
			return rows, nil
		case errors.Is(err, io.EOF):
			return nil, found
		case errors.Is(err, csv.ErrFieldCount):
			line, _ := table.FieldPos(0)
			found.add(line, "%d cells in place of %d", len(cells), len(header))
			continue
		case errors.As(err, &malformed):
			// What follows a lost quote cannot be told apart.
			found.add(malformed.Line, "%v", malformed.Err)
			return nil, found
		}
		line, _ := table.FieldPos(0)
		r := newRow(line, header, cells, &found)
		if before, twice := first[r.reference]; twice && r.reference != "" {
			found.add(line, "the reference is that of line %d", before)
		}
		first[r.reference] = line
		rows = append(rows, r)
	}
}

func headerProblems(header []string) (found problems) {
	for i, name := range header {
		field := strings.TrimPrefix(name, fieldPrefix)
		switch {
		case field == "" || field != strings.TrimSpace(field) || hasControl(field):
			found.add(1, "column %d has no proper name", i+1)
		case slices.Contains(header[:i], name), field != name && field != referenceColumn && field != serviceColumn && slices.Contains(header, field):
			found.add(1, "column %d is there twice", i+1)
		}
	}
	for _, name := range []string{referenceColumn, serviceColumn} {
		if !slices.Contains(header, name) {
			found.add(1, "there is no column %s", name)
		}
	}
	return found
}

func newRow(line int, header, cells []string, found *problems) row {
	r := row{line: line, fields: finik.Fields{}}
	for i, cell := range cells {
		name := header[i]
		if cell != strings.TrimSpace(cell) || hasControl(cell) {
			found.add(line, "%s has blanks around it or control characters", name)
		}
		switch {
		case name == referenceColumn:
			r.reference = cell
		case name == serviceColumn:
			r.service = cell
		case cell != "":
			r.fields[strings.TrimPrefix(name, fieldPrefix)] = cell
		}
	}
	if n := utf8.RuneCountInString(r.reference); n == 0 || n > maxReference || hidden(r.reference) {
		found.add(line, "reference must have 1 to %d characters that can be seen", maxReference)
	}
	if r.service == "" {
		found.add(line, "service is empty")
	}
	return r
}

func hasControl(text string) bool { return strings.ContainsFunc(text, unicode.IsControl) }

// hidden reports characters that a terminal or a reader would not show.
func hidden(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}
