package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"
	_ "time/tzdata" // systems without zones have -zone too
)

// Excel says in -h what -excel does.
const Excel = "for spreadsheets: UTF-8 with a mark, semicolons, and ids as texts, which are rounded otherwise"

// Table writes CSV, for programs or for spreadsheets.
type Table struct {
	csv   *csv.Writer
	excel bool
}

// NewTable begins a CSV table. Excel writes a byte order mark, semicolons and the
// line ends of Windows.
func NewTable(to io.Writer, excel bool) *Table {
	t := &Table{csv: csv.NewWriter(to), excel: excel}
	if excel {
		_, _ = io.WriteString(to, "\ufeff") // an error comes again with the first row
		t.csv.Comma, t.csv.UseCRLF = ';', true
	}
	return t
}

// Write writes a row of cells that are text already.
func (t *Table) Write(cells ...string) error { return t.csv.Write(cells) }

// Flush writes what is left and returns the first error.
func (t *Table) Flush() error {
	t.csv.Flush()
	return t.csv.Error()
}

// Text returns a cell that a spreadsheet does not take for a formula.
func (t *Table) Text(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// ID returns a cell with an id. For a spreadsheet an id of digits is written as
// ="123", which stays the text 123: a number of more than 15 digits is rounded, and
// leading zeros are lost.
func (t *Table) ID(id string) string {
	if !t.excel || id == "" || strings.Trim(id, "0123456789.eE+-") != "" {
		return t.Text(id)
	}
	return `="` + id + `"`
}

// Zone returns the zone of a flag; an unknown one is ErrUsage.
func Zone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return nil, fmt.Errorf("%w: -zone must be a time zone such as UTC or Asia/Bishkek", ErrUsage)
	}
	return zone, nil
}

// Day returns the first and the last second of a day, as 2026-01-15, in a zone.
// An error says what is wrong with the day, and is ErrUsage.
func Day(name, text string, zone *time.Location) (first, last time.Time, err error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return first, last, fmt.Errorf("%w: %s must be a day as 2026-01-15", ErrUsage, name)
	}
	first = midnight(day, zone)
	return first, midnight(day.AddDate(0, 0, 1), zone).Add(-time.Second), nil
}

// midnight returns the first moment of a day in a zone, also where clocks skip
// midnight or strike it twice: there time.Date may return another one.
func midnight(day time.Time, zone *time.Location) time.Time {
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	start, end := at.ZoneBounds()
	if at.Day() != day.Day() && !end.IsZero() {
		return end
	}
	_, now := at.Zone()
	_, before := start.Add(-time.Second).Zone()
	if earlier := at.Add(time.Duration(now-before) * time.Second); !start.IsZero() && earlier.Before(start) {
		return earlier
	}
	return at
}
