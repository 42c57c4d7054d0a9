package main

import (
	"fmt"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
)

const dateForm = time.DateOnly

// ask is what the command line asks for.
type ask struct {
	day    time.Time // its noon, which it has wherever clocks change; zero where none is given
	zone   *time.Location
	filter transactions.Filter
	csv    string // a file, "-" for the standard output, "" for none
	excel  bool   // the form of it
	digits int    // of the minor units; -1 is unknown
}

func parse(call *cli.Call) (*ask, error) {
	p := program()
	flags := p.Flags()
	day := flags.String("day", "", "the `day`, as 2026-01-15; yesterday unless set")
	zone := flags.String("zone", "UTC", "the time `zone` of the day, as Asia/Tashkent")
	filter := flags.String("filter", "", "further `conditions`, as status.equals=SUCCESS&requestAmount.greaterThan=1000")
	csv := flags.String("csv", "", "a `file` for the totals; - is the standard output, without the table")
	excel := flags.Bool("excel", false, "-csv is "+cli.Excel)
	digits := flags.Int("digits", -1, "how many `digits` minor units have, 0 to 19; unless set sums are minor units")
	if err := p.Parse(flags, call); err != nil {
		return nil, err
	}
	a := &ask{csv: *csv, excel: *excel, digits: *digits}
	var err error
	if a.zone, err = cli.Zone(*zone); err != nil {
		return nil, err
	}
	if *day != "" {
		given, err := time.Parse(dateForm, *day)
		if err != nil {
			return nil, fmt.Errorf("%w: -day must be a day as 2026-01-15", cli.ErrUsage)
		}
		if a.day = noon(given.Year(), given.Month(), given.Day(), a.zone); a.day.Format(dateForm) != *day {
			return nil, fmt.Errorf("%w: -day must be a day that -zone has: its clocks skipped %s", cli.ErrUsage, *day)
		}
	}
	if a.digits < -1 || a.digits > 19 {
		return nil, fmt.Errorf("%w: -digits must be 0 to 19", cli.ErrUsage)
	}
	values, err := url.ParseQuery(*filter)
	if err != nil {
		return nil, fmt.Errorf("%w: -filter must be a query: %w", cli.ErrUsage, err)
	}
	if a.filter, err = transactions.ParseFilter(values); err != nil {
		return nil, fmt.Errorf("%w: -filter: %w", cli.ErrUsage, err)
	}
	if !a.filter.Date.IsZero() {
		return nil, fmt.Errorf("%w: -filter must have no condition on date: -day is one", cli.ErrUsage)
	}
	if a.filter.ID.Equals != nil || a.filter.ID.In != nil {
		return nil, fmt.Errorf("%w: -filter must have neither id.equals nor id.in, since the walk goes from id to id: "+
			"id.greaterThanOrEqual=7&id.lessThanOrEqual=7 is the transaction 7", cli.ErrUsage)
	}
	return a, nil
}

func noon(year int, month time.Month, day int, zone *time.Location) time.Time {
	return time.Date(year, month, day, 12, 0, 0, 0, zone)
}

// selected is the filter with the day.
func (a *ask) selected() transactions.Filter {
	f := a.filter
	f.Date = transactions.Day(a.day)
	return f
}
