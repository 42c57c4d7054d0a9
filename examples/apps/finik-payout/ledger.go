package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

// ledger is the journal in a database, with the payouts of the account.
type ledger struct {
	db      *sql.DB
	journal *finikjournal.Journal
	known   map[string]finikjournal.Entry // by reference, of the account
}

// forever is how far apart two payments of the same amount to the same recipient must be
// without -allow-duplicates.
const forever = 20 * 365 * 24 * time.Hour

// openLedger opens the database, creates missing tables and reads the payouts. A dry run
// writes no file: if the file does not exist, it uses a database in memory. The caller
// closes l.db. It fails with cli.ErrUsage.
func (s *source) openLedger(ctx context.Context) (*ledger, error) {
	db, postgres, err := s.openDB()
	if err != nil {
		return nil, err
	}
	dialect := finikjournal.SQLite
	if postgres {
		dialect = finikjournal.PostgreSQL
	}
	var options []finikjournal.Option
	if !s.allowDuplicates {
		options = append(options, finikjournal.DuplicateWithin(forever))
	}
	l := &ledger{db: db}
	l.journal, err = finikjournal.New(db, dialect, s.book, finikjournal.Plain(), options...)
	if err == nil {
		err = l.journal.Migrate(ctx)
	}
	if err == nil {
		err = l.read(ctx, s.account)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: -db: %w", cli.ErrUsage, err), db.Close())
	}
	return l, nil
}

// openDB opens the database of -db. For a dry run without one it is in memory.
func (s *source) openDB() (db *sql.DB, postgres bool, err error) {
	_, err = os.Stat(s.db)
	if address.IsPostgres(s.db) || !s.dryRun || !errors.Is(err, os.ErrNotExist) {
		return address.Open(s.db)
	}
	if _, err := os.Stat(filepath.Dir(s.db)); err != nil { // a run could not make it
		return nil, false, fmt.Errorf("%w: -db: %w", cli.ErrUsage, address.WithoutPath(err))
	}
	if db, err = sql.Open("sqlite", ":memory:"); err != nil {
		return nil, false, err
	}
	db.SetMaxOpenConns(1)
	return db, false, nil
}

// read sets l.known to the payouts of the account.
func (l *ledger) read(ctx context.Context, account string) error {
	l.known = map[string]finikjournal.Entry{}
	for e, err := range l.journal.List(ctx, finikjournal.Filter{Account: account}) {
		if err != nil {
			return err
		}
		l.known[e.Reference] = e
	}
	return nil
}

// enter adds the rows of a file; a nil tx means a transaction of its own. It fails with
// problems if rows were added before with another content.
func (l *ledger) enter(ctx context.Context, tx *sql.Tx, s *source, rows []row) error {
	all := make([]finikjournal.Payout, len(rows))
	line := map[string]int{}
	for i, r := range rows {
		line[r.reference] = r.line
		all[i] = finikjournal.Payout{
			Reference: r.reference, Account: s.account, User: s.user, Service: r.service,
			Fields: r.fields, AmountField: r.money, Recipient: r.payout,
		}
	}
	_, err := l.journal.AddAll(ctx, tx, all)
	var conflict *finikjournal.ConflictError
	if !errors.As(err, &conflict) {
		return err
	}
	var found problems
	for _, reference := range conflict.References {
		found.add(line[reference], "the row was begun with another content: put that back, or give this one a new reference")
	}
	return found
}

// tried makes the checks of enter and rolls everything back.
func (l *ledger) tried(ctx context.Context, s *source, rows []row) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return errors.Join(l.enter(ctx, tx, s, rows), tx.Rollback())
}

// release releases the rows that an earlier run has held as duplicates.
func (l *ledger) release(ctx context.Context, rows []row) error {
	for _, r := range rows {
		if l.known[r.reference].State != finikjournal.Held {
			continue
		}
		if _, err := l.journal.Release(ctx, r.reference, finikjournal.Act{By: "finik-payout", Reason: "-allow-duplicates"}); err != nil {
			return err
		}
	}
	return nil
}

// reopen opens the account again after refusals have closed it: who begins the command again
// has removed the reason. What a person has paused stays so.
func (l *ledger) reopen(ctx context.Context, account string) error {
	stats, err := l.journal.Stats(ctx)
	if err != nil {
		return err
	}
	for _, gate := range stats.Gates {
		if gate.Account == account && !gate.Open && gate.ClosedBy == "" {
			return l.journal.Resume(ctx, account, finikjournal.Act{By: "finik-payout", Reason: "the command was begun again"})
		}
	}
	return nil
}

// oldJournals fails with cli.ErrUsage if a journal of an earlier version is beside the file.
func (c config) oldJournals() error {
	for _, folder := range []string{filepath.Dir(c.file), filepath.Dir(unlinked(c.file))} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return fmt.Errorf("%w: %w", cli.ErrUsage, err)
		}
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".journal") && e.Type().IsRegular() {
				return fmt.Errorf("%w: %s is a journal of an earlier version of this program: finish its file with the version that began it, "+
					"and move the journal away; nothing was sent", cli.ErrUsage, filepath.Join(folder, e.Name()))
			}
		}
	}
	return nil
}
