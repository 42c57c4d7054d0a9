package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
)

// config is what the flags say.
type config struct {
	from, to        vima.Date      // days of zone
	zone            *time.Location // UTC unless set
	workers         int
	project, status string
	format          string
	personal        bool
	excel           bool
	out, state      string // "" is stdout, and no state
	demo            bool
}

// rejects is where rows go that do not decode.
func (c config) rejects() string { return c.out + ".rejects.jsonl" }

// part is where a batch is gathered.
func (c config) part() string { return c.out + ".part" }

func (c config) days() int { return daysBetween(c.from, c.to) }

// parse reads the flags. Everything wrong is reported before anything is touched.
func parse(call *cli.Call) (config, error) {
	var c config
	p := program()
	flags := p.Flags()
	flags.TextVar(&c.from, "from", vima.Date{}, "first `day` of -zone, YYYY-MM-DD (required; with -demo 2026-01-01)")
	flags.TextVar(&c.to, "to", vima.Date{}, "last `day`, included (default yesterday; with -demo 2026-01-31)")
	zone := flags.String("zone", "UTC", "the time `zone` of the days and of times in csv, as Asia/Bishkek")
	flags.IntVar(&c.workers, "workers", 8, "days that are read at a time, 1 to 64")
	flags.StringVar(&c.project, "project", "", "only this project, such as "+vima.ProjectMonetix)
	flags.StringVar(&c.status, "status", "", "only this current status, such as "+string(vima.StatusSuccess))
	flags.StringVar(&c.format, "format", "csv", "csv or jsonl")
	flags.BoolVar(&c.personal, "personal", false, "add the columns with personal data to csv")
	flags.BoolVar(&c.excel, "excel", false, "csv is "+cli.Excel)
	flags.StringVar(&c.out, "out", "", "`file` to write to (default stdout)")
	flags.StringVar(&c.state, "state", "", "`file` that says how to go on (default OUT.state)")
	flags.BoolVar(&c.demo, "demo", call.Env("VIMA_URL") == "", "made-up operations of January 2026; the default without VIMA_URL")
	if err := p.Parse(flags, call); err != nil {
		return c, err
	}
	var err error
	if c.zone, err = cli.Zone(*zone); err != nil {
		return c, err
	}
	today := dayOf(time.Now(), c.zone)
	c.setDefaults(today)
	return c, c.check(today)
}

func (c *config) setDefaults(today vima.Date) {
	first, last := vima.Date{}, today.AddDays(-1)
	if c.demo {
		first, last = demoPlan().From, demoPlan().From.AddDays(demoPlan().Days-1)
	}
	if c.from.IsZero() {
		c.from = first
	}
	if c.to.IsZero() {
		c.to = last
	}
	if c.out == "-" {
		c.out = ""
	}
	if c.out != "" && c.state == "" {
		c.state = c.out + ".state"
	}
}

func (c *config) check(today vima.Date) error {
	wrong := func(text string) error { return fmt.Errorf("%w: %s", cli.ErrUsage, text) }
	switch {
	case c.from.IsZero():
		return wrong("-from is needed, for example -from 2026-01-01")
	case c.from.Compare(c.to) > 0:
		return wrong(fmt.Sprintf("-from %s is after -to %s", c.from, c.to))
	case !c.demo && c.to.Compare(today) >= 0:
		return wrong(fmt.Sprintf("-to %s is not over yet in %s, and a finished day is not read again", c.to, c.zone))
	case c.workers < 1 || c.workers > 64:
		return wrong("-workers must be 1 to 64")
	case c.format != "csv" && c.format != "jsonl":
		return wrong("-format must be csv or jsonl")
	case c.personal && c.format != "csv":
		return wrong("-personal is for csv; JSON Lines are as received and always hold personal data")
	case c.excel && c.format != "csv":
		return wrong("-excel is for csv")
	case c.out == "" && c.state != "":
		return wrong("-state needs -out: what was written to stdout cannot be taken back")
	}
	for _, taken := range []string{c.out, c.rejects(), c.part()} {
		if c.out != "" && filepath.Clean(c.state) == filepath.Clean(taken) {
			return wrong("-state must not be a file that is written for -out")
		}
	}
	return nil
}

// daysBetween counts the days from from to to, both included.
func daysBetween(from, to vima.Date) int {
	return int(to.Time().Sub(from.Time())/(24*time.Hour)) + 1
}
