package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// differences is a file of what is not the same on both sides. It gets its name
// when it is complete, and not before.
type differences struct {
	path  string
	other string
	file  *os.File
	csv   *csv.Writer
	cells *cli.Table // for what cells of ids are
	excel bool

	finished bool
}

// create begins a file beside path, readable by its owner only, and writes the
// names of columns: what cannot be written is found out before the work.
func create(path, other string, excel bool) (*differences, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: -out %s is not a file", cli.ErrUsage, path)
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.part")
	if err != nil {
		return nil, fmt.Errorf("%w: -out cannot be written: %w", cli.ErrUsage, err)
	}
	d := &differences{path: path, other: other, file: file, csv: csv.NewWriter(file), excel: excel, cells: cli.NewTable(io.Discard, excel)}
	if excel {
		_, _ = file.WriteString(byteOrderMark) // an error comes again with the first row
		d.csv.Comma, d.csv.UseCRLF = ';', true
	}
	columns := []string{"kinds", "key", "problem"}
	for _, side := range []string{"vima", other} {
		for _, column := range []string{"ref", "amount", "currency", "status", "created_at"} {
			columns = append(columns, side+"_"+column)
		}
	}
	columns = append(columns, "vima_type", other+"_type")
	_ = d.csv.Write(columns) // Flush returns the error
	d.csv.Flush()
	if err := d.csv.Error(); err != nil {
		return nil, errors.Join(fmt.Errorf("-out cannot be written: %w", err), d.abandon())
	}
	return d, nil
}

// ids are the columns of key and of both refs, which a spreadsheet would round.
var ids = []int{1, 3, 8}

// add writes a line, unless nothing differs or the row is outside of the period.
func (d *differences) add(e entry) error {
	if e.kinds&(matched|leftOut|beyond) != 0 {
		return nil
	}
	key, problems := "", []string{}
	for _, r := range []*row{e.vima, e.other} {
		if r == nil {
			continue
		}
		key = r.key
		if r.problem != "" {
			problems = append(problems, r.problem)
		}
	}
	cells := []string{strings.Join(e.kinds.names(d.other, "_"), "+"), key, strings.Join(problems, "; ")}
	var types []string
	for _, r := range []*row{e.vima, e.other} {
		if r == nil {
			r = new(row)
		}
		cells = append(cells, r.ref, r.amountText, r.currency, r.status, instant(r.at))
		types = append(types, r.typeText)
	}
	cells = append(cells, types...)
	for i, cell := range cells {
		switch cell = valid(cell); {
		case d.excel && slices.Contains(ids, i):
			cells[i] = d.cells.ID(cell)
		default:
			cells[i] = harmless(cell)
		}
	}
	if err := d.csv.Write(cells); err != nil {
		return fmt.Errorf("-out cannot be written: %w", err)
	}
	return nil
}

// finish names the file. After an error, abandon leaves nothing.
func (d *differences) finish() error {
	d.csv.Flush()
	err := errors.Join(d.csv.Error(), d.file.Sync(), d.file.Close())
	if err == nil {
		err = os.Rename(d.file.Name(), d.path)
	}
	if err != nil {
		return fmt.Errorf("-out cannot be written: %w", err)
	}
	d.finished = true
	return syncDir(filepath.Dir(d.path))
}

// abandon removes a file that is not finished.
func (d *differences) abandon() error {
	if d.finished {
		return nil
	}
	_ = d.file.Close() // it may be closed
	return os.Remove(d.file.Name())
}

// syncDir makes a new name last. Windows cannot, and does so by itself.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// valid is a cell that any reader of UTF-8 takes. PostgreSQL takes no zero byte.
func valid(cell string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(cell, "\ufffd"), "\x00", "\ufffd")
}

// harmless puts an apostrophe before what a spreadsheet could take for a
// formula, and before an apostrophe, so that it can be taken away again.
func harmless(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r\n'", rune(cell[0])) || negative(cell) {
		return cell
	}
	return "'" + cell
}

// negative reports whether cell is a number such as -1.50 and nothing else.
func negative(cell string) bool {
	digits, ok := strings.CutPrefix(cell, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	return ok && allDigits(whole) && (!point || allDigits(fraction))
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
