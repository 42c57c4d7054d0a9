package main

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// column is one that a flag names.
type column struct{ flag, name string }

// columns are the columns of a file, in the order of line.cells. The name "" is none.
func (x export) columns() []column {
	return []column{
		{"-id-column", x.id},
		{"-amount-column", x.amount},
		{"-currency-column", x.currency},
		{"-status-column", x.status},
		{"-type-column", x.kind},
		{"-date-column", x.date},
	}
}

// places finds the columns in the header of a file, -1 for one without a name.
// sample is the beginning of the file, for what may be wrong.
func (x export) places(header []string, sample string) ([]int, error) {
	var places []int
	for _, c := range x.columns() {
		at := slices.Index(header, c.name)
		switch {
		case c.name == "":
			places = append(places, -1)
			continue
		case at < 0:
			// The names that are there are not told: without them, they are a payer's data.
			return nil, fmt.Errorf("%w: none of the %d columns of line %d is called %q%s", errColumns, len(header), x.headerLine, c.name, x.advice(header, sample, c))
		case slices.Contains(header[at+1:], c.name):
			return nil, fmt.Errorf("%w: two columns of line %d are called %q", errColumns, x.headerLine, c.name)
		}
		places = append(places, at)
	}
	return places, nil
}

// searched is in how many lines column names are looked for.
const searched = 100

// advice says which settings would find the columns.
func (x export) advice(header []string, sample string, missing column) string {
	if !slices.ContainsFunc(header, func(name string) bool { return !utf8.ValidString(name) }) {
		for _, comma := range append([]rune{x.comma}, slices.DeleteFunc([]rune{',', ';', '\t', '|'}, func(c rune) bool { return c == x.comma })...) {
			for i, text := range strings.SplitN(sample, "\n", searched+1) {
				if settings, found := x.settings(text, comma, i+1); found && i < searched {
					return ": " + settings
				}
			}
		}
		for _, name := range header {
			if plainName(name) == plainName(missing.name) {
				return fmt.Sprintf(", but %q, which differs by case or spaces: %s %q", name, missing.flag, name)
			}
		}
		return ""
	}
	return ", and the line is not UTF-8: -encoding says what it is, such as windows-1251"
}

// settings are the flags with which a line has all columns, of which some may
// differ by case and spaces.
func (x export) settings(text string, comma rune, number int) (string, bool) {
	r := csv.NewReader(strings.NewReader(strings.TrimRight(text, "\r")))
	r.Comma, r.LazyQuotes = comma, true
	names, err := r.Read()
	if err != nil {
		return "", false
	}
	var settings []string
	if comma != x.comma {
		settings = append(settings, "-separator "+separatorName(comma))
	}
	if number != x.headerLine {
		settings = append(settings, "-header-line "+strconv.Itoa(number))
	}
	for _, c := range x.columns() {
		near := slices.IndexFunc(names, func(name string) bool { return plainName(name) == plainName(c.name) })
		switch {
		case c.name == "" || slices.Contains(names, c.name):
		case near < 0:
			return "", false
		default:
			settings = append(settings, fmt.Sprintf("%s %q, which differs by case or spaces", c.flag, names[near]))
		}
	}
	return fmt.Sprintf("line %d has the names: %s", number, strings.Join(settings, ", ")), true
}

// plainName is a name without what does not show: case, spaces and marks.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// comma is the separator of cells that a flag names.
func comma(text string) (rune, error) {
	if text == `\t` || text == "tab" {
		return '\t', nil
	}
	if len(text) != 1 || strings.ContainsAny(text, "\"\r\n\x00") {
		return 0, fmt.Errorf("%w: -separator must be one character such as ; or the word tab", cli.ErrUsage)
	}
	return rune(text[0]), nil
}

// separatorName is what -separator takes.
func separatorName(comma rune) string {
	if comma == '\t' {
		return "tab"
	}
	return strconv.Quote(string(comma))
}

// sepLine is a line that Excel understands, such as "sep=;".
func sepLine(text string) (rune, bool) {
	text = strings.Trim(strings.TrimRight(text, "\r\n"), `"`)
	if len(text) != 5 || !strings.EqualFold(text[:4], "sep=") {
		return 0, false
	}
	return rune(text[4]), true
}
