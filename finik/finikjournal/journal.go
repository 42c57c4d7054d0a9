package finikjournal

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// Journal keeps the payouts of one book in SQL. It is safe for concurrent use.
type Journal struct {
	db      *sql.DB
	dialect Dialect
	sql     sqldb.Dialect
	book    string
	privacy Privacy
	options options
	worker  string // name of this process in leases and the history
	warned  sync.Once
}

// New checks its arguments and does no I/O. The driver is the caller's: jackc/pgx and
// modernc.org/sqlite are what this package is tested with. Call [Journal.Migrate] before
// anything else.
//
// book tells the books of a company apart: 8 to 40 of a-z, 0-9, dot, underscore and
// hyphen. Name company, service and environment in it, such as "acme-salaries-production",
// and keep it for ever: each TransactionID follows from it. Two systems that pay from one
// account need two names.
//
// SQLite needs a local disk, a busy timeout, because it has one writer at a time, and
// wants the write-ahead log; with modernc.org/sqlite:
//
//	file:payouts.db?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate
//
// Everything that is wrong is reported in one error, which is ErrInvalidRequest.
func New(db *sql.DB, d Dialect, book string, p Privacy, opts ...Option) (*Journal, error) {
	j := &Journal{db: db, dialect: d, sql: sqldb.Dialect(d), book: "finik:" + book, privacy: p, worker: rand.Text()}
	var found problems.List
	found.If(db == nil, "db: must not be nil")
	found.If(!j.sql.Valid(), "d: must be PostgreSQL or SQLite")
	found.If(len(book) < 8 || len(book) > 40 || strings.Trim(book, "abcdefghijklmnopqrstuvwxyz0123456789._-") != "",
		"book: must be 8 to 40 of a-z, 0-9, dot, underscore and hyphen")
	found = append(found, p.faults()...)
	for _, opt := range opts {
		opt(&j.options)
	}
	found = append(found, j.options.faults...)
	if len(found) > 0 {
		return nil, invalid(found...)
	}
	return j, nil
}

// Option changes a [Journal]. All processes of a book should have the same options.
type Option func(*options)

type options struct {
	onSettle        func(context.Context, *sql.Tx, Entry) error
	limits          map[string]int64 // by account, "" is every other one
	duplicateWithin time.Duration
	faults          []string
}

// OnSettle calls settle in the transaction by which a payout becomes paid, failed or
// canceled, also where one end corrects another: e.Before is the end that settle was last
// called with, "" if none. What settle writes through tx is stored with the end or not
// at all, once, whatever crashes. What it does elsewhere (a message, a request) can happen
// again: write it to an outbox.
//
// settle must use tx and no other connection: SQLite has one writer. It runs in a
// savepoint. Its error undoes what it wrote, while what the provider said is stored: the
// payout stays waiting with the error as its cause, settle is called again later, and the
// provider is not asked again. Beside a call of a person the error undoes the call.
func OnSettle(settle func(ctx context.Context, tx *sql.Tx, e Entry) error) Option {
	return func(o *options) {
		o.onSettle = settle
		if settle == nil {
			o.faults = append(o.faults, "OnSettle: must not be nil")
		}
	}
}

// WithLimit holds payouts of an account that are above most; "" is every account
// without a limit of its own. A payout is held when it is added, and again before it is
// first sent, unless a person has released it.
func WithLimit(account string, most decimal.Decimal) Option {
	return func(o *options) {
		n, ok := microsOf(most)
		if !ok || n < 0 {
			o.faults = append(o.faults, "WithLimit: must be 0 or above, below 1,000,000,000,000 and with at most 6 decimals")
		}
		if o.limits == nil {
			o.limits = map[string]int64{}
		}
		o.limits[account] = n
	}
}

// DuplicateWithin holds a payout before it is first sent, where the book has another one
// for the same Recipient and amount, added less than d before or after, that has neither
// failed nor been canceled. Of two that wait the one that was added first is sent. Intents
// of one account then wait for each other.
func DuplicateWithin(d time.Duration) Option {
	return func(o *options) {
		o.duplicateWithin = d
		if d <= 0 {
			o.faults = append(o.faults, "DuplicateWithin: must be above zero")
		}
	}
}

// limit says why a payout is above the limit of its account, "" where it is not.
func (o *options) limit(r *row) string {
	most, ok := o.limits[r.account]
	if !ok {
		most, ok = o.limits[""]
	}
	if !ok || r.amount <= most {
		return ""
	}
	return "the amount is above the limit of a payout"
}

// bindBook sees to it that a book is used with one service only, the first one.
func (j *Journal) bindBook(ctx context.Context, service string) error {
	var is string
	err := j.db.QueryRowContext(ctx, j.sql.Bind(`SELECT service FROM payout_books WHERE book = ?`), j.book).Scan(&is)
	if err == nil && is == "" || errors.Is(err, sql.ErrNoRows) {
		err = j.in(ctx, "bind", func(tx *sql.Tx) error {
			return tx.QueryRowContext(ctx, j.sql.Bind(`INSERT INTO payout_books (book, service, key_check, added_at) VALUES (?, ?, ?, `+j.sql.Now()+`)
ON CONFLICT (book) DO UPDATE SET service = CASE WHEN payout_books.service = '' THEN excluded.service ELSE payout_books.service END RETURNING service`),
				j.book, service, j.keyCheck()).Scan(&is)
		})
	}
	if err != nil {
		return failure("bind the book", err)
	}
	if is != service {
		return fmt.Errorf("%w: %s", ErrOtherService, is)
	}
	return nil
}

// warnOnce says that webhook events are missed, if none has ever come.
func (j *Journal) warnOnce(ctx context.Context) {
	j.warned.Do(func() {
		var n int
		if err := j.db.QueryRowContext(ctx, j.sql.Bind(`SELECT count(*) FROM payout_notices WHERE book = ?`), j.book).Scan(&n); err == nil && n == 0 {
			slog.Default().WarnContext(ctx, "finikjournal: a duplicate was not named, and no webhook event has ever come: each such payout is work for a person, see Webhook",
				slog.String("book", j.book))
		}
	})
}

// keyCheck tells digest keys apart.
func (j *Journal) keyCheck() []byte { return j.privacy.sum("key check", j.book) }
