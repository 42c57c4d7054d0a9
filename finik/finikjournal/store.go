package finikjournal

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/sqldb"
)

//go:embed migrations
var files embed.FS

// migrationLock is a key of PostgreSQL's advisory locks, the same for all books.
const migrationLock int64 = 7_305_204_117_011

// Migrations returns the SQL files that [Journal.Migrate] runs, for tools such as goose and
// atlas. The files are in the root folder of the fs.FS, ".". Run them in the order of their
// names. Each file has the annotations of goose. Migrations returns nil and
// ErrInvalidRequest if d is neither PostgreSQL nor SQLite.
func Migrations(d Dialect) (fs.FS, error) {
	if !sqldb.Dialect(d).Valid() {
		return nil, invalid("d: must be PostgreSQL or SQLite")
	}
	return fs.Sub(files, "migrations/"+sqldb.Dialect(d).String())
}

// Migrate creates the tables that are missing: payout_books, payout_entries,
// payout_history, payout_notices, payout_gates and payout_migrations. It may run at every
// start and in any number of processes at once. On PostgreSQL the tables are in the first
// schema of the connection's search_path. If no table is missing, Migrate only reads: the
// role then needs no right to create or write.
//
// If a table of one of these names lacks a column, or has a column of another type than
// this package needs, Migrate fails with [ErrSchema] and changes nothing. The other errors
// are ctx's error and errors of the database, also for missing rights.
func (j *Journal) Migrate(ctx context.Context) error {
	of, err := Migrations(Dialect(j.sql))
	if err != nil {
		return err
	}
	return failure("migrate", sqldb.Migrator{
		DB: j.db, Dialect: j.sql, Files: of, Names: "payout_migrations", Lock: migrationLock, Main: "payout_entries",
	}.Migrate(ctx))
}

// row is a row of payout_entries. Times are in milliseconds by the database's clock, 0
// for NULL.
type row struct {
	id                                           int64
	reference, account, service                  string
	transactionID, paymentID                     string
	amount                                       int64 // in millionths
	recipient                                    []byte
	mask                                         string
	digest, request                              []byte
	state                                        State
	version, nextAt                              int64
	worker                                       string // "" if none
	attempts, refusals, tries, code              int
	allowed                                      int // what a person has allowed: allowGuards, allowSend
	cause                                        string
	flags                                        Flags
	evidence, told                               State // an end that the provider reported and that is not settled yet; the end of the last OnSettle
	reissueOf                                    string
	addedAt, firstSent, lastSent, settledAt, now int64
}

const (
	allowGuards = 1 // limits and duplicates are not checked again
	allowSend   = 2 // one more intent, also after Params.ResendFor
)

const columns = `id, reference, account, service, transaction_id, payment_id, amount_micros, recipient, mask, digest, request,
state, version, next_at, coalesce(worker, ''), attempts, refusals, tries, code, allowed, cause, flags, evidence, told,
coalesce(reissue_of, ''), added_at, coalesce(first_sent, 0), coalesce(last_sent, 0), coalesce(settled_at, 0)`

// columns returns the columns that scan reads: a row's, and the present time.
func (j *Journal) columns() string { return columns + ", " + j.sql.Now() }

func (r *row) scan(from *sql.Rows) error {
	return from.Scan(&r.id, &r.reference, &r.account, &r.service, &r.transactionID, &r.paymentID, &r.amount, &r.recipient, &r.mask, &r.digest, &r.request,
		&r.state, &r.version, &r.nextAt, &r.worker, &r.attempts, &r.refusals, &r.tries, &r.code, &r.allowed, &r.cause, &r.flags, &r.evidence, &r.told,
		&r.reissueOf, &r.addedAt, &r.firstSent, &r.lastSent, &r.settledAt, &r.now)
}

// leased reports whether a process may be working on the payout.
func (r *row) leased() bool { return r.worker != "" && r.nextAt > r.now }

