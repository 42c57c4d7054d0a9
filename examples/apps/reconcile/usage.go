package main

import (
	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

const realService = `
make apps
bin/reconcile -db postgres://user@host/name -csv payshack.csv -date-column created_at -type-column type \
  -project 91game -from 2026-01-15 -to 2026-01-15 -edge 1h -out differences.csv`

// program is what -h prints, and what becomes of errors.
func program() *cli.Program {
	return &cli.Program{
		Name: "reconcile", Advise: advise, Code: exitCode, Redact: address.Redact, Real: realService,
		About: `
Compares the Vima operations that vimasync keeps in SQL with a CSV file of the other
side, or with the operations of ecommpay beside them. Without -db it makes both sides
up and needs no account and no network.`,
		Variables: `
RECONCILE_DB           -db, unless it is given
PGPASSWORD             password of PostgreSQL; .pgpass and the other PG… variables too
SQLITE_TMPDIR, TMPDIR  folder in which rows are sorted`,
		Files: `
-db   SQLite file or PostgreSQL with the tables of vimasync, and with -ecommpay those
      of ecommpaysync; it is only read
-csv  CSV with a line of column names, in any order of rows; UTF-8 with commas and
      amounts such as 1234.50, unless flags say otherwise. UTF-16 without -encoding,
      XLSX, XLS, gzip, PDF and the like are named and refused
-out  CSV in UTF-8 with commas: kinds, key, problem, and of both sides ref, amount,
      currency, status, created_at and type. It gets its name when it is complete`,
		Codes: `
0    nothing differs
1    something differs
2    wrong flags, or -out cannot be written; nothing was read
3    something failed, and nothing is known
4    nothing differs, but rows wait until a side reaches past them
130  interrupted by SIGINT or SIGTERM; no file is written`,
	}
}
