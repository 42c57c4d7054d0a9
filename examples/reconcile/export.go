package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// export is how a CSV file of the other side is read.
type export struct {
	id, amount, currency, status, kind, date string // names of columns; of kind and date "" is none
	comma                                    rune
	fixedCurrency                            string  // in place of a column
	fixedType                                rowType // in place of a column
	minor                                    bool    // amounts are in minor units
	dates                                    dates
	classes                                  classes
}

// maxRecord is how long a row may be. Without a limit, a quote that is not closed
// would take the rest of the file into memory.
const maxRecord = 1 << 20

// byteOrderMark is what Excel begins a file with.
const byteOrderMark = "\ufeff"

// load puts the rows of a file into s. Of its columns only those that are named
// are kept.
func (x export) load(ctx context.Context, from io.Reader, s *sorter) (reached reach, err error) {
	limited := &meter{from: from, left: maxRecord}
	text := bufio.NewReader(limited)
	if mark, _ := text.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = text.Discard(len(mark)) // it is there
	}
	r := csv.NewReader(text)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = x.comma, -1, true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return reach{}, fmt.Errorf("%w: there is not even a line of column names", errFile)
	}
	if err != nil {
		return reach{}, fmt.Errorf("%w: %w", errFile, err)
	}
	places, err := x.places(header)
	if err != nil {
		return reach{}, err
	}
	width := len(header)
	for {
		if err := ctx.Err(); err != nil {
			return reach{}, err
		}
		limited.left = maxRecord
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return reached, nil
		}
		if err != nil {
			return reach{}, fmt.Errorf("%w: %w", errFile, err)
		}
		number, _ := r.FieldPos(0)
		l := line{number: int64(number)}
		if len(record) == width {
			for i, cell := range []*string{&l.key, &l.amount, &l.currency, &l.status, &l.kind, &l.date} {
				if places[i] >= 0 {
					*cell = record[places[i]]
				}
			}
		} else { // whose cells may all be one further
			l.fault = faultCells
		}
		if at, known := x.dates.read(l.date); known {
			reached.add(at)
		}
		if err := s.add(ctx, l); err != nil {
			return reach{}, err
		}
	}
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
	r := row{key: l.key, ref: "line " + strconv.FormatInt(l.number, 10), fault: l.fault}
	switch {
	case l.key == "":
		r.blame(faultKey)
	case !utf8.ValidString(l.key):
		r.blame(faultText)
	}
	r.setCurrency(l.currency)
	if x.fixedCurrency != "" {
		r.setCurrency(x.fixedCurrency)
	}
	if x.minor {
		r.setMinor(l.amount)
	} else {
		r.setAmount(l.amount)
	}
	r.setStatus(l.status, x.classes)
	if r.kind = x.fixedType; x.kind != "" {
		t.set(&r, l.kind, t.other)
	}
	if l.date != "" {
		var known bool
		if r.at, known = x.dates.read(l.date); !known && !p.open() {
			r.blame(faultDate)
		}
	}
	r.outside = !p.covers(r.at)
	return r
}

// places finds the columns, -1 for one that is not asked for.
func (x export) places(header []string) ([]int, error) {
	var places []int
	for _, name := range []string{x.id, x.amount, x.currency, x.status, x.kind, x.date} {
		at := slices.Index(header, name)
		switch {
		case name == "":
			places = append(places, -1)
			continue
		case at < 0:
			// The names that are there are not told: without them, they are a payer's data.
			return nil, fmt.Errorf("%w: none of its %d columns is called %q", errColumns, len(header), name)
		case slices.Contains(header[at+1:], name):
			return nil, fmt.Errorf("%w: two columns are called %q", errColumns, name)
		}
		places = append(places, at)
	}
	return places, nil
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

// comma is the separator of cells that a flag names.
func comma(text string) (rune, error) {
	if text == `\t` || text == "tab" {
		return '\t', nil
	}
	if len(text) != 1 || strings.ContainsAny(text, "\"\r\n\x00") {
		return 0, fmt.Errorf("%w: -separator must be one character such as ; or the word tab", errUsage)
	}
	return rune(text[0]), nil
}
