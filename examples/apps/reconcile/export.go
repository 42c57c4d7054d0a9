package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// export is how a CSV file of the other side is read.
type export struct {
	id, amount, currency, status, kind, date string // names of columns; of kind and date "" is none

	charset       charset
	comma         rune
	headerLine    int     // of the names of columns, from 1
	skipLast      int     // rows at the end that are none
	fixedCurrency string  // in place of a column
	fixedType     rowType // in place of a column
	amounts       amountForm
	dates         dates
	classes       classes
}

// maxRecord is how long a row may be. Without a limit, a quote that is not closed
// would take the rest of the file into memory.
const maxRecord = 1 << 20

// maxSkipped is how many lines before and behind the rows may be left out.
const maxSkipped = 1000

// byteOrderMark is what Excel begins a file with.
const byteOrderMark = "\ufeff"

// sampled is how much of a file is looked at before it is read.
const sampled = 64 << 10

// load puts the rows of a file into s, and returns the times that it reaches. Of
// its columns only those that are named are kept.
func (x export) load(ctx context.Context, from io.Reader, s *sorter) (reach, error) {
	raw := bufio.NewReaderSize(from, sampled)
	head, err := raw.Peek(sampled)
	if err != nil && !errors.Is(err, io.EOF) {
		return reach{}, err
	}
	if what := x.charset.foreign(head); what != "" {
		return reach{}, fmt.Errorf("%w: it is %s", errFile, what)
	}
	t := &sheet{export: x, sample: x.charset.text(head), meter: &meter{from: x.charset.reader(raw), left: maxRecord}}
	if err := t.open(); err != nil {
		return reach{}, err
	}
	var reached reach
	var last []line // those that may be left out
	for {
		if err := ctx.Err(); err != nil {
			return reach{}, err
		}
		l, err := t.next()
		if errors.Is(err, io.EOF) {
			return reached, nil
		}
		if err != nil {
			return reach{}, err
		}
		if last = append(last, l); len(last) <= x.skipLast {
			continue
		}
		l, last = last[0], last[1:]
		if at, known := x.dates.read(l.date); known {
			reached.add(at)
		}
		if err := s.add(ctx, l); err != nil {
			return reach{}, err
		}
	}
}

// sheet reads a file row by row.
type sheet struct {
	export
	sample  string // the beginning of the file
	meter   *meter
	csv     *csv.Reader
	skipped int // lines that csv has not seen
	width   int
	places  []int
}

// open reads what is before the rows.
func (t *sheet) open() error {
	text := bufio.NewReader(t.meter)
	if mark, _ := text.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = text.Discard(len(mark)) // it is there
	}
	first, _, _ := strings.Cut(t.sample, "\n")
	if says, ok := sepLine(first); ok && t.headerLine <= 1 {
		if says != t.comma {
			return fmt.Errorf("%w: line 1 is sep=, for a spreadsheet: -separator %s reads it", errFile, separatorName(says))
		}
		t.headerLine = 2
	}
	for ; t.skipped < t.headerLine-1; t.skipped++ {
		t.meter.left = maxRecord
		if _, err := text.ReadString('\n'); errors.Is(err, io.EOF) {
			return fmt.Errorf("%w: it has only %d lines, and -header-line is %d", errFile, t.skipped+1, t.headerLine)
		} else if err != nil {
			return err
		}
	}
	t.csv = csv.NewReader(text)
	t.csv.Comma, t.csv.FieldsPerRecord, t.csv.ReuseRecord = t.comma, -1, true
	t.meter.left = maxRecord
	header, err := t.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: there is not even a line of column names", errFile)
	case err != nil:
		return t.problem(err)
	}
	t.headerLine, _ = t.csv.FieldPos(0)
	t.headerLine += t.skipped
	t.width = len(header)
	t.places, err = t.export.places(header, t.sample)
	return err
}

