package main

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// config holds the flags of the command line, with their defaults.
type config struct {
	file          string // "" is the demo
	account, user string
	db, book      string
	report        string
	workers       int
	firstLook     time.Duration
	wait          time.Duration
	pause         time.Duration
	skipRecipient bool
	listen        string
	publicURL     string
	listenFor     time.Duration

	allowDuplicates bool
	dryRun          bool
	excel           bool
}

// parse reads the command line, and the environment for flags that are not set. It fails
// with cli.ErrUsage.
func parse(call *cli.Call) (config, error) {
	var c config
	p, env := program(), call.Env
	flags := p.Flags()
	flags.StringVar(&c.account, "account", env("FINIK_ACCOUNT"), "account that is debited; also FINIK_ACCOUNT")
	flags.StringVar(&c.user, "user", env("FINIK_USER"), "user on whose behalf; also FINIK_USER")
	flags.StringVar(&c.db, "db", "", "database: a SQLite `file`, payouts.db beside the rows unless set, or the URL of a PostgreSQL")
	flags.StringVar(&c.book, "book", "finik-payout-local", "name of the book in the database; part of every transaction id, so keep it for ever")
	flags.StringVar(&c.report, "report", "", "write what has become of each row to this CSV `file`")
	flags.IntVar(&c.workers, "workers", 4, "rows that are sent at a time")
	flags.DurationVar(&c.firstLook, "first-look", 30*time.Second, "time before the first look at a payment that is not final")
	flags.DurationVar(&c.wait, "wait", 10*time.Minute, "how long to wait for the end of a payment")
	flags.DurationVar(&c.pause, "pause", time.Second, "before the second try of a row, doubled before each further one")
	flags.BoolVar(&c.skipRecipient, "skip-recipient", false, "do not ask about recipients before paying")
	flags.StringVar(&c.listen, "listen", "", "serve callbacks at this address, for example 127.0.0.1:8080, behind a proxy with TLS")
	flags.StringVar(&c.publicURL, "public-url", "", "URL of the callbacks as the provider knows it; needed by -listen")
	flags.DurationVar(&c.listenFor, "listen-for", 10*time.Minute, "how long to listen once no row is under way but some are unknown")
	flags.BoolVar(&c.allowDuplicates, "allow-duplicates", false, "pay a recipient the same amount under a second reference")
	flags.BoolVar(&c.dryRun, "dry-run", false, "check everything, print what would be sent and totals by service, and pay nothing")
	flags.BoolVar(&c.excel, "excel", false, "-report is "+cli.Excel)
	if err := p.Parse(flags, call); err != nil {
		return c, err
	}
	if flags.NArg() > 1 {
		return c, fmt.Errorf("%w: there must be one file", cli.ErrUsage)
	}
	c.file = flags.Arg(0)
	if c.db != "" && !address.IsPostgres(c.db) && !address.IsPath(c.db) {
		return c, fmt.Errorf("%w: %s", cli.ErrUsage, address.Rule)
	}
	c.db = cmp.Or(c.db, filepath.Join(filepath.Dir(unlinked(c.file)), "payouts.db"))
	return c, c.check(env)
}

func (c config) check(env func(string) string) error {
	base := env("FINIK_URL")
	switch {
	case base == "" && env("FINIK_API_KEY")+env("FINIK_PRIVATE_KEY_FILE") != "":
		return fmt.Errorf("%w: there are credentials but no FINIK_URL", cli.ErrUsage)
	case base == "" && c.file != "":
		return fmt.Errorf("%w: there is a file but no FINIK_URL", cli.ErrUsage)
	case base == "":
		return nil
	case c.file == "":
		return fmt.Errorf("%w: FINIK_URL needs a file", cli.ErrUsage)
	case env("FINIK_API_KEY") == "" || env("FINIK_PRIVATE_KEY_FILE") == "":
		return fmt.Errorf("%w: FINIK_URL needs FINIK_API_KEY and FINIK_PRIVATE_KEY_FILE", cli.ErrUsage)
	case c.account == "" || c.user == "":
		return fmt.Errorf("%w: -account and -user are needed", cli.ErrUsage)
	case c.workers < 1 || c.workers > 100:
		return fmt.Errorf("%w: -workers must be 1 to 100", cli.ErrUsage)
	case c.firstLook <= 0 || c.wait <= 0 || c.pause <= 0 || c.listenFor < 0:
		return fmt.Errorf("%w: -first-look, -wait and -pause must be above 0, and -listen-for not below", cli.ErrUsage)
	case (c.listen == "") != (c.publicURL == ""):
		return fmt.Errorf("%w: -listen and -public-url go together", cli.ErrUsage)
	}
	if u, err := url.Parse(c.publicURL); c.publicURL != "" && (err != nil || u.Host == "") {
		return fmt.Errorf("%w: -public-url must be a URL with a host", cli.ErrUsage)
	}
	if err := c.oldJournals(); err != nil {
		return err
	}
	return c.apart()
}

// apart fails with cli.ErrUsage if the rows, -db and -report are not different files.
func (c config) apart() error {
	if same(c.db, c.file) {
		return fmt.Errorf("%w: -db must be another file than that of the rows", cli.ErrUsage)
	}
	for _, other := range []string{c.file, c.db} {
		if c.report != "" && same(c.report, other) {
			return fmt.Errorf("%w: -report must be another file than those of the rows and of -db", cli.ErrUsage)
		}
	}
	for name, path := range map[string]string{"-db": c.db, "-report": c.report} {
		if info, err := os.Stat(path); path != "" && err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%w: %s must be a file, and %s is none", cli.ErrUsage, name, path)
		}
	}
	return nil
}

// unlinked returns a path without symbolic links, or the path itself if it does not exist.
func unlinked(path string) string {
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		return whole
	}
	return path
}

// same reports whether two paths name the same file, also if it does not exist yet.
func same(a, b string) bool {
	if place(a) == place(b) {
		return true
	}
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// place returns an absolute path whose folder has no symbolic links.
func place(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	dir, name := filepath.Split(path)
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return filepath.Join(dir, name)
}
