package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// place is where an offline run keeps its copies. What it has made for itself is
// removed again.
type place struct {
	db     string
	what   string
	made   bool
	remove func()
}

// newPlace is a SQLite file that is removed, a schema of its own in a PostgreSQL
// database, which is removed too, or the file that was named, which stays.
func newPlace(ctx context.Context, db string) (place, error) {
	switch {
	case address.IsPostgres(db):
		return newSchema(ctx, db)
	case db != "":
		return place{db: db, what: db, remove: func() {}}, nil
	}
	dir, err := os.MkdirTemp("", "syncd-")
	if err != nil {
		return place{}, err
	}
	return place{
		db: filepath.Join(dir, "syncd.db"), what: "a SQLite file", made: true,
		remove: func() { _ = os.RemoveAll(dir) },
	}, nil
}

func newSchema(ctx context.Context, db string) (place, error) {
	address, err := url.Parse(db)
	if err != nil {
		return place{}, fmt.Errorf("%w: -db is not a URL of a PostgreSQL database", cli.ErrUsage) // err repeats it
	}
	schema := "syncd_" + strings.ToLower(rand.Text()[:12])
	if err := execPostgres(ctx, db, "CREATE SCHEMA "+schema); err != nil {
		return place{}, err
	}
	query := address.Query()
	query.Set("search_path", schema)
	address.RawQuery = query.Encode()
	return place{
		db: address.String(), what: "PostgreSQL", made: true,
		remove: func() {
			_ = execPostgres(context.WithoutCancel(ctx), db, "DROP SCHEMA "+schema+" CASCADE")
		},
	}, nil
}

func execPostgres(ctx context.Context, db, statement string) error {
	pool, err := sql.Open("pgx", db)
	if err != nil {
		return fmt.Errorf("%w: -db is not a URL of a PostgreSQL database", cli.ErrUsage) // err repeats it
	}
	defer pool.Close() //nolint:errcheck // there is nothing left to lose
	if _, err := pool.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("a schema for the offline run: %w", err)
	}
	return nil
}

// prepareOffline makes the tables, and refuses a database with rows of real
// services, which made-up ones must not get into.
func (d *database) prepareOffline(ctx context.Context, env func(string) string) error {
	streams, err := openStreams(env, d, true, services)
	if err != nil {
		return err
	}
	if err := d.makeTables(ctx, streams); err != nil {
		return err
	}
	madeUp, err := d.hasLedger(ctx)
	if err != nil || madeUp {
		return err
	}
	var begun int
	if err := d.sql.QueryRowContext(ctx, `SELECT count(*) FROM sync_state`).Scan(&begun); err != nil {
		return fmt.Errorf("look for streams: %w", err)
	}
	if begun > 0 {
		return fmt.Errorf("%w: -db: the database holds operations of real services, and the environment names none", cli.ErrUsage)
	}
	_, err = d.sql.ExecContext(ctx, ledgerTable)
	return err
}
