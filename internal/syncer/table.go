package syncer

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"strconv"

	"github.com/payclients/payclients-go/internal/wire"
)

// Table is where rows go. Its names are part of the statements and come from
// this module's code only.
//
// A row takes the place of the stored one if its version is higher. With Digest
// it does so if its version is not lower and its digest is another one, for
// providers whose versions do not tell changes apart. Without Version its digest
// alone decides, for providers that have none: then the last commit counts, which
// within a stream is what was read last.
type Table struct {
	Name    string
	ID      string // column of Row.ID, the primary key
	Version string // column of Row.Version; "" is none, which needs Digest
	Digest  string // column of Row.Digest; "" is none
	Columns []string
	// Derived are those of Columns that follow from others, From, of the same row,
	// the first of them a text that is never NULL, the others whole numbers. Derive
	// makes them of what From has, for rows that were stored before they were there.
	Derived, From []string
	Derive        func(from []sql.NullString) []any

	Status, Amount, Currency string // columns of what Stored has of a row
}

// Row is a row to be stored.
type Row struct {
	ID      int64
	Version int64  // where Table.Version is set
	Digest  []byte // where Table.Digest is set
	// Values are one for each of Table.Columns: int64, bool, string, []byte, a time,
	// or nil, which is NULL as is the zero time. Amounts are strings.
	Values []any
}

// VersionText tells versions of a row apart, in words that users see.
func (r Row) VersionText() string { return versionText(r.Version, r.Digest) }

// VersionText is that of the row that is stored.
func (s *Stored) VersionText() string { return versionText(s.Version, []byte(s.Digest)) }

func versionText(version int64, digest []byte) string {
	if len(digest) > 0 {
		return hex.EncodeToString(digest)
	}
	return strconv.FormatInt(version, 10)
}

// Reject is a row that could not be stored as one. The same one is kept once a
// stream.
type Reject struct {
	Raw  []byte // what it is told apart by
	Keep bool   // whether Raw itself is stored
	ID   string // as far as it can be read
	Err  error  // why; nil is unknown
}

// Field is a member of a row that did not decode, "" where it cannot be read.
func Field(raw []byte, name string) string {
	text, _ := wire.Field(raw, name)
	return text
}

// Split takes the rows that have a fault out of those of a page. bad are the rows
// that did not decode, and reject makes one more of them.
func Split[R, B any](rows []*R, bad []B, fault func(*R) error, reject func(*R, error) B) ([]*R, []B) {
	var good []*R
	for _, row := range rows {
		if err := fault(row); err != nil {
			bad = append(bad, reject(row, err))
			continue
		}
		good = append(good, row)
	}
	return good, bad
}

// Number is an id or a cursor as it is stored: a number of at most 63 bits.
func Number(text string) (int64, bool) {
	n, err := strconv.ParseUint(text, 10, 63)
	return int64(n), err == nil
}

// keys are the columns that a row is found and told apart by.
func (t Table) keys() []string {
	keys := []string{t.ID}
	for _, column := range []string{t.Version, t.Digest} {
		if column != "" {
			keys = append(keys, column)
		}
	}
	return keys
}

// all are the columns of a statement.
func (t Table) all() []string { return append(t.keys(), t.Columns...) }

// args are the values of a row for the columns of all.
func (t Table) args(r Row) []any {
	args := []any{r.ID}
	if t.Version != "" {
		args = append(args, r.Version)
	}
	if t.Digest != "" {
		args = append(args, r.Digest)
	}
	return append(args, r.Values...)
}

// Stored is what the table holds of a row.
type Stored struct {
	Version                  int64  // where Table.Version is set
	Digest                   string // where Table.Digest is set
	Status, Amount, Currency sql.NullString
}

// Text is a value of a row, nil for NULL.
func Text(text sql.NullString) any {
	if !text.Valid {
		return nil
	}
	return text.String
}

// Whole is a number of a Stored, nil for NULL.
func Whole[T int32 | int64](text sql.NullString) (*T, error) {
	if !text.Valid {
		return nil, nil //nolint:nilnil // as in the column
	}
	n, err := strconv.ParseInt(text.String, 10, 64)
	if err != nil || int64(T(n)) != n {
		return nil, errors.New("a number does not fit")
	}
	return new(T(n)), nil
}

// into are where the columns of keys, and the others of a Stored, are scanned to.
func (t Table) into(id *int64, s *Stored, whole bool) []any {
	into := []any{id}
	if t.Version != "" {
		into = append(into, &s.Version)
	}
	if t.Digest != "" {
		into = append(into, &s.Digest)
	}
	if whole {
		into = append(into, &s.Status, &s.Amount, &s.Currency)
	}
	return into
}

// replaces reports whether r takes the place of what is stored.
func (t Table) replaces(r Row, stored *Stored) bool {
	if t.Digest == "" {
		return r.Version > stored.Version
	}
	return r.Version >= stored.Version && string(r.Digest) != stored.Digest
}

// guard is replaces in SQL.
func (t Table) guard() string {
	if t.Digest == "" {
		return t.Name + "." + t.Version + " < excluded." + t.Version
	}
	guard := t.Name + "." + t.Digest + " <> excluded." + t.Digest
	if t.Version != "" {
		guard += " AND " + t.Name + "." + t.Version + " <= excluded." + t.Version
	}
	return guard
}
