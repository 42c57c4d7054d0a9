package sqldb

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// migration is one SQL file. The file has the annotations of goose (a migration
// tool), so that goose can run the file too.
type migration struct {
	name       string   // of the file, such as 00001_sync.sql
	statements []string // without the annotations, in order
}

// migrations returns the files *.sql at the top of folder, sorted by name. It does
// not run them. If a file cannot be read, it returns nil and the error. If there
// are no such files, or the folder itself cannot be read, it returns nil and nil.
func migrations(folder fs.FS) ([]migration, error) {
	names, err := fs.Glob(folder, "*.sql")
	if err != nil {
		return nil, err
	}
	var all []migration
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		all = append(all, migration{name, statements(string(text))})
	}
	return all, nil
}

// indexes reports whether the file creates indexes: its name ends with
// "_indexes.sql". Such a file is not run in the transaction of the other files,
// unless the tables are new.
func (m migration) indexes() bool { return strings.HasSuffix(m.name, "_indexes.sql") }

// blocking returns a copy of the migration whose statements create indexes without
// CONCURRENTLY, so that they may run in a transaction. Such statements block
// writers. m stays unchanged.
func (m migration) blocking() migration {
	m.statements = slices.Clone(m.statements)
	for i := range m.statements {
		m.statements[i] = blocking(m.statements[i])
	}
	return m
}

// blocking returns statement with " INDEX " in place of the first " INDEX
// CONCURRENTLY ". It returns any other statement unchanged.
func blocking(statement string) string {
	return strings.Replace(statement, " INDEX CONCURRENTLY ", " INDEX ", 1)
}

var block = regexp.MustCompile(`(?s)-- \+goose StatementBegin\n(.*?)\n-- \+goose StatementEnd\n`)

// statements returns the SQL statements in text, the content of a migration file.
// It returns them one by one because some drivers accept only one statement at a
// time. It returns nil if text has no statement, and does not check the SQL.
//
//   - A statement ends with a semicolon at the end of a line. Text after the last
//     semicolon is a statement too, unless it has only whitespace and lines that are
//     left out.
//   - The lines between the annotations "-- +goose StatementBegin" and "-- +goose
//     StatementEnd" are one statement. A StatementBegin without a StatementEnd has
//     no effect: the lines after it are split at the semicolons.
//   - Lines that begin with "--", such as other annotations, are left out at the
//     start of text and directly after a statement. A comment after an empty line
//     stays, as a part of the next statement.
func statements(text string) []string {
	var all []string
	for text != "" {
		rest, one := "", ""
		if at := block.FindStringSubmatchIndex(text); at != nil {
			text, one, rest = text[:at[0]], text[at[2]:at[3]], text[at[1]:]
		}
		for statement := range strings.SplitSeq(text, ";\n") {
			for strings.HasPrefix(statement, "--") { // an annotation
				_, statement, _ = strings.Cut(statement, "\n")
			}
			if statement = strings.TrimSpace(statement); statement != "" {
				all = append(all, statement)
			}
		}
		if one != "" {
			all = append(all, one)
		}
		text = rest
	}
	return all
}

// shape holds the tables and views that an empty database has after all migrations.
// [shapeOf] reads it from the text of the statements, which must have one column a
// line. A test compares it with the tables that databases create from this text.
type shape struct {
	tables []*tableShape
	views  []string // names
}

type tableShape struct {
	name    string
	columns []*columnShape
	key     []string
}

type columnShape struct {
	name, was string // was is the name before the upgrade, "" if unchanged
	kind      string // in lower case
	null      bool
	added     bool // by an upgrade
}

// Expressions for statements and lines of this module's migrations. They do not match
// SQL in other forms.
var (
	createTable = regexp.MustCompile(`(?s)^CREATE TABLE IF NOT EXISTS (\w+) \(\n(.*)\n\)`)
	createView  = regexp.MustCompile(`^CREATE (?:OR REPLACE VIEW|VIEW IF NOT EXISTS) (\w+) AS`)
	addColumn   = regexp.MustCompile(`^ALTER TABLE (\w+) ADD COLUMN (?:IF NOT EXISTS )?(\w+) (\w+)`)
	rename      = regexp.MustCompile(`^ALTER TABLE (\w+) RENAME COLUMN (\w+) TO (\w+)`)
	columnLine  = regexp.MustCompile(`^\t(\w+) +(\w+)(.*?),?$`)
	keyLine     = regexp.MustCompile(`^\tPRIMARY KEY \((.*)\)`)
	createIndex = regexp.MustCompile(`^CREATE INDEX (?:CONCURRENTLY )?IF NOT EXISTS (\w+) ON (\w+)`)
)

