package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// look returns the tables and views of the database whose name is in names, by
// name. If the database has no table or view with a name, the name is not in the
// map. names become part of the SQL unchanged, so they must come from this module's
// code. On PostgreSQL look searches only the schema in which CREATE TABLE creates
// (current_schema). It returns the errors of ctx and of the database; the map is
// then nil or incomplete.
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

// The queries of [Migrator.look], each without the list of names. The first query
// of a dialect returns a row for each column: relation, kind, column, type, and
// whether it may be NULL. The second returns a row for each column of a unique key:
// relation, key, column. A relation without columns has one column with the name
// "".
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

// canStore reports whether a column of the type actual can store all values that
// this module writes to a column of the type want. want is a type from a migration.
// actual is a type as the database of the dialect d names it.
//
//   - On PostgreSQL both types are in lower case. If want is integer, bigint,
//     numeric, timestamptz, varchar or text, actual may be the same type or a wider
//     one. The length of a varchar is not compared. A type that rounds, cuts or
//     drops the time zone does not suit. If want is any other type, actual must be
//     equal to want.
//   - On SQLite both types must have the same [affinity]. A column with the
//     affinity numeric can also store integers.
func (d Dialect) canStore(want, actual string) bool {
	if d == SQLite {
		return affinity(actual) == affinity(want) || affinity(want) == "integer" && affinity(actual) == "numeric"
	}
	switch want {
	case "integer":
		return actual == "integer" || actual == "bigint" || exact(actual, 10, 0)
	case "bigint":
		return actual == "bigint" || exact(actual, 19, 0)
	case "numeric":
		return exact(actual, 19, 19)
	case "timestamptz":
		return actual == "timestamp with time zone" || actual == "timestamp(6) with time zone"
	case "varchar":
		return actual == "text" || strings.HasPrefix(actual, "character varying")
	case "text":
		return actual == "text" || actual == "character varying"
	default:
		return actual == want
	}
}

// exact reports whether the PostgreSQL type actual, such as numeric(38,19), can
// store all numbers with intDigits digits before the decimal point and fracDigits
// digits after it. "numeric" without limits always can. For any other type, also
// for integer types, exact returns false.
func exact(actual string, intDigits, fracDigits int) bool {
	if actual == "numeric" {
		return true
	}
	var precision, scale int
	if _, err := fmt.Sscanf(actual, "numeric(%d,%d)", &precision, &scale); err != nil {
		return false
	}
	return precision-scale >= intDigits && scale >= fracDigits
}

// affinity returns SQLite's type affinity of a column, which decides how SQLite
// converts values. declared is the type in the column's declaration. The result is
// "integer", "text", "blob", "real" or "numeric". affinity ignores letter case. For
// "" (no declared type) it returns "blob", and for an unknown type "numeric".
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
