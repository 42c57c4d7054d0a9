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

// Open returns a database, which the caller closes. where is the URL of a PostgreSQL database,
// see IsPostgres, or else the path of an SQLite file. postgres reports whether where is a URL,
// also with an error. Open does not connect to PostgreSQL. It creates the SQLite file if there
// is none, and lets only the owner read it, also if the file exists already.
//
// Every error matches cli.ErrUsage and has no part of where: the URL is malformed, or the file
// cannot be opened. db is then nil.
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

// Postgres returns the PostgreSQL database of where, a URL, without connecting. The caller
// closes the database. Parts that the URL lacks come from the environment (PGHOST and so on)
// and the defaults of pgx. If where is malformed, the database is nil and the error matches
// cli.ErrUsage; it has no part of where.
func Postgres(where string) (*sql.DB, error) {
	c, err := pgx.ParseConfig(where)
	if err != nil {
		return nil, fmt.Errorf("%w: -db is not a URL of PostgreSQL", cli.ErrUsage) // err repeats it
	}
	return stdlib.OpenDB(*c), nil
}

// WithoutPath returns the error that the system reported inside the *fs.PathError of err, so
// that the path is not printed. It returns any other err unchanged, also nil.
func WithoutPath(err error) error {
	var wrong *fs.PathError
	if errors.As(err, &wrong) {
		return wrong.Err
	}
	return err
}
