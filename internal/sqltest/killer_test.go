package sqltest_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var errKilled = errors.New("killed")

// killer stands between a pool and its driver and ends a process, as the
// database sees it: at one call all connections close and nothing works any
// more.
type killer struct {
	driver driver.Driver
	dsn    string
	at     int  // number of the call, from 1
	after  bool // once the call was made, of which the caller never hears; else instead of it

	mu     sync.Mutex
	calls  int
	victim string // the call at which it came
	conns  []driver.Conn
}

// killed is a pool that dies at a call.
func (d database) killed(t testing.TB, at int, after bool) (*sql.DB, *killer) {
	t.Helper()
	db := d.pool(t)
	k := &killer{driver: db.Driver(), dsn: d.dsn, at: at, after: after}
	doomed := sql.OpenDB(k)
	t.Cleanup(func() { _ = doomed.Close() })
	require.NotNil(t, doomed)
	return doomed, k
}

func (k *killer) Driver() driver.Driver { return k.driver }

func (k *killer) Connect(context.Context) (driver.Conn, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.victim != "" {
		return nil, errKilled
	}
	c, err := k.driver.Open(k.dsn)
	if err != nil {
		return nil, err
	}
	k.conns = append(k.conns, c)
	return &doomedConn{Conn: c, killer: k}, nil
}

// call makes one call to the database, or dies.
func call[T any](k *killer, what string, do func() (T, error)) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var none T
	if k.victim != "" {
		return none, errKilled
	}
	if k.calls++; k.calls != k.at {
		return do()
	}
	k.victim = what
	if k.after {
		if rows, err := do(); err == nil {
			if rows, ok := any(rows).(driver.Rows); ok {
				_ = rows.Close()
			}
		}
	}
	for _, c := range k.conns {
		_ = c.Close()
	}
	return none, errKilled
}

type doomedConn struct {
	driver.Conn
	killer *killer
}

func (c *doomedConn) Close() error {
	c.killer.mu.Lock()
	defer c.killer.mu.Unlock()
	if c.killer.victim != "" {
		return nil // it is closed
	}
	return c.Conn.Close()
}

func (c *doomedConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	tx, err := call(c.killer, "BEGIN", func() (driver.Tx, error) { return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts) })
	if err != nil {
		return nil, err
	}
	return &doomedTx{tx, c.killer}, nil
}

func (c *doomedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return call(c.killer, word(query), func() (driver.Result, error) {
		return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
	})
}

func (c *doomedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return call(c.killer, word(query), func() (driver.Rows, error) {
		return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
	})
}

func (c *doomedConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// word names a statement by its table and what is done to it.
func word(query string) string {
	words := strings.Fields(query)
	for _, table := range []string{"sync_state", "sync_rejects", "sync_lease", "vima_operations", "ecommpay_operations", "transactions_transactions", "ledger"} {
		if strings.Contains(query, table) {
			return words[0] + " " + table
		}
	}
	return words[0]
}

type doomedTx struct {
	driver.Tx
	killer *killer
}

func (tx *doomedTx) Commit() error {
	_, err := call(tx.killer, "COMMIT", func() (struct{}, error) { return struct{}{}, tx.Tx.Commit() })
	return err
}

func (tx *doomedTx) Rollback() error {
	_, err := call(tx.killer, "ROLLBACK", func() (struct{}, error) { return struct{}{}, tx.Tx.Rollback() })
	return err
}

func (k *killer) dead() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.victim != ""
}

// kill ends the process between two calls.
func (k *killer) kill() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.victim = "nothing"
	for _, c := range k.conns {
		_ = c.Close()
	}
}
