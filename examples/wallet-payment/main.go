// Wallet-payment pays a phone bill from a wallet: a payment id that is printed before
// the first call, consent to the total, the execution, the receipt.
//
//	go run ./examples/wallet-payment
//
// needs no account and no network: wallettest, the fake of package wallet, loses the
// answer to the execution, and the bill is paid once. -h lists flags and variables.
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

var errNotPaid = errors.New("the bill is not paid")

func main() { program().Main(run) }

func program() *cli.Program {
	return &cli.Program{
		Name: "wallet-payment", Invalid: []error{wallet.ErrInvalidRequest}, Advise: advise, Real: "WALLET_URL=" + wallet.SandboxURL + " WALLET_PHONE=+… WALLET_PASSWORD=… \\\ngo run ./examples/wallet-payment -service 834 -account … -amount 100",
		About:     "Pays a phone bill from a wallet of wallet.best, after it has asked on the terminal.\nWithout WALLET_URL it runs offline.",
		Variables: "WALLET_URL       base URL: " + wallet.ProductionURL + "\nWALLET_PHONE     of the wallet, with a plus sign\nWALLET_PASSWORD  of the wallet",
		Files:     "The standard input answers the question: y pays, and all\nelse does not, the end of the input too.",
		Codes:     "0    the payment is completed\n1    it is not: declined, not agreed to, or a call failed\n2    wrong flags or environment: nothing was sent\n130  interrupted by SIGINT or SIGTERM: with the same -id it goes on",
	}
}

func advise(err error) string {
	switch {
	case errors.Is(err, wallet.ErrOutcomeUnknown):
		return "Nobody knows yet whether it was paid. Run it again with the same -id: it looks first, and pays once."
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "Interrupted. With the same -id it goes on where the payment stands."
	}
	return ""
}

func run(ctx context.Context, call *cli.Call) error {
	p, env := program(), call.Env
	flags := p.Flags()
	service := flags.Int("service", 0, "`number` of the service that is paid")
	account := flags.String("account", "", "the `phone` to pay for, as the service wants it")
	roubles := flags.String("amount", "100", "the amount in `roubles`")
	id := flags.String("id", "", "`id` of a payment that was begun before, to go on with it")
	if err := p.Parse(flags, call); err != nil {
		return err
	}
	amount, err := decimal.Parse(*roubles)
	if err != nil || amount.String() != *roubles || !amount.IsPos() || amount.Scale() > 2 {
		return fmt.Errorf("%w: -amount must be a number of roubles above 0 with at most 2 decimals, such as 150.00", cli.ErrUsage)
	}
	url, phone, password, hint := env("WALLET_URL"), env("WALLET_PHONE"), env("WALLET_PASSWORD"), ""
	switch {
	case (url == "") != (phone == "") || (url == "") != (password == ""):
		return fmt.Errorf("%w: WALLET_URL, WALLET_PHONE and WALLET_PASSWORD go together", cli.ErrUsage)
	case url == "":
		srv := wallettest.NewServer(wallettest.WithProcessingReads(0)) //nolint:contextcheck // it lives until it is closed
		defer srv.Close()
		srv.Inject(wallettest.Fault{Operation: "ExecutePayment", Kind: wallettest.FaultResetAfter}) // it takes place, and nobody is told
		url, phone, password, hint = srv.URL(), wallettest.DefaultPhone, wallettest.DefaultPassword, p.Offline()
		*service, *account, *id, call.In = wallettest.ServiceMobile, "0000000001", "00000000-0000-4000-8000-000000000001", strings.NewReader("y\n")
	case *service == 0 || *account == "":
		return fmt.Errorf("%w: WALLET_URL needs -service and -account", cli.ErrUsage)
	}

	client, err := wallet.NewClient(url, wallet.BasicAuth(phone, password), wallet.WithTimeout(30*time.Second))
	if err != nil {
		return err
	}
	*id = cmp.Or(*id, wallet.NewClientPaymentID()) // a service stores it before the first call
	request := wallet.NewOut(*id, *service, amount, map[string]string{"phoneNumber": *account})
	if _, err := fmt.Fprintf(call.Out, "Paying %s RUB for %s, with -id %s\n", amount, *account, *id); err != nil {
		return err // without its id nobody can go on with it
	}
	result, err := client.RunPayment(ctx, request, func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		return wallet.ExecutePaymentRequest{}, consent(ctx, call, &r.Payment) // an error ends it unpaid
	})
	if err != nil {
		return err
	}
	if paid := result.Payment; paid.Status != wallet.StatusCompleted {
		return fmt.Errorf("%w: %s %s", errNotPaid, paid.Status, paid.DeclineReason)
	}
	_, err = fmt.Fprintf(call.Out, "\npayment %d is %s\n%s", result.Payment.ID, result.Payment.Status, hint)
	return err
}

// consent shows the total and waits for an answer, or for the end of ctx.
func consent(ctx context.Context, call *cli.Call, p *wallet.Payment) error {
	if _, err := fmt.Fprintf(call.Out, "Pay %s RUB to %s? [y/N] ", p.Total.Pad(2), p.Service.Name); err != nil {
		return err // nobody sees what is asked
	}
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(call.In).ReadString('\n')
		answer <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case line := <-answer:
		if strings.EqualFold(line, "y") {
			return nil
		}
	}
	return fmt.Errorf("%w: not agreed to", errNotPaid)
}