// shapeOf returns the tables and views that an empty database has after statements.
// statements must be in the form of this module's migrations. It ignores all
// statements except CREATE TABLE, CREATE VIEW, ADD COLUMN and RENAME COLUMN.
func shapeOf(statements []string) *shape {
	s := new(shape)
	for _, statement := range statements {
		if found := createTable.FindStringSubmatch(statement); found != nil {
			s.tables = append(s.tables, tableOf(found[1], found[2]))
		} else if found := createView.FindStringSubmatch(statement); found != nil {
			s.views = append(s.views, found[1])
		} else if found := addColumn.FindStringSubmatch(statement); found != nil {
			t := s.table(found[1])
			t.columns = append(t.columns, &columnShape{name: found[2], kind: strings.ToLower(found[3]), null: true, added: true})
		} else if found := rename.FindStringSubmatch(statement); found != nil {
			for _, c := range s.table(found[1]).columns {
				if c.name == found[2] {
					c.name, c.was = found[3], found[2]
				}
			}
		}
	}
	return s
}

func tableOf(name, lines string) *tableShape {
	t := &tableShape{name: name}
	for line := range strings.SplitSeq(lines, "\n") {
		if found := keyLine.FindStringSubmatch(line); found != nil {
			t.key = strings.Split(found[1], ", ")
			continue
		}
		found := columnLine.FindStringSubmatch(line)
		if found == nil { // a condition on several columns
			continue
		}
		t.columns = append(t.columns, &columnShape{name: found[1], kind: strings.ToLower(found[2]), null: !strings.Contains(found[3], "NOT NULL")})
		if strings.Contains(found[3], "PRIMARY KEY") {
			t.key = []string{found[1]}
		}
	}
	return t
}

func (s *shape) table(name string) *tableShape {
	for _, t := range s.tables {
		if t.name == name {
			return t
		}
	}
	return new(tableShape)
}

// names returns the names of the views and then of the tables of s.
func (s *shape) names() []string {
	names := slices.Clone(s.views)
	for _, t := range s.tables {
		names = append(names, t.name)
	}
	return names
}

// relation is a table or view that the database has, or another object that takes
// the name of one. [Migrator.look] makes it.
type relation struct {
	kind    string            // table, partitioned (a table), view, or the database's word for something else
	columns map[string]column // by name
	keys    [][]string        // the columns of each unique key; on SQLite of the primary key only
}

type column struct {
	kind string // in the database's words
	null bool
}

// problems returns what prevents this module from writing to the database, one
// string for each table or view with a problem. It returns nil if there is none.
// relations holds the tables and views of the database, by name. d is the dialect
// of the database. whole says what must exist:
//
//   - true (after an upgrade): every table, view and column of s.
//   - false (before an upgrade): a table or view may be missing, and so may a
//     column that the upgrade adds. A column that the upgrade renames may have its
//     old name.
//
// For what exists, the rules are the same with both values of whole:
//
//   - A view of s must be a view, and a table of s a table, which may be
//     partitioned.
//   - The type of a column must be the type in s or wider, see Dialect.canStore.
//   - A column that is nullable in s must be nullable.
//   - A table must have a unique key on the key columns of s.
//   - Extra columns, indexes and partitions are allowed.
func (s *shape) problems(d Dialect, relations map[string]*relation, whole bool) []string {
	var problems []string
	for _, view := range s.views {
		if r := relations[view]; r != nil && r.kind != "view" {
			problems = append(problems, view+" is not a view of this module, but a "+r.kind)
		} else if r == nil && whole {
			problems = append(problems, "view "+view+" is missing")
		}
	}
	for _, t := range s.tables {
		r := relations[t.name]
		switch {
		case r == nil && whole:
			problems = append(problems, "table "+t.name+" is missing")
		case r == nil:
		case r.kind != "table" && r.kind != "partitioned":
			problems = append(problems, t.name+" is not a table of this module, but a "+r.kind)
		default:
			if wrong := t.problems(d, r, whole); len(wrong) > 0 {
				problems = append(problems, "table "+t.name+" "+strings.Join(wrong, ", "))
			}
		}
	}
	return problems
}

func (t *tableShape) problems(d Dialect, r *relation, whole bool) []string {
	var missing, wrong []string
	for _, c := range t.columns {
		is, ok := r.columns[c.name]
		if !ok && !whole {
			is, ok = r.columns[c.was]
		}
		switch {
		case !ok && c.added && !whole:
		case !ok:
			missing = append(missing, c.name)
		case !d.canStore(c.kind, is.kind):
			wrong = append(wrong, fmt.Sprintf("has column %s as %s, which must be %s", c.name, is.kind, c.kind))
		case c.null && !is.null:
			wrong = append(wrong, fmt.Sprintf("has column %s as NOT NULL, which must take NULL", c.name))
		}
	}
	if len(missing) > 0 {
		what := "has no column "
		if !slices.ContainsFunc(t.key, func(key string) bool { return !slices.Contains(missing, key) }) {
			what = "is not a table of this module: it has no column "
		}
		return append([]string{what + strings.Join(missing, ", ")}, wrong...)
	}
	if !slices.ContainsFunc(r.keys, func(key []string) bool { return sameSet(key, t.key) }) {
		wrong = append(wrong, "has no unique key on "+strings.Join(t.key, ", "))
	}
	return wrong
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
