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

// Open returns a database, which the caller closes. postgres is what IsPostgres returns for value,
// also with an error:
//
//   - true: value is the URL of a PostgreSQL database. Open does not connect to it.
//   - false: value is the path of an SQLite file. Open creates the file if there is none. It makes
//     the file readable by its owner only, also if the file existed before.
//
// Open returns an error if the URL is malformed, or if the file cannot be opened; value "" is such
// a file. Every error matches cli.ErrUsage and has no part of value. db is then nil.
func Open(value string) (db *sql.DB, postgres bool, err error) {
	if IsPostgres(value) {
		db, err = Postgres(value)
		return db, true, err
	}
	// SQLite would let everybody read what it makes.
	file, err := os.OpenFile(value, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = errors.Join(file.Chmod(0o600), file.Close())
	}
	if err == nil {
		db, err = sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(value)}).EscapedPath()+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
	}
	if err != nil {
		return nil, false, fmt.Errorf("%w: -db: %w", cli.ErrUsage, WithoutPath(err))
	}
	return db, false, nil
}

// Postgres returns the PostgreSQL database with this address, a URL, without connecting. The
// caller closes the database. Parts that the address lacks come from the environment (PGHOST and
// so on) and the defaults of pgx: with "" all parts do. If the address is malformed, the database
// is nil, and the error matches cli.ErrUsage and has no part of the address.
func Postgres(address string) (*sql.DB, error) {
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("%w: -db is not a URL of PostgreSQL", cli.ErrUsage) // err repeats it
	}
	return stdlib.OpenDB(*c), nil
}

// WithoutPath returns the Err of the first *fs.PathError in the chain of err, so that the path is
// not printed. It returns any other err unchanged, also nil.
func WithoutPath(err error) error {
	var wrong *fs.PathError
	if errors.As(err, &wrong) {
		return wrong.Err
	}
	return err
}
