// Kms-signer pays by a key that is not in its memory. It shows what RSASigner
// takes beside an *rsa.PrivateKey: any crypto.Signer, here one whose key is in
// another process, which is asked for the signature of a digest.
//
//	go run ./examples/kms-signer
//
// needs no account and no network. The program starts itself a second time as
// the signing process, which makes a key and keeps it; the two talk over a pipe,
// a line with a digest out, a line with a signature back. Then it checks a
// recipient and pays at finiktest, the fake gateway that comes with this module,
// which is overloaded for a moment:
//
//	Paying 150.00 to +996000000001, at a service made up by finiktest on this machine
//	FINIK_TRANSACTION_ID=00000000-0000-4000-8000-000000000001
//
//	recipient  T. P.
//	payment    SUCCEEDED
//
//	Between the paying and the signing process, after a public key of 2048 bits:
//	  CheckRecipient  attempt 1  status 200: 1 digest of 32 bytes out, signature of 256 bytes back
//	  CreatePayment   attempt 1  status 503: 1 digest of 32 bytes out, signature of 256 bytes back
//	  CreatePayment   attempt 2  status 200: 1 digest of 32 bytes out, signature of 256 bytes back
//
// Every attempt has its own timestamp and so its own signature: the 503 costs one
// more. Neither the request nor the API key goes over the border.
//
// # What this stands for
//
// The signing process is a stand-in for an HSM, a KMS or a PKCS#11 token, and no
// more than that: it protects the key from a paying process that is read by
// somebody, not from the user under whom both run, and it signs whatever it is
// asked to. A real one
//
//   - is a crypto.Signer of its maker's or of a PKCS#11 library, given to
//     RSASigner as here. It must do RSASSA-PKCS1-v1_5 with SHA-256 over a given
//     digest; RSASigner verifies each signature, so that a key that is set up for
//     PSS is found at the first call and nothing is sent;
//   - costs its latency on every attempt, a few to some hundred milliseconds over
//     a network. A request whose timestamp has become older than 5 seconds
//     meanwhile does not leave, so its own timeout belongs below that: here it is 4;
//   - has limits on calls per second, which finik.WithRateLimit keeps to;
//   - takes a context where it is called over a network. crypto.Signer has none:
//     implement finik.Signer directly then, with the whole message in place of
//     the digest, and let the context end the call.
//
// When the signing process dies, calls end with an error and nothing is sent.
//
// The environment leads it to the real service, where it pays without asking; -h
// lists variables, flags and exit codes:
//
//	go run ./examples/kms-signer -account … -user … -service … -phone … -amount 150.00
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
)

// patience is how long the payment may take.
const patience = 5 * time.Minute

// errNotPaid is a payment that has failed.
var errNotPaid = errors.New("the payment has failed")

func main() {
	if len(os.Args) > 1 && os.Args[1] == signingProcess {
		signal.Ignore(os.Interrupt, syscall.SIGTERM) // it ends when the paying process does
		if err := serveKey(os.Getenv("FINIK_PRIVATE_KEY_FILE"), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "kms-signer: signing process:", err)
			os.Exit(1)
		}
		return
	}
	program().Main(run)
}

// run pays what is asked for, by signatures of another process.
func run(ctx context.Context, call *cli.Call) error {
	ask, err := parse(call)
	if err != nil {
		return err
	}
	src, err := newSource(ask, call.Env)
	if err != nil {
		return err
	}
	signer, err := startSigner(context.WithoutCancel(ctx), src.keyFile, os.Stderr) // a request under way is still signed
	if err != nil {
		return err
	}
	defer signer.stop()
	if src.serve != nil {
		var stop func()
		src.url, stop = src.serve(signer.key.public)
		defer stop()
	}
	return pay(ctx, src, signer.key, call.Out)
}

// pay is the paying process.
func pay(ctx context.Context, src *source, key *remoteKey, stdout io.Writer) error {
	signer, err := finik.RSASigner(key)
	if err != nil {
		return err
	}
	var border []string
	watch := finik.WithObserver(func(_ context.Context, a finik.Attempt) {
		c := key.since()
		border = append(border, fmt.Sprintf("%-14s  attempt %d  status %d: %d digest of %d bytes out, signature of %d bytes back",
			a.Operation, a.Number, a.StatusCode, c.digests, c.digestBytes, c.signatureBytes))
	})
	client, err := finik.NewClient(src.url, finik.Credentials{APIKey: src.apiKey, Signer: signer}, append(src.options, watch)...)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := fmt.Fprintf(stdout, "Paying %v to %v, %s\nFINIK_TRANSACTION_ID=%s\n\n",
		src.request.Fields["amount"], src.request.Fields["phone"], src.what, src.request.TransactionID); err != nil {
		return err // without its id nobody can go on with it
	}

	payment, err := client.RunPayout(ctx, src.request, finik.PayoutParams{Wait: src.wait, Check: func(r finik.Recipient) error {
		say(stdout, "recipient  %s\n", cmp.Or(r.Name, "known to the service"))
		return nil
	}})
	if err != nil {
		return err
	}
	say(stdout, "payment    %s\n\nBetween the paying and the signing process, after a public key of %d bits:\n", payment.Status, key.public.N.BitLen())
	for _, line := range border {
		say(stdout, "  %s\n", line)
	}
	say(stdout, "%s", src.hint)
	if !payment.Status.Is(finik.StatusSucceeded) {
		return fmt.Errorf("%w: status %d", errNotPaid, payment.StatusCode)
	}
	return nil
}

// say prints; a terminal that is gone is no reason to stop a payment half way.
func say(stdout io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(stdout, format, args...) }
