package sqldb

import (
	"context"
	"database/sql"
	"strings"
)

// look reads what the database has under some names, which are this module's own.
// On PostgreSQL it looks where CREATE TABLE creates.
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

// A relation without a column comes with one of no name.
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
