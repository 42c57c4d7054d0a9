package sqldb

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// shape is what the statements of migrations make of an empty database. It is read
// from their text, which is this module's own and has one column a line; a test
// holds it against what databases make of the same text.
type shape struct {
	tables []*tableShape
	views  []string
}

type tableShape struct {
	name    string
	columns []*columnShape
	key     []string
}

type columnShape struct {
	name, was string // was is its name before the upgrade, "" for the same
	kind      string // in lower case
	null      bool
	added     bool // by an upgrade
}

var (
	createTable = regexp.MustCompile(`(?s)^CREATE TABLE IF NOT EXISTS (\w+) \(\n(.*)\n\)`)
	createView  = regexp.MustCompile(`^CREATE (?:OR REPLACE VIEW|VIEW IF NOT EXISTS) (\w+) AS`)
	addColumn   = regexp.MustCompile(`^ALTER TABLE (\w+) ADD COLUMN (?:IF NOT EXISTS )?(\w+) (\w+)`)
	rename      = regexp.MustCompile(`^ALTER TABLE (\w+) RENAME COLUMN (\w+) TO (\w+)`)
	columnLine  = regexp.MustCompile(`^\t(\w+) +(\w+)(.*?),?$`)
	keyLine     = regexp.MustCompile(`^\tPRIMARY KEY \((.*)\)`)
	createIndex = regexp.MustCompile(`^CREATE INDEX (?:CONCURRENTLY )?IF NOT EXISTS (\w+) ON (\w+)`)
)

// shapeOf reads statements.
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

// names are those of tables and views.
func (s *shape) names() []string {
	names := slices.Clone(s.views)
	for _, t := range s.tables {
		names = append(names, t.name)
	}
	return names
}

// relation is what a database has under a name.
type relation struct {
	kind    string // table, partitioned, view, or another word of the database
	columns map[string]column
	keys    [][]string // the columns of each unique key
}

type column struct {
	kind string // in the words of the database
	null bool
}

// faults are what keeps the module from writing to what is there. Before an upgrade
// (not whole) relations may be missing, and columns may have their former names or
// be those that it adds. Extra columns, wider types, indexes and partitions are
// nobody's fault.
func (s *shape) faults(d Dialect, there map[string]*relation, whole bool) []string {
	var faults []string
	for _, view := range s.views {
		if r := there[view]; r != nil && r.kind != "view" {
			faults = append(faults, view+" is not a view of this module, but a "+r.kind)
		} else if r == nil && whole {
			faults = append(faults, "view "+view+" is missing")
		}
	}
	for _, t := range s.tables {
		r := there[t.name]
		switch {
		case r == nil && whole:
			faults = append(faults, "table "+t.name+" is missing")
		case r == nil:
		case r.kind != "table" && r.kind != "partitioned":
			faults = append(faults, t.name+" is not a table of this module, but a "+r.kind)
		default:
			if wrong := t.faults(d, r, whole); len(wrong) > 0 {
				faults = append(faults, "table "+t.name+" "+strings.Join(wrong, ", "))
			}
		}
	}
	return faults
}

func (t *tableShape) faults(d Dialect, r *relation, whole bool) []string {
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
		case !d.holds(c.kind, is.kind):
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
