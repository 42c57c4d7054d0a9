package syncer

import "strconv"

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

// Reject is a row that could not be stored as one. The same one is kept once a
// stream.
type Reject struct {
	Raw    []byte // what it is told apart by
	Keep   bool   // whether Raw itself is stored
	ID     string // as far as it can be read
	Reason string
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

// stamp is what tells versions of a row apart.
type stamp struct {
	version int64
	digest  string
}

// into are where the columns of keys are scanned to.
func (t Table) into(id *int64, s *stamp) []any {
	into := []any{id}
	if t.Version != "" {
		into = append(into, &s.version)
	}
	if t.Digest != "" {
		into = append(into, &s.digest)
	}
	return into
}

// replaces reports whether r takes the place of what is stored.
func (t Table) replaces(r Row, stored stamp) bool {
	if t.Digest == "" {
		return r.Version > stored.version
	}
	return r.Version >= stored.version && string(r.Digest) != stored.digest
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
