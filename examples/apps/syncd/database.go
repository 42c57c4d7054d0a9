package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/apps/internal/explain"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// database is where copies and jobs are kept.
type database struct {
	sql  *sql.DB
	pool *pgxpool.Pool // that sql takes its connections from; nil is SQLite
}

// openDatabase connects to a PostgreSQL database by its URL, or to a SQLite file,
// which is made where there is none.
func openDatabase(ctx context.Context, where string) (*database, error) {
	if address.IsPostgres(where) {
		return openPostgres(ctx, where)
	}
	return openSQLite(ctx, where)
}

func openPostgres(ctx context.Context, where string) (*database, error) {
	c, err := pgxpool.ParseConfig(where)
	if err != nil {
		return nil, fmt.Errorf("%w: -db is not a URL of a PostgreSQL database", cli.ErrUsage) // err repeats it
	}
	if u, err := url.Parse(where); err == nil && !u.Query().Has("pool_max_conns") {
		c.MaxConns = max(c.MaxConns, postgresConns)
	}
	if c.ConnConfig.RuntimeParams["application_name"] == "" {
		c.ConnConfig.RuntimeParams["application_name"] = "syncd"
	}
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	db := &database{sql: stdlib.OpenDBFromPool(pool), pool: pool}
	return db, db.reach(ctx)
}

// postgresConns are enough for three streams, River's listener and its own work.
const postgresConns = 8

func openSQLite(ctx context.Context, path string) (*database, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("%w: -db: %w", cli.ErrUsage, err)
	}
	// SQLite would let everybody read what it makes.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if wrong := new(fs.PathError); errors.As(err, &wrong) { // its text repeats the path
		return nil, fmt.Errorf("%w: -db: %w", cli.ErrUsage, wrong.Err)
	} else if err != nil {
		return nil, fmt.Errorf("%w: -db: %w", cli.ErrUsage, err)
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	pool, err := sql.Open("sqlite", sqliteName(path))
	if err != nil {
		return nil, err
	}
	// One writer at a time, also of this process: else River's own queries fail.
	pool.SetMaxOpenConns(1)
	db := &database{sql: pool}
	return db, db.reach(ctx)
}

// sqliteName is a path with the settings of its connections. A transaction that
// begins with the lock waits for it; one that asks for it later fails at once.
func sqliteName(path string) string {
	if path = filepath.ToSlash(path); !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive's letter
	}
	u := url.URL{Scheme: "file", Path: path}
	return u.String() + "?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"
}

// reach fails where the database does not answer, and closes it then.
func (d *database) reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := d.sql.PingContext(ctx); err != nil {
		d.close()
		return fmt.Errorf("connect to the database: %w", err)
	}
	return nil
}

// ping asks a PostgreSQL database for an answer. A file has no outages, and its one
// connection may be in use for long.
func (d *database) ping(ctx context.Context) error {
	if d.pool == nil {
		return nil
	}
	return d.pool.Ping(ctx)
}

// comes reports whether a database may answer later: it is not there yet, it starts or
// stops, or has no connection left. One that refuses a password does not.
func comes(err error) bool {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return strings.HasPrefix(refused.Code, "57P") || strings.HasPrefix(refused.Code, "53") || strings.HasPrefix(refused.Code, "08")
	}
	var connect *pgconn.ConnectError
	return errors.As(err, &connect)
}

// await connects as openDatabase does, and where the database may come waits for it,
// for a time.
func await(ctx context.Context, where string, wait time.Duration, log *slog.Logger) (*database, error) {
	for began, told := time.Now(), false; ; {
		db, err := openDatabase(ctx, where)
		if err == nil || !comes(err) || time.Since(began) >= wait || ctx.Err() != nil {
			return db, err
		}
		if !told {
			told = true
			log.WarnContext(ctx, "waiting for the database", slog.String("class", string(explain.Database)), slog.Any("error", err))
		}
		pause(ctx, min(lookEach, wait))
	}
}

// close waits for connections that are in use, but not for one that does not come
// back: that must not keep the process.
func (d *database) close() {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = d.sql.Close()
		if d.pool != nil {
			d.pool.Close()
		}
	}()
	select {
	case <-closed:
	case <-time.After(closeTime):
	}
}

const closeTime = 5 * time.Second

// bind writes the placeholders of a statement as the database wants them.
func (d *database) bind(statement string) string {
	if d.pool == nil {
		return statement
	}
	var out strings.Builder
	for i, part := range strings.Split(statement, "?") {
		if i > 0 {
			fmt.Fprintf(&out, "$%d", i)
		}
		out.WriteString(part)
	}
	return out.String()
}
