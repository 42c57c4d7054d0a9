package sqltest_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

var errFlaky = errors.New("the database fails")

// flaky stands between a pool and its driver. At one call it fails, and a commit that
// fails so was made or not. It can also leave conditions out of statements.
type flaky struct {
	driver  driver.Driver
	dsn     string
	at      atomic.Int64 // calls until it fails; 0 is never
	commits atomic.Int64 // that have failed
	rewrite atomic.Pointer[rewriting]
}

// rewriting is what a control leaves out of statements.
type rewriting struct {
	find *regexp.Regexp
	by   string
}

// flaky is the database behind a driver that can fail, with pools of one connection where
// it is in memory.
func (d database) flaky(t testing.TB) (database, *flaky) {
	t.Helper()
	db, err := sql.Open(d.driver, d.dsn)
	require.NoError(t, err)
	f := &flaky{driver: db.Driver(), dsn: d.dsn}
	require.NoError(t, db.Close())
	d.through = f
	return d, f
}

func (f *flaky) Driver() driver.Driver { return f.driver }

func (f *flaky) Connect(context.Context) (driver.Conn, error) {
	c, err := f.driver.Open(f.dsn)
	if err != nil {
		return nil, err
	}
	return &flakyConn{c, f}, nil
}

// fails counts a call.
func (f *flaky) fails() bool { return f.at.Load() > 0 && f.at.Add(-1) == 0 }

func (f *flaky) text(query string) string {
	if r := f.rewrite.Load(); r != nil && strings.HasPrefix(query, "UPDATE payout_entries SET state") {
		return r.find.ReplaceAllString(query, r.by)
	}
	return query
}

type flakyConn struct {
	driver.Conn
	f *flaky
}

func (c *flakyConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if c.f.fails() {
		return nil, errFlaky
	}
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	return &flakyTx{tx, c.f}, nil
}

func (c *flakyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.f.fails() {
		return nil, errFlaky
	}
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, c.f.text(query), args)
}

func (c *flakyConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.f.fails() {
		return nil, errFlaky
	}
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, c.f.text(query), args)
}

func (c *flakyConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type flakyTx struct {
	driver.Tx
	f *flaky
}

// Commit that fails was made every second time.
func (tx *flakyTx) Commit() error {
	if !tx.f.fails() {
		return tx.Tx.Commit()
	}
	if tx.f.commits.Add(1)%2 == 1 {
		_ = tx.Tx.Rollback()
	} else if err := tx.Tx.Commit(); err != nil {
		return err
	}
	return errFlaky
}
