package syncer

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"strconv"

	"github.com/payclients/payclients-go/internal/wire"
)

// Table describes where rows go. Its names become part of statements and must
// come from this module's code only.
//
// A row replaces the stored one if its version is higher. With Digest it does if
// its version is not lower and its digest differs, for providers whose versions
// do not identify changes. Without Version the digest alone decides, for
// providers without versions: the last commit then wins, which within a stream is
// what was read last.
type Table struct {
	Name    string
	ID      string // column of Row.ID, the primary key
	Version string // column of Row.Version; "" if there is none, which requires Digest
	Digest  string // column of Row.Digest; "" if there is none
	Columns []string
	// Derived names the Columns that follow from the columns From of the same
	// row. The first is a string that is never NULL, the others are whole
	// numbers. Derive returns their values for rows that were stored before the
	// columns existed.
	Derived, From []string
	Derive        func(from []sql.NullString) []any

	Status, Amount, Currency string // columns of what Stored has
}

// Row is a row to be stored.
type Row struct {
	ID      int64
	Version int64  // if Table.Version is set
	Digest  []byte // if Table.Digest is set
	// Values has one value for each of Table.Columns: int64, bool, string,
	// []byte, time.Time or nil. nil and the zero time are NULL. Amounts are
	// strings.
	Values []any
}

// VersionText returns the version as users see it: the digest in hexadecimal if
// the row has one, and otherwise the number.
func (r Row) VersionText() string { return versionText(r.Version, r.Digest) }

// VersionText returns the version of the stored row in the same form as
// Row.VersionText.
func (s *Stored) VersionText() string { return versionText(s.Version, []byte(s.Digest)) }

func versionText(version int64, digest []byte) string {
	if len(digest) > 0 {
		return hex.EncodeToString(digest)
	}
	return strconv.FormatInt(version, 10)
}

// Reject is a row that could not be stored in the table. Rejects with the same
// Raw are stored once for each stream.
type Reject struct {
	Raw  []byte // identifies the reject
	Keep bool   // store Raw itself too
	ID   string // "" if it cannot be read
	Err  error  // the reason; nil means unknown
}

// Field returns the member called name of raw, a row that did not decode: the
// content of a string, or the digits of a number. It returns "" if the member is
// missing or cannot be read.
func Field(raw []byte, name string) string {
	text, _ := wire.Field(raw, name)
	return text
}

// Split returns the rows for which problem returns nil, in their order. For each
// other row it appends reject(row, err) to bad, where err is the error of problem.
// It returns that as its second result. The first result is nil if no row is good.
func Split[R, B any](rows []*R, bad []B, problem func(*R) error, reject func(*R, error) B) ([]*R, []B) {
	var good []*R
	for _, row := range rows {
		if err := problem(row); err != nil {
			bad = append(bad, reject(row, err))
			continue
		}
		good = append(good, row)
	}
	return good, bad
}

// Number returns text, an id or cursor, as the number that is stored, and true. It
// returns false for any string that is not a number of at most 63 bits, for
// example "", "-1" or "1.0"; the number is then meaningless.
func Number(text string) (int64, bool) {
	n, err := strconv.ParseUint(text, 10, 63)
	return int64(n), err == nil
}

// keys returns the columns that identify a row and its version: ID, and then
// Version and Digest if the table has them.
func (t Table) keys() []string {
	keys := []string{t.ID}
	for _, column := range []string{t.Version, t.Digest} {
		if column != "" {
			keys = append(keys, column)
		}
	}
	return keys
}

// all returns all columns that an insert sets from a Row: keys and then Columns.
func (t Table) all() []string { return append(t.keys(), t.Columns...) }

// args returns the values of the row r for the columns of all, in the same order.
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
	Version                  int64  // if Table.Version is set
	Digest                   string // if Table.Digest is set
	Status, Amount, Currency sql.NullString
}

// Text returns the string in text, or nil if it is NULL.
func Text(text sql.NullString) any {
	if !text.Valid {
		return nil
	}
	return text.String
}

// Whole returns a pointer to the whole number in text, a column of a Stored. It
// returns nil and no error for NULL. It returns an error for text that is not a
// whole number or does not fit into T.
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

// into returns the targets for scanning a stored row: id, and fields of s, in the
// order of the columns of keys. If whole is true, the other fields of s follow.
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

// replaces reports whether r replaces the stored row. Without Digest, r must have
// a higher version. With Digest, its version must not be lower, and its digest
// must differ.
func (t Table) replaces(r Row, stored *Stored) bool {
	if t.Digest == "" {
		return r.Version > stored.Version
	}
	return r.Version >= stored.Version && string(r.Digest) != stored.Digest
}

// guard returns the condition of replaces in SQL, for the ON CONFLICT part of an
// insert.
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
