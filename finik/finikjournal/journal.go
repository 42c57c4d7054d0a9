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

// Journal keeps the payouts of one book in SQL; [New] names the book. [New] makes a
// Journal; do not use the zero value. A Journal is safe for concurrent use. The caller
// closes the database.
type Journal struct {
	db      *sql.DB
	sql     sqldb.Dialect
	book    string
	privacy Privacy
	options options
	worker  string // name of this process in leases and the history
	warned  sync.Once
}

// New returns a Journal. It checks its arguments and does no I/O: call [Journal.Migrate]
// before any other method. The caller opens and closes db. This package is tested with
// the drivers jackc/pgx and modernc.org/sqlite. d is PostgreSQL or SQLite. p is what
// [Plain] or [Sealed] returns.
//
// book is the name under which the payouts are stored. A Journal sees only the payouts of
// its book, also if other books are in the same tables. The name has 8 to 40 of a-z, 0-9,
// dot, underscore and hyphen. Name company, service and environment in it, such as
// "acme-salaries-production". Never change the name, because each TransactionID is
// derived from it. Two systems that pay from one account need two names.
//
// SQLite needs a file on a local disk. It has one writer at a time, so set a busy
// timeout. Use the write-ahead log. With modernc.org/sqlite:
//
//	file:payouts.db?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate
//
// The only error is ErrInvalidRequest, for example for a nil db or a zero Privacy. Its
// text has everything that is wrong with the arguments and options; the Journal is then
// nil. A nil Option panics.
func New(db *sql.DB, d Dialect, book string, p Privacy, opts ...Option) (*Journal, error) {
	j := &Journal{db: db, sql: sqldb.Dialect(d), book: "finik:" + book, privacy: p, worker: rand.Text(), options: options{limits: map[string]int64{}}}
	var found problems.List
	found.If(db == nil, "db: must not be nil")
	found.If(!j.sql.Valid(), "d: must be PostgreSQL or SQLite")
	found.If(len(book) < 8 || len(book) > 40 || strings.Trim(book, "abcdefghijklmnopqrstuvwxyz0123456789._-") != "",
		"book: must be 8 to 40 of a-z, 0-9, dot, underscore and hyphen")
	found = append(found, p.problems()...)
	for _, opt := range opts {
		opt(&j.options)
	}
	found = append(found, j.options.problems...)
	if len(found) > 0 {
		return nil, invalid(found...)
	}
	return j, nil
}

// Option changes the [Journal] that New makes. A nil Option makes New panic. All processes
// that use one book should give New the same options.
type Option func(*options)

type options struct {
	onSettle        func(context.Context, *sql.Tx, Entry) error
	limits          map[string]int64 // by account, "" is every other one
	duplicateWithin time.Duration
	problems        problems.List
}

// OnSettle makes the Journal call settle in each transaction in which a payout becomes
// paid, failed or canceled. e is the payout with its new state. If the payout ended in
// another state before, settle is called again, and e.Before is the state that settle got
// last; else e.Before is "". Without OnSettle nothing is called. With a nil settle New
// returns ErrInvalidRequest. A second OnSettle replaces the first.
//
// If settle returns nil, tx commits the rows that settle has written through tx and the new
// state of the payout together. If the process or the database crashes, the database has
// the rows and the state, or neither. On PostgreSQL and on SQLite settle must use tx and no
// other connection: rows written through another connection are not part of tx. SQLite
// also has one writer, so such a write cannot succeed while tx is open. Other effects of
// settle, such as a message or a request, can happen again: write them to an outbox.
//
// If settle returns an error, its rows are undone. What follows depends on who reports
// the end:
//
//   - A worker, a webhook event or [Journal.Check] reports an end of a payout that had
//     none: the payout becomes waiting, with the error as its Cause. A worker calls
//     settle again later, without asking the provider again.
//   - The provider refuses the recipient, so that nothing is sent: the payout stays
//     queued, and a worker asks about the recipient again later.
//   - A success is reported for a failed payout: the payout stays failed.
//     [Journal.Webhook] answers 500, so that the provider sends the event again; Check
//     returns the error.
//   - A person calls Settle or Cancel: the call changes nothing and returns the error.
func OnSettle(settle func(ctx context.Context, tx *sql.Tx, e Entry) error) Option {
	return func(o *options) {
		o.onSettle = settle
		o.problems.If(settle == nil, "OnSettle: must not be nil")
	}
}

// WithLimit moves each payout of the account to state Held if its amount is above
// maxAmount, in som. The account "" stands for every account without its own limit. The
// limit is checked when a payout is added, and again before it is first sent, except after
// [Journal.Release] or [Journal.Resend]. With a maxAmount of 0 every payout is held. If
// maxAmount is below 0, is 1,000,000,000,000 or more, or has more than 6 decimals, New
// returns ErrInvalidRequest. By default no amount is limited. A second WithLimit of the
// same account replaces the first.
func WithLimit(account string, maxAmount decimal.Decimal) Option {
	return func(o *options) {
		n, ok := microsOf(maxAmount)
		o.problems.If(!ok || n < 0, "WithLimit: must be 0 or above, below 1,000,000,000,000 and with at most 6 decimals")
		o.limits[account] = n
	}
}

// DuplicateWithin moves a payout to state Held, before it is first sent, if another
// payout has the same Payout.Recipient and amount, and if all of this is true of the
// other payout:
//
//   - It was added at most d before or after.
//   - It is neither failed nor canceled.
//   - It was sent, or was added first.
//
// Of two payouts that were not sent, the one added first is therefore sent and the other
// is held. A payout without a Recipient is not checked, and a payout is not checked again
// after [Journal.Release] or [Journal.Resend].
//
// For this check the workers of the book ([New]), in all processes and for all accounts,
// take turns when they store that a payout is about to be sent. If d is zero or negative,
// New returns ErrInvalidRequest. By default nothing is compared. A second DuplicateWithin
// replaces the first.
func DuplicateWithin(d time.Duration) Option {
	return func(o *options) {
		o.duplicateWithin = d
		o.problems.If(d <= 0, "DuplicateWithin: must be above zero")
	}
}

// limit returns the reason for holding a payout above the limit of its account, "" if it
// is not above.
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

// bindBook stores the service of a book the first time, and later fails with
// ErrOtherService for any other one.
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

// warnOnce logs a warning, once, if the book has never had a webhook event.
func (j *Journal) warnOnce(ctx context.Context) {
	j.warned.Do(func() {
		var n int
		if err := j.db.QueryRowContext(ctx, j.sql.Bind(`SELECT count(*) FROM payout_notices WHERE book = ?`), j.book).Scan(&n); err == nil && n == 0 {
			slog.Default().WarnContext(ctx, "finikjournal: a duplicate was not named, and no webhook event has ever come: each such payout is work for a person, see Webhook",
				slog.String("book", j.book))
		}
	})
}

// keyCheck returns a digest that differs for every digest key.
func (j *Journal) keyCheck() []byte { return j.privacy.sum("key check", j.book) }