// querier is a pool, a connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// one returns a row, nil if there is none.
func (j *Journal) one(ctx context.Context, on querier, statement string, args ...any) (*row, error) {
	all, err := j.several(ctx, on, statement, args...)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// several returns the rows of a query.
func (j *Journal) several(ctx context.Context, on querier, statement string, args ...any) (all []*row, err error) {
	err = j.each(ctx, on, statement, args, func(from *sql.Rows) error {
		r := new(row)
		all = append(all, r)
		return r.scan(from)
	})
	return all, err
}

// each calls scan for each row of a query.
func (j *Journal) each(ctx context.Context, on querier, statement string, args []any, scan func(*sql.Rows) error) error {
	return sqldb.Each(ctx, on, j.sql.Bind(statement), args, scan)
}

// exec runs a statement and returns how many rows it has written.
func (j *Journal) exec(ctx context.Context, on querier, statement string, args ...any) (int, error) {
	result, err := on.ExecContext(ctx, j.sql.Bind(statement), args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// lock returns the payout that meets a condition, nil if there is none, and keeps others
// from writing it until tx ends. It writes, because a transaction on SQLite must not read
// first.
func (j *Journal) lock(ctx context.Context, tx querier, condition string, args ...any) (*row, error) {
	return j.one(ctx, tx, `UPDATE payout_entries SET version = version WHERE book = ? AND `+condition+` RETURNING `+j.columns(), append([]any{j.book}, args...)...)
}

// locked locks the payout of a reference. It fails with ErrNotFound where there is none.
func (j *Journal) locked(ctx context.Context, tx querier, reference string) (*row, error) {
	r, err := j.lock(ctx, tx, "reference = ?", reference)
	return r, missing(r, reference, err)
}

// get returns the payout of a reference, nil if there is none.
func (j *Journal) get(ctx context.Context, on querier, reference string) (*row, error) {
	return j.one(ctx, on, `SELECT `+j.columns()+` FROM payout_entries WHERE book = ? AND reference = ?`, j.book, reference)
}

// missing returns err, or ErrNotFound for a payout that there is none of.
func missing(r *row, reference string, err error) error {
	if err == nil && r == nil {
		return fmt.Errorf("%w: %s", ErrNotFound, reference)
	}
	return err
}

// in calls do in a transaction whose commit survives a crash. do must write before it
// reads. After an error of the commit nobody knows whether the transaction was stored.
func (j *Journal) in(ctx context.Context, what string, do func(tx *sql.Tx) error) error {
	err := j.transact(ctx, what, do)
	if err == nil {
		sqldb.Reach(ctx, what+" has committed") // which may use the connection
	}
	return err
}

func (j *Journal) transact(ctx context.Context, what string, do func(tx *sql.Tx) error) error {
	conn, err := j.db.Conn(ctx)
	if err != nil {
		return cause.Hide(ctx, err)
	}
	defer conn.Close() //nolint:errcheck // it only goes back to the pool
	restore, err := j.durable(ctx, conn)
	if err != nil {
		return cause.Hide(ctx, err)
	}
	defer restore()
	tx, err := conn.BeginTx(ctx, j.sql.TxOptions())
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", cause.Hide(ctx, err))
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing, and else there is an error already
	if err := do(tx); err != nil {
		return cause.Hide(ctx, err)
	}
	sqldb.Reach(ctx, what+" is about to commit")
	if err := tx.Commit(); err != nil {
		if errors.Is(err, sql.ErrTxDone) { // by the end of ctx
			err = cmp.Or(ctx.Err(), err)
		}
		return fmt.Errorf("commit: %w", cause.Hide(ctx, err))
	}
	return nil
}

// repeat calls do in transactions until it has nothing left to write. It returns the sum of
// what do has written, beside an error too.
func (j *Journal) repeat(ctx context.Context, what string, do func(tx *sql.Tx) (int, error)) (n int, err error) {
	for {
		some := 0
		err := j.in(ctx, what, func(tx *sql.Tx) (err error) {
			some, err = do(tx)
			return err
		})
		if err != nil || some == 0 {
			return n, failure(what, err)
		}
		n += some
	}
}

// durable sets synchronous to FULL for a connection to SQLite and returns the function that
// sets it back. With synchronous(NORMAL) a loss of power may undo the last commits, which
// may be intents.
func (j *Journal) durable(ctx context.Context, conn *sql.Conn) (restore func(), err error) {
	if j.sql != sqldb.SQLite {
		return func() {}, nil
	}
	const full = 2
	var was int
	if err := conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&was); err != nil || was >= full {
		return func() {}, err
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = FULL"); err != nil {
		return nil, err
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf("PRAGMA synchronous = %d", was))
	}, nil
}

// lasting returns a condition that is always true. On PostgreSQL it makes the commit of its
// transaction wait for the disk if synchronous_commit is off.
func (j *Journal) lasting() string {
	if j.sql == sqldb.SQLite {
		return "1 = 1"
	}
	return `(SELECT CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) ELSE 'on' END) = 'on'`
}

// tuples returns n times one, separated by commas.
func tuples(one string, n int) string { return one + strings.Repeat(", "+one, n-1) }

// latest returns the SQL for the larger of two numbers.
func (j *Journal) latest(a, b string) string {
	if j.sql == sqldb.SQLite {
		return "max(" + a + ", " + b + ")"
	}
	return "greatest(" + a + ", " + b + ")"
}
