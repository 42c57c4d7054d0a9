package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima/vimasync"
)

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
	if c.keep != "" {
		if info, err := os.Stat(c.keep); err != nil {
			return fmt.Errorf("%w: -keep: %w", cli.ErrUsage, err)
		} else if !info.IsDir() {
			return fmt.Errorf("%w: -keep is not a folder", cli.ErrUsage)
		}
		for _, file := range []string{c.db, c.csv} {
			if _, err := os.Lstat(file); err == nil {
				return fmt.Errorf("%w: %s exists: -keep does not write over it", cli.ErrUsage, file)
			}
		}
	}
	if c.out != "" { // before both sides are made
		file, err := create(c.out, c.otherName())
		if err != nil {
			return err
		}
		if err := file.abandon(); err != nil {
			return err
		}
	}
	if err := g.write(ctx, c.db, c.csv); err != nil {
		for _, file := range []string{c.db, c.db + "-wal", c.db + "-shm", c.csv} {
			if gone := os.Remove(file); !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
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
	_, err = io.WriteString(stdout, "\nThis was offline. To reconcile what vimasync keeps up to date with a file:\n\n"+cli.Indent(realService)+"\n")
	return err
}

// write leaves both sides on disk, in files that were not there. After an error
// they may be half.
func (g *garden) write(ctx context.Context, dbFile, csvFile string) error {
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
