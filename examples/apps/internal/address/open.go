package address

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver of SQLite

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// Open returns the PostgreSQL database of a URL, or the SQLite file of a path. It makes the
// file if there is none; only its owner may read it. Errors are cli.ErrUsage and have no
// part of where.
func Open(where string) (db *sql.DB, postgres bool, err error) {
	if IsPostgres(where) {
		db, err = Postgres(where)
		return db, true, err
	}
	// SQLite would let everybody read what it makes.
	file, err := os.OpenFile(where, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = errors.Join(file.Chmod(0o600), file.Close())
	}
	if err == nil {
		db, err = sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(where)}).EscapedPath()+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
	}
	if err != nil {
		return nil, false, fmt.Errorf("%w: -db: %w", cli.ErrUsage, WithoutPath(err))
	}
	return db, false, nil
}

// Postgres returns the PostgreSQL database of a URL. The error is cli.ErrUsage and has no
// part of where.
func Postgres(where string) (*sql.DB, error) {
	c, err := pgx.ParseConfig(where)
	if err != nil {
		return nil, fmt.Errorf("%w: -db is not a URL of PostgreSQL", cli.ErrUsage) // err repeats it
	}
	return stdlib.OpenDB(*c), nil
}

// WithoutPath returns what the system said about a file, without the path.
func WithoutPath(err error) error {
	var wrong *fs.PathError
	if errors.As(err, &wrong) {
		return wrong.Err
	}
	return err
}
