package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"
	_ "time/tzdata" // systems without zones have -zone too
)

// Excel is the description, in the text of -h, of the flag -excel, with which a program passes
// true to NewTable.
const Excel = "for spreadsheets: UTF-8 with a byte order mark, semicolons, and ids as text, because spreadsheets round long numbers"

// Table writes CSV, for programs or for spreadsheets. NewTable makes one. Flush must follow the
// last row. A Table is not safe for concurrent use.
type Table struct {
	csv   *csv.Writer
	excel bool
}

// NewTable returns a table that writes CSV to w. If excel is false, commas separate the cells and
// \n ends a row. If excel is true, the table is for spreadsheets: semicolons separate the cells,
// \r\n ends a row, and NewTable writes a UTF-8 byte order mark to w at once. NewTable ignores an
// error of this write. If w stays broken, Write or Flush returns an error later.
func NewTable(w io.Writer, excel bool) *Table {
	t := &Table{csv: csv.NewWriter(w), excel: excel}
	if excel {
		_, _ = io.WriteString(w, "\ufeff") // an error comes again with the first row
		t.csv.Comma, t.csv.UseCRLF = ';', true
	}
	return t
}

// Write adds a row. It quotes cells as CSV needs it, and otherwise writes them as they are: pass
// text through Text and ids through ID first. Write keeps rows in a buffer, and passes them on to
// the writer of NewTable when the buffer is full. Call Flush after the last row.
//
// If the writer of NewTable fails, this Write and all later calls of Write and Flush return the
// writer's first error. The lost bytes may belong to earlier rows.
func (t *Table) Write(cells ...string) error { return t.csv.Write(cells) }

// Flush writes the rows that are still in the buffer. It returns the first error of the writer of
// NewTable, also if an earlier Write or Flush has returned it, or nil.
func (t *Table) Flush() error {
	t.csv.Flush()
	return t.csv.Error()
}

// Text returns text as a cell for Write that a spreadsheet does not take for a formula. It puts
// an apostrophe before text that begins with =, +, -, @, a tab or \r, and returns any other text
// unchanged. It does so in every table, for programs too.
func (t *Table) Text(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// ID returns id as a cell for Write. In a table for spreadsheets an id of digits and . e E + - only
// becomes ="ID", for example ="123". A spreadsheet shows ="123" as the text 123. As a number, an id
// of more than 15 digits would be rounded, and leading zeros would be lost.
//
// ID returns the same as Text for "", for an id with any other character, and for every id in a
// table for programs.
func (t *Table) ID(id string) string {
	if !t.excel || id == "" || strings.Trim(id, "0123456789.eE+-") != "" {
		return t.Text(id)
	}
	return `="` + id + `"`
}

// Zone returns the location of a time zone. name is the value of the flag -zone, for example
// "Asia/Bishkek". For an unknown name and for "" Zone returns nil and an error that matches
// ErrUsage.
func Zone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return nil, fmt.Errorf("%w: -zone must be a time zone such as UTC or Asia/Bishkek", ErrUsage)
	}
	return zone, nil
}

// Day returns the first and the last second of a day in zone. text is the day as 2026-01-15, and
// flag is the name of the flag that has this text. If text is not a day, both times are zero, and
// the error matches ErrUsage and names the flag. zone must not be nil.
func Day(flag, text string, zone *time.Location) (first, last time.Time, err error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return first, last, fmt.Errorf("%w: %s must be a day as 2026-01-15", ErrUsage, flag)
	}
	first = midnight(day, zone)
	return first, midnight(day.AddDate(0, 0, 1), zone).Add(-time.Second), nil
}

// midnight returns the first moment of a day in zone. The day is the year, month and day that date
// has in its own location. midnight ignores the time of date. zone must not be nil.
//
// If clocks are set forward over midnight, the first moment is later than 00:00. If clocks are set
// back and show midnight twice, midnight returns the earlier one. time.Date may return another
// moment in these cases.
func midnight(date time.Time, zone *time.Location) time.Time {
	at := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, zone)
	start, end := at.ZoneBounds()
	if at.Day() != date.Day() && !end.IsZero() {
		return end
	}
	_, now := at.Zone()
	_, before := start.Add(-time.Second).Zone()
	if earlier := at.Add(time.Duration(now-before) * time.Second); !start.IsZero() && earlier.Before(start) {
		return earlier
	}
	return at
}
