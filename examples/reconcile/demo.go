package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/payclients/payclients-go/vima/vimasync"
)

const hint = `
This was offline. To reconcile what vimasync keeps up to date with a file:

  go run . -db postgres://user@host/name -csv payshack.csv -date-column created_at -type-column type -project 91game -from 2026-01-15 -to 2026-01-15 -edge 1h -out differences.csv
`

// demo makes both sides up, reconciles them, and shows what was found beside
// what was planted.
func demo(ctx context.Context, c config, stdout, stderr io.Writer) (err error) {
	dir := c.keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "reconcile-*"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	c.db, c.csv, c.export.date = filepath.Join(dir, "vima.db"), filepath.Join(dir, "payshack.csv"), "created_at"
	c.export.kind, c.types.used = "type", true
	g := newGarden(c.demo)
	if err := g.write(ctx, c.db, c.csv); err != nil {
		return err
	}
	if _, err := io.WriteString(stdout, "Both sides are made up on this machine, with differences between them.\n\n"); err != nil {
		return err
	}
	found := map[finding]int{}
	err = reconcile(ctx, c, stdout, io.Discard, func(e entry, other string) {
		if e.kinds&(matched|leftOut|beyond) == 0 {
			found[inShort(e, other)]++
		}
	})
	if err != nil && !errors.Is(err, errDiffers) && !errors.Is(err, errWaits) {
		return err
	}
	h := gather(g.all, found)
	if _, err := stdout.Write(h.text()); err != nil {
		return err
	}
	if h.lost+h.excess > 0 {
		return fmt.Errorf("%w: %d of %d were not found, and %d others were", errDemo, h.lost, h.whole, h.excess)
	}
	if c.keep != "" {
		say(stderr, "both sides are in %s: with -db %s -csv %s -type-column type it is as with real ones, and ends with 1", dir, c.db, c.csv)
		return nil
	}
	_, err = io.WriteString(stdout, hint)
	return err
}

// write leaves both sides on disk, in files that were not there.
func (g *garden) write(ctx context.Context, dbFile, csvFile string) error {
	for _, file := range []string{dbFile, csvFile} {
		if _, err := os.Lstat(file); err == nil {
			return fmt.Errorf("%w: %s exists: -keep does not write over it", errUsage, file)
		}
	}
	file, err := os.OpenFile(csvFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(g.export(file), file.Close()); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", sqliteDSN(dbFile, "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"))
	if err != nil {
		return err
	}
	return errors.Join(g.sync(ctx, db, vimasync.SQLite), db.Close())
}
