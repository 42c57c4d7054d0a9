package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// look returns what the database has under names, which are this module's own, by
// name. A name without a relation is not in the map. On PostgreSQL look searches
// the schema in which CREATE TABLE creates. It returns errors of the database.
func (m Migrator) look(ctx context.Context, conn *sql.Conn, names []string) (map[string]*relation, error) {
	among := "('" + strings.Join(names, "', '") + "')"
	there := map[string]*relation{}
	columns, keys := sqliteColumns, sqliteKeys
	if m.Dialect == PostgreSQL {
		columns, keys = postgresColumns, postgresKeys
	}
	if err := Each(ctx, conn, columns+among, nil, func(rows *sql.Rows) error {
		var name, kind, is, of string
		var null bool
		if err := rows.Scan(&name, &kind, &is, &of, &null); err != nil {
			return err
		}
		if there[name] == nil {
			there[name] = &relation{kind: kind, columns: map[string]column{}}
		}
		there[name].columns[is] = column{kind: of, null: null}
		return nil
	}); err != nil {
		return nil, err
	}
	var last string
	return there, Each(ctx, conn, keys+among+" ORDER BY 1, 2", nil, func(rows *sql.Rows) error {
		var name, index, of string
		if err := rows.Scan(&name, &index, &of); err != nil {
			return err
		}
		r := there[name]
		if index = name + " " + index; index != last {
			r.keys, last = append(r.keys, nil), index
		}
		r.keys[len(r.keys)-1] = append(r.keys[len(r.keys)-1], of)
		return nil
	})
}

// A relation without columns has one with the name "".
const (
	postgresColumns = `SELECT c.relname,
	CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'relation' END,
	coalesce(a.attname, ''), coalesce(format_type(a.atttypid, a.atttypmod), ''), coalesce(NOT a.attnotnull, false)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = current_schema AND c.relname IN `
	postgresKeys = `SELECT c.relname, CAST(i.indexrelid AS text), a.attname
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
WHERE i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND n.nspname = current_schema AND c.relname IN `
	sqliteColumns = `SELECT m.name, m.type, p.name, p.type, NOT p."notnull" AND p.pk = 0
FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type IN ('table', 'view') AND m.name IN `
	sqliteKeys = `SELECT m.name, 'primary', p.name
FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE p.pk > 0 AND m.type = 'table' AND m.name IN `
)

// holds reports whether a column of the type is keeps all values of the type want,
// as this module writes them. A wider type does. A type that rounds, cuts or drops
// the time zone does not.
func (d Dialect) holds(want, is string) bool {
	if d == SQLite {
		return affinity(is) == affinity(want) || affinity(want) == "integer" && affinity(is) == "numeric"
	}
	switch want {
	case "integer":
		return is == "integer" || is == "bigint" || exact(is, 10, 0)
	case "bigint":
		return is == "bigint" || exact(is, 19, 0)
	case "numeric":
		return exact(is, 19, 19)
	case "timestamptz":
		return is == "timestamp with time zone" || is == "timestamp(6) with time zone"
	case "varchar":
		return is == "text" || strings.HasPrefix(is, "character varying")
	case "text":
		return is == "text" || is == "character varying"
	default:
		return is == want
	}
}

// exact reports whether the type is, a PostgreSQL type such as numeric(38,19), has
// room for before digits before the point and behind digits after it. "numeric"
// without limits has room for all. Any other type does not count as exact.
func exact(is string, before, behind int) bool {
	if is == "numeric" {
		return true
	}
	var precision, scale int
	if _, err := fmt.Sscanf(is, "numeric(%d,%d)", &precision, &scale); err != nil {
		return false
	}
	return precision-scale >= before && scale >= behind
}

// affinity returns SQLite's type affinity for a column that was declared with the
// type declared, which decides how SQLite converts values: "integer", "text",
// "blob", "real" or "numeric". It ignores letter case. A column without a declared
// type ("") has "blob".
func affinity(declared string) string {
	declared = strings.ToUpper(declared)
	for _, rule := range []struct{ affinity, words string }{
		{"integer", "INT"}, {"text", "CHAR CLOB TEXT"}, {"blob", "BLOB"}, {"real", "REAL FLOA DOUBLE"},
	} {
		for word := range strings.FieldsSeq(rule.words) {
			if strings.Contains(declared, word) {
				return rule.affinity
			}
		}
	}
	if declared == "" {
		return "blob"
	}
	return "numeric"
}
