// Quickstart adds up a day of Vima operations by project, outcome and currency.
//
//	go run ./examples/quickstart
//
// needs no account and no network: it reads from vimatest, the fake collector of
// this module, which fails a few times on purpose. -h lists flags and variables.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

const realService = "VIMA_URL=" + vima.ProductionURL + " VIMA_API_KEY=… go run ./examples/quickstart"

func main() { program().Main(run) }

func program() *cli.Program {
	return &cli.Program{
		Name: "quickstart", Invalid: []error{vima.ErrInvalidRequest}, Advise: advise, Real: realService,
		About:     "Adds up a day of Vima operations by project, outcome and currency.",
		Variables: "VIMA_URL      whole URL of the operation list; offline unless set\nVIMA_API_KEY  the key\nVIMA_DATE     the day, unless -date is given",
		Files:     "None is read or written.",
		Codes:     "0    the totals are printed\n1    a call failed: nothing is printed\n2    wrong flags or environment\n130  interrupted by SIGINT or SIGTERM",
	}
}

func advise(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "Interrupted: no totals are printed for part of a day."
	case errors.Is(err, vima.ErrUnauthorized), errors.Is(err, vima.ErrForbidden):
		return "Check VIMA_API_KEY, and that it was issued for the service at VIMA_URL."
	case errors.Is(err, vima.ErrNotFound), errors.Is(err, vima.ErrInvalidRequest):
		return "VIMA_URL must be the whole URL of the operation list, with https, as " + vima.ProductionURL
	case cli.Unreachable(err):
		return "The service could not be reached: check the network, a proxy, and the host in VIMA_URL."
	}
	return ""
}

func run(ctx context.Context, call *cli.Call) error {
	p := program()
	flags := p.Flags()
	date := flags.String("date", call.Env("VIMA_DATE"), "the `day` in UTC, as 2026-01-15; yesterday unless set")
	if err := p.Parse(flags, call); err != nil {
		return err
	}
	url, key, day, hint := call.Env("VIMA_URL"), call.Env("VIMA_API_KEY"), vima.DateOf(time.Now()).AddDays(-1), ""
	switch {
	case (url == "") != (key == ""):
		return fmt.Errorf("%w: VIMA_URL and VIMA_API_KEY go together", cli.ErrUsage)
	case url == "":
		srv := vimatest.NewServer()
		defer srv.Close()
		day = vima.Date{Year: 2026, Month: time.January, Day: 15}
		srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 2400, Seed: 1, From: day})...)
		srv.Inject(vimatest.Fault{Status: 503}, vimatest.Fault{Kind: vimatest.FaultTruncated})
		url, key, hint = srv.URL(), vimatest.DefaultAPIKey, "\nThis was offline. For the real service:\n\n  "+realService+"\n"
	}
	if *date != "" && day.UnmarshalText([]byte(*date)) != nil {
		return fmt.Errorf("%w: -date (or VIMA_DATE) must be a day as 2026-01-15", cli.ErrUsage)
	}

	client, err := vima.NewClient(url, vima.APIKey(key))
	if err != nil {
		return err
	}
	counts, sums := map[string]int{}, map[string]*big.Rat{} // exact, and of any size
	for operation, err := range client.AllOperations(ctx, vima.ListOperationsParams{Date: day}, vima.Prefetch(2)) {
		if err != nil {
			return err
		}
		amount, currency, _ := operation.Amount() // none is 0 of no currency
		group := fmt.Sprintf("%s\t%s\t%s", operation.Project, operation.Outcome().Class(), cmp.Or(currency, "-"))
		exact, _ := new(big.Rat).SetString(amount.String()) // a decimal is always a number
		if counts[group]++; counts[group] > 1 {
			exact.Add(exact, sums[group])
		}
		sums[group] = exact
	}

	w := tabwriter.NewWriter(call.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(w, "Operations of %s\n\nPROJECT\tOUTCOME\tCURRENCY\tCOUNT\tSUM\n", day)
	for _, group := range slices.Sorted(maps.Keys(sums)) {
		decimals, _ := sums[group].FloatPrec()
		_, _ = fmt.Fprintf(w, "%s\t%d\t%s\n", group, counts[group], sums[group].FloatString(max(2, decimals)))
	}
	_, _ = fmt.Fprint(w, hint)
	return w.Flush() // with the error of the first write that failed
}