// next reads a row. After the last one it returns io.EOF.
func (t *sheet) next() (line, error) {
	t.meter.left = maxRecord
	record, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return line{}, io.EOF
	}
	if err != nil {
		return line{}, t.problem(err)
	}
	number, _ := t.csv.FieldPos(0)
	l := line{number: int64(number + t.skipped)}
	if len(record) != t.width { // the cells may all be one further
		l.problem = problemCells
		return l, nil
	}
	for i, cell := range l.cells() {
		if t.places[i] >= 0 {
			*cell = record[t.places[i]]
		}
	}
	return l, nil
}

// problem counts the lines of an error from the beginning of the file.
func (t *sheet) problem(err error) error {
	if wrong := new(csv.ParseError); errors.As(err, &wrong) {
		wrong.Line += t.skipped
		wrong.StartLine += t.skipped
	}
	return fmt.Errorf("%w: %w", errFile, err)
}

// rows are what load has put into s, in the order of their keys.
func (x export) rows(ctx context.Context, s *sorter, p period, t typing) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		for l, err := range s.sorted(ctx) {
			if err != nil {
				yield(row{}, err)
				return
			}
			if !yield(x.row(l, p, t), nil) {
				return
			}
		}
	}
}

func (x export) row(l line, p period, t typing) row {
	r := row{key: l.key, line: l.number, ref: "line " + strconv.FormatInt(l.number, 10), problem: l.problem}
	if l.key == "" {
		r.blame(problemKey)
	}
	for _, cell := range l.cells() {
		if !utf8.ValidString(*cell) {
			r.blame(problemText)
		}
	}
	if x.charset.decoder != nil && strings.ContainsRune(l.key, utf8.RuneError) { // of which two keys could be made one
		r.blame(problemReplaced)
	}
	amount, signed := x.amounts.read(l.amount)
	r.setCurrency(l.currency)
	if x.fixedCurrency != "" {
		r.setCurrency(x.fixedCurrency)
	}
	if r.currency == "" {
		r.setCurrency(signed)
	}
	if x.amounts.minor {
		r.setMinor(amount)
	} else {
		r.setAmount(amount)
	}
	if !r.known {
		r.amountText = l.amount
	}
	if signed != "" && signed != r.currency {
		r.blame(problemSign)
	}
	r.setStatus(l.status, x.classes)
	if r.kind = x.fixedType; x.kind != "" {
		t.set(&r, l.kind, t.other)
	}
	if l.date != "" {
		var known bool
		if r.at, known = x.dates.read(l.date); !known && !p.open() {
			r.blame(problemDate)
		}
	}
	r.outside = !p.covers(r.at)
	if r.problem != "" {
		r.column, r.hint = x.explain(r.problem, &l)
	}
	return r
}

// explain names the column of a problem, and the setting that may mend it.
func (x export) explain(problem string, l *line) (column, hint string) {
	switch problem {
	case problemKey:
		return x.id, ""
	case problemCells:
		return "", "-skip-last leaves out a footer, and -separator says what is between cells"
	case problemText, problemReplaced:
		for i, c := range x.columns() {
			if text := *l.cells()[i]; !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
				return c.name, "-encoding says what the file is in, such as windows-1251"
			}
		}
	case problemAmount:
		return x.amount, x.amounts.hint(l.amount)
	case problemSign:
		return x.amount, "-currency-signs says another currency than the row"
	case problemCurrency:
		return x.currency, "-minor needs a currency whose minor units are known"
	case problemStatus:
		return x.status, "-status-map adds words"
	case problemType:
		return x.kind, "-type-map adds words"
	case problemDate:
		return x.date, x.dates.hint(l.date)
	}
	return "", ""
}

// meter ends a file with an error where no row ends for too long.
type meter struct {
	from io.Reader
	left int
}

var errTooLong = fmt.Errorf("a row of more than %d bytes: is there a quote that is not closed?", maxRecord)

func (m *meter) Read(into []byte) (int, error) {
	if m.left <= 0 {
		return 0, errTooLong
	}
	n, err := m.from.Read(into)
	m.left -= n
	return n, err
}
