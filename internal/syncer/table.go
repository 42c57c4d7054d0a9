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
// there is one, else the number.
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

// Field returns a member of a row that did not decode, "" if it cannot be read.
func Field(raw []byte, name string) string {
	text, _ := wire.Field(raw, name)
	return text
}

// Split returns the rows for which problem returns nil, and bad with the other rows
// appended, converted by reject.
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

// Number returns an id or cursor as it is stored: a number of at most 63 bits. It
// reports false for any other string.
func Number(text string) (int64, bool) {
	n, err := strconv.ParseUint(text, 10, 63)
	return int64(n), err == nil
}

// keys returns the columns that identify a row and its version.
func (t Table) keys() []string {
	keys := []string{t.ID}
	for _, column := range []string{t.Version, t.Digest} {
		if column != "" {
			keys = append(keys, column)
		}
	}
	return keys
}

// all returns the columns of an insert.
func (t Table) all() []string { return append(t.keys(), t.Columns...) }

// args returns the values of a row for the columns of all.
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

// Text returns a string of a row, nil for NULL.
func Text(text sql.NullString) any {
	if !text.Valid {
		return nil
	}
	return text.String
}

// Whole returns a whole number of a Stored, nil for NULL. It returns an error for
// a number that does not fit T.
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

// into returns the targets for scanning the columns of keys, and with whole the
// other columns of a Stored.
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

// replaces reports whether r replaces what is stored.
func (t Table) replaces(r Row, stored *Stored) bool {
	if t.Digest == "" {
		return r.Version > stored.Version
	}
	return r.Version >= stored.Version && string(r.Digest) != stored.Digest
}

// guard returns replaces as SQL.
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
