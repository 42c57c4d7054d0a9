// Wallet-payment pays a phone bill from a wallet. It shows the way from a phone
// and a password to a receipt: a payment that is stored before the first call,
// consent to its total on the terminal, the execution, which takes place once
// whatever gets lost, the wait for its end, and the receipt.
//
//	go run ./examples/wallet-payment
//
// needs no account and no network. It starts wallettest, the fake service that
// comes with this module, loses the answer to the execution, and answers the
// question itself:
//
//	Paying 100 RUB for +70000000001, at a service made up by wallettest on this machine
//	WALLET_PAYMENT_ID=00000000-0000-4000-8000-000000000001
//
//	Payment 1401089240377 to Mobile
//	  amount  100.00
//	  fee       3.00
//	  total   103.00 RUB
//	Pay? [y/N] y
//
//	RECEIPT
//	  payment    1401089240377
//	  service    Mobile
//	  total      103.00 RUB
//	  status     completed
//	  processed  2026-01-15T12:00:03Z
//	  check      1768478403000
//
// The environment leads it to the real service; -h lists variables, flags and exit
// codes:
//
//	go run ./examples/wallet-payment -service 834 -account … -amount 100
//
// A payment that is interrupted is taken up again by its id, which is printed
// before the first call: a service would store it in its database.
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/wallet"
)

// patience is how long a payment may take.
const patience = 5 * time.Minute

// errNo is the answer of a user who does not want to pay.
var errNo = errors.New("not agreed to")

// errDeclined is a payment that the service has declined.
var errDeclined = errors.New("the payment was declined")

func main() { program().Main(run) }

// run pays the bill that is asked for.
func run(ctx context.Context, call *cli.Call) error {
	bill, err := parse(call)
	if err != nil {
		return err
	}
	src, err := newSource(bill, call.Env) //nolint:contextcheck // the fake lives until it is closed
	if err != nil {
		return err
	}
	defer src.close()
	stdin, stdout := call.In, call.Out
	if src.answer != "" {
		stdin = echo{strings.NewReader(src.answer), stdout}
	}
	client, err := wallet.NewClient(src.url, src.auth, src.options...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()

	request := src.request
	if _, err := fmt.Fprintf(stdout, "Paying %s RUB for %s, %s\nWALLET_PAYMENT_ID=%s\n",
		request.Amount, request.Parameters[phoneNumber], src.what, request.ClientPaymentID); err != nil {
		return err // without its id nobody can go on with it
	}
	confirm := func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		return wallet.ExecutePaymentRequest{}, ask(ctx, stdin, stdout, &r.Payment)
	}
	result, err := client.RunPayment(ctx, request, confirm)
	if errors.Is(err, wallet.ErrOutcomeUnknown) && ctx.Err() == nil {
		// Not paid twice: it looks first, and takes the payment up where it stands.
		result, err = client.RunPayment(ctx, request, confirm)
	}
	if err != nil {
		return err
	}
	if result.Payment.NeedsCardPage() {
		say(stdout, "\nEnter the card at\n  %s\n", result.Payment.Card.PaymentPageURL)
		if result, err = client.WaitPayment(ctx, result.Payment.ID, wallet.WaitParams{}); err != nil {
			return err
		}
	}
	printReceipt(stdout, &result.Payment)
	say(stdout, "%s", src.hint)
	if result.Payment.Status != wallet.StatusCompleted {
		return fmt.Errorf("%w: %s", errDeclined, cmp.Or(string(result.Payment.DeclineReason), "no reason given"))
	}
	return nil
}

// ask shows the total and asks for consent. Ctrl-C ends the wait for an answer.
func ask(ctx context.Context, stdin io.Reader, stdout io.Writer, p *wallet.Payment) error {
	fee, _ := p.Fee()
	if _, err := fmt.Fprintf(stdout, "\nPayment %d to %s\n  amount %7s\n  fee    %7s\n  total  %7s RUB\nPay? [y/N] ",
		p.ID, p.Service.Name, p.Amount.Pad(2), fee.Pad(2), p.Total.Pad(2)); err != nil {
		return err // nobody sees what is asked
	}
	answered := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(stdin).ReadString('\n') // the end of the input is no consent
		answered <- line
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case line := <-answered:
		if strings.EqualFold(strings.TrimSpace(line), "y") {
			return nil
		}
		return errNo
	}
}

func printReceipt(stdout io.Writer, p *wallet.Payment) {
	say(stdout, "\nRECEIPT\n  payment    %d\n  service    %s\n  total      %s RUB\n  status     %s\n",
		p.ID, p.Service.Name, p.Total.Pad(2), p.Status)
	if p.DeclineReason != "" {
		say(stdout, "  reason     %s\n", p.DeclineReason)
	}
	if !p.ProcessedAt.IsZero() {
		say(stdout, "  processed  %s\n", p.ProcessedAt.Format(time.RFC3339))
	}
	if p.RemoteCheck != "" {
		say(stdout, "  check      %s\n", p.RemoteCheck)
	}
}

// say prints; a terminal that is gone is no reason to stop a payment half way.
func say(stdout io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(stdout, format, args...) }

// echo shows what is read, as a terminal does.
type echo struct {
	from io.Reader
	to   io.Writer
}

func (e echo) Read(p []byte) (int, error) {
	n, err := e.from.Read(p)
	_, _ = e.to.Write(p[:n])
	return n, err
}
