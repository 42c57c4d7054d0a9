package syncer

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"strconv"

	"github.com/payclients/payclients-go/internal/wire"
)

// Table describes where rows go. Its names become part of SQL statements and must
// come from this module's code only.
//
// A row replaces the stored row with the same id by one of three rules:
//
//   - The table has a Version, but no Digest: the version of the row must be
//     higher.
//   - The table has a Version and a Digest, for providers whose versions do not
//     identify changes: the version of the row must not be lower, and its digest
//     must differ.
//   - The table has a Digest, but no Version: the digest of the row must differ.
//     The last commit wins.
type Table struct {
	Name    string
	ID      string   // column of Row.ID, the primary key
	Version string   // column of Row.Version; "" if there is none, which requires Digest
	Digest  string   // column of Row.Digest; "" if there is none
	Columns []string // the other columns, in the order of Row.Values
	// Derived names the elements of Columns that are computed from the columns From of
	// the same row; nil means none. The first column of Derived holds a string and is
	// never NULL. The other columns of Derived hold whole numbers or NULL.
	//
	// Migrate calls Derive for each row that was stored before the columns existed.
	// from holds the row's values of the columns From. Derive returns one value for
	// each column of Derived. Derive may be nil if Derived is nil.
	Derived, From []string
	Derive        func(from []sql.NullString) []any

	Status, Amount, Currency string // columns of the Stored fields with these names; required
}

// Row is a row to be stored in a [Table].
type Row struct {
	ID      int64
	Version int64  // must be 0 if Table.Version is ""
	Digest  []byte // hash of the content; must be nil if Table.Digest is ""
	// Values has one value for each of Table.Columns, in the same order: int64,
	// bool, string, []byte, time.Time or nil. nil and the zero time are NULL.
	// Amounts are strings.
	Values []any
}

// VersionText returns the version as users see it: the digest in hexadecimal if
// the row has one, and otherwise the number.
func (r Row) VersionText() string { return versionText(r.Version, r.Digest) }

// VersionText returns the version of the stored row in the form of Row.VersionText.
// s must not be nil.
func (s *Stored) VersionText() string { return versionText(s.Version, []byte(s.Digest)) }

func versionText(version int64, digest []byte) string {
	if len(digest) > 0 {
		return hex.EncodeToString(digest)
	}
	return strconv.FormatInt(version, 10)
}

// Reject is a row that could not be stored in the table, for example because it
// does not decode. A second Reject with the same Raw in the same stream is not
// stored again: it replaces the reason and the time last seen of the first one, and
// nothing else.
type Reject struct {
	Raw  []byte // the row as received; its hash identifies the reject
	Keep bool   // also stores Raw itself, otherwise only its hash
	ID   string // id of the row; "" if it cannot be read
	Err  error  // the reason, stored as a string; nil is stored as "unknown"
}

// Field returns the value of one member of the JSON object raw, a row that did not
// decode. key is the name of the member. Field returns the content of a string, or
// the digits of a number as they are spelled. It returns "" in these cases:
//
//   - raw is malformed;
//   - the member is missing or there twice;
//   - the member's value is not a string or number;
//   - the string has broken UTF-8 or half a surrogate pair.
func Field(raw []byte, key string) string {
	text, _ := wire.Field(raw, key)
	return text
}

// Split separates good rows from bad ones. problem returns nil for a good row, and
// an error for a bad row. reject converts a bad row and its error to a B. problem
// and reject must not be nil. The first result holds the good rows in their order;
// it is nil if there are none. The second result is bad with one B appended for
// each bad row.
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

// Number returns the number that text stands for, and true. text is an id or a
// cursor: decimal digits only. Number returns false for any other string, for
// example "", "-1" or "1.0", and for a number above 2^63-1; the number is then
// meaningless.
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

// args returns the values of the row r for the columns of [Table.all], in the same
// order. It does not check how many values r has.
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

// Stored is what the table holds of a row when [Store.Commit] reads the row, before
// it writes.
type Stored struct {
	Version int64  // 0 if Table.Version is ""
	Digest  string // the raw bytes of Row.Digest; "" if Table.Digest is ""
	// Status, Amount and Currency are the columns that Table names, as strings. Amount
	// is a decimal number in the unit of its column. Without Change.Applied the three
	// are not read.
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

// into returns the targets for Scan of a stored row: id, and then fields of s in
// the order of [Table.keys]. If allFields is true, Status, Amount and Currency of s
// follow. id and s must not be nil.
func (t Table) into(id *int64, s *Stored, allFields bool) []any {
	into := []any{id}
	if t.Version != "" {
		into = append(into, &s.Version)
	}
	if t.Digest != "" {
		into = append(into, &s.Digest)
	}
	if allFields {
		into = append(into, &s.Status, &s.Amount, &s.Currency)
	}
	return into
}

// replaces reports whether r replaces the stored row with the same id, by the rules
// of [Table]. stored must not be nil.
func (t Table) replaces(r Row, stored *Stored) bool {
	if t.Digest == "" {
		return r.Version > stored.Version
	}
	return r.Version >= stored.Version && string(r.Digest) != stored.Digest
}

// guard returns an SQL condition that is true if a new row replaces the stored one,
// by the rules of [Table]. It is for the WHERE of ON CONFLICT DO UPDATE in an
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
