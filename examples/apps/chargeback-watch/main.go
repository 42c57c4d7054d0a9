// Chargeback-watch lists the chargebacks that wait for a response, those due
// soon first. It shows the way from a token and a secret to a list of work: a
// walk, what is known to be finished, and deadlines counted in UTC.
//
//	go -C examples/apps run ./chargeback-watch
//
// needs no account and no network. It starts ecommpaytest, the fake service that
// comes with this module, with nine made-up chargebacks and a few faults, on a
// day of its own:
//
//	Open chargebacks on 2026-01-15T12:00:00Z, made up and served by ecommpaytest on this machine
//
//	DAYS  RESPOND BY (UTC)                    AMOUNT  CURRENCY  REASON  ARN                      PROJECT  STATUS     CHARGEBACK
//	  -2  2026-01-14 06:00  OVERDUE           310.10  USD       4837    74537305015000000000003  11       NEW        9003
//	   0  2026-01-15 17:00  DUE SOON           18.90  EUR       10.4    74537305015000000000008  11       IN REVIEW  9008
//	   1  2026-01-17 00:00  DUE SOON           12500  JPY       13.1    74537305015000000000002  12       NEW        9002
//	   7  2026-01-22 12:00  DUE SOON  99999999999.99  EUR       4853    74537305015000000000005  11       NEW        9005
//	   7  2026-01-22 13:00                    12.345  KWD       13.3    74537305015000000000006  12       NEW        9006
//	  20  2026-02-04 12:00                     50.00  EUR       10.4    74537305015000000000001  11       NEW        9001
//	   -  -                 no date            42.00  USD       4834    74537305015000000000009  12       NEW        9009
//
//	7 open: 1 overdue, 3 due within 7 days, 1 without a date
//
// The environment leads it to the real service; -h lists variables, flags, the
// fields of -json and exit codes. Built by make apps:
//
//	bin/chargeback-watch -from 2026-01-01 -to 2026-01-31 -zone Asia/Bishkek -json
//
// -from and -to are days on which the platform learned of a chargeback, all days
// unless set. Days and times are of -zone, UTC unless set.
//
// DAYS are whole days until the last moment to respond, below zero once it is
// over. Within seven days it is marked DUE SOON. In which zone the service has it
// is not documented: UTC is assumed, so do not wait for the last hours. A
// chargeback without a readable date is listed last, marked "no date".
//
// Left out is what is finished: a chargeback with a time of completion, and the
// statuses WON and PARTIALLY WON. One in a status that no document has stays.
//
// Amounts are what is disputed, in major units with the decimals that they came
// with. Card and holder are not printed.
//
// It ends with code 1 if something is overdue, offline too.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// errOverdue is a list with a chargeback whose time to respond is over.
var errOverdue = errors.New("something is overdue")

func main() { program().Main(run) }

// run lists the chargebacks of the service that the environment names.
func run(ctx context.Context, call *cli.Call) error {
	ask, err := parse(call)
	if err != nil {
		return err
	}
	src, err := newSource(call.Env, time.Now())
	if err != nil {
		return err
	}
	defer src.close()
	client, err := ecommpay.NewClient(src.url, src.credentials, src.options...)
	if err != nil {
		return err
	}

	// By id: one that changes while the list is read comes again, and is taken
	// as it was last.
	var chargebacks []*ecommpay.Chargeback
	places := map[string]int{}
	params := ecommpay.ListChargebacksParams{ReportDate: ask.reported}
	for chargeback, err := range client.AllChargebacks(ctx, params) {
		if err != nil {
			return fmt.Errorf("after %d chargebacks: %w", len(chargebacks), err)
		}
		if place, ok := places[chargeback.ChargebackID]; ok {
			chargebacks[place] = chargeback
			continue
		}
		places[chargeback.ChargebackID] = len(chargebacks)
		chargebacks = append(chargebacks, chargeback)
	}
	open := slices.DeleteFunc(chargebacks, func(c *ecommpay.Chargeback) bool { return c.Final() || !ask.holds(c.ReportDate) })
	slices.SortFunc(open, byDeadline)

	text := fmt.Appendf(nil, "Open chargebacks on %s, %s\n\n%s%s", src.now.In(ask.zone).Format(time.RFC3339), src.what, render(open, src.now, ask.zone), src.hint)
	if ask.json {
		if text, err = encode(open, src.now, ask.zone); err != nil {
			return err
		}
	}
	if _, err = call.Out.Write(text); err != nil {
		return err
	}
	if n := counts(open, src.now)[overdue]; n > 0 {
		return fmt.Errorf("%w: %d of %d", errOverdue, n, len(open))
	}
	return nil
}
