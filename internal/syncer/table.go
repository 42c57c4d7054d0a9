package syncer

// Table is where rows go. Its names are part of the statements and come from
// this module's code only.
//
// A row takes the place of the stored one if its version is higher. With Digest
// it does so if its version is not lower and its digest is another one, for
// providers whose versions do not tell changes apart.
type Table struct {
	Name    string
	ID      string // column of Row.ID, the primary key
	Version string // column of Row.Version
	Digest  string // column of Row.Digest; "" is none
	Columns []string
}

// Row is a row to be stored.
type Row struct {
	ID, Version int64
	Digest      []byte // where Table.Digest is set
	// Values are one for each of Table.Columns: int64, string, []byte, a time,
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

// all are the columns of a statement.
func (t Table) all() []string {
	columns := []string{t.ID, t.Version}
	if t.Digest != "" {
		columns = append(columns, t.Digest)
	}
	return append(columns, t.Columns...)
}

// stamp is what tells versions of a row apart.
type stamp struct {
	version int64
	digest  string
}

// replaces reports whether r takes the place of what is stored.
func (t Table) replaces(r Row, stored stamp) bool {
	if t.Digest != "" {
		return r.Version >= stored.version && string(r.Digest) != stored.digest
	}
	return r.Version > stored.version
}

// guard is replaces in SQL.
func (t Table) guard() string {
	if t.Digest != "" {
		return t.Name + "." + t.Version + " <= excluded." + t.Version +
			" AND " + t.Name + "." + t.Digest + " <> excluded." + t.Digest
	}
	return t.Name + "." + t.Version + " < excluded." + t.Version
}
