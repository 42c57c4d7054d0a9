// Kms-signer pays with a key that it never sees: finik.RSASigner takes any
// crypto.Signer, such as the one of an HSM, a PKCS#11 token or, as here, a KMS.
//
//	go run ./examples/kms-signer
//
// needs no account and no network: a server on loopback stands for the KMS. Each
// attempt is signed again: a digest goes out, a signature comes back.
package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// kms is a crypto.Signer whose key is elsewhere.
type kms struct {
	url    string
	public *rsa.PublicKey
	client http.Client
	signed int
}

func (k *kms) Public() crypto.PublicKey { return k.public }

// Sign has the KMS sign a digest. The answer is not trusted: RSASigner verifies it.
func (k *kms) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	k.signed++
	answer, err := k.client.Post(k.url, "application/octet-stream", bytes.NewReader(digest)) //nolint:noctx // crypto.Signer has no context
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	return io.ReadAll(io.LimitReader(answer.Body, 1024))
}

// serve does what a KMS does.
func serve(w http.ResponseWriter, r *http.Request) {
	digest, _ := io.ReadAll(io.LimitReader(r.Body, 64))
	signature, _ := rsa.SignPKCS1v15(nil, finiktest.ClientKey(), crypto.SHA256, digest) // nil where it is not one
	_, _ = w.Write(signature)
}

func main() { program().Main(run) }

func program() *cli.Program {
	return &cli.Program{
		Name: "kms-signer", About: "Pays through Finik with a key that a KMS has. Without FINIK_URL it runs offline.", Invalid: []error{finik.ErrInvalidRequest},
		Variables: "FINIK_URL            base URL: " + finik.BetaURL + "\nFINIK_API_KEY        of the client\nKMS_URL              takes a SHA-256 digest by POST, answers with its RSASSA-PKCS1-v1_5 signature\nKMS_PUBLIC_KEY_FILE  of the key, PEM",
		Real:      "FINIK_URL=" + finik.BetaURL + " FINIK_API_KEY=… KMS_URL=https://… KMS_PUBLIC_KEY_FILE=… \\\ngo run ./examples/kms-signer -account … -user … -service … -phone … -amount 150.00",
		Advise: func(err error) string {
			if errors.Is(err, context.Canceled) || errors.Is(err, finik.ErrOutcomeUnknown) {
				return "Interrupted, or the answer was lost: run it again with the same -transaction, which pays once."
			}
			return ""
		},
	}
}

func run(ctx context.Context, call *cli.Call) error {
	p, env, request := program(), call.Env, finik.CreatePaymentRequest{}
	flags := p.Flags()
	flags.StringVar(&request.AccountID, "account", "", "`id` of the account that is debited")
	flags.StringVar(&request.UserID, "user", "", "`id` of the user on whose behalf")
	flags.StringVar(&request.ServiceID, "service", "", "`id` of a service that takes phone and amount")
	flags.StringVar(&request.TransactionID, "transaction", "", "`id` of a payment that was begun before, to go on with it")
	phone, som := flags.String("phone", "", "`phone` of the recipient"), flags.String("amount", "150.00", "the amount in `som`")
	if err := p.Parse(flags, call); err != nil {
		return err
	}
	url, key, signer, hint := env("FINIK_URL"), env("FINIK_API_KEY"), kms{url: env("KMS_URL"), client: http.Client{Timeout: 4 * time.Second}}, ""
	if url == "" {
		stand, srv := httptest.NewServer(http.HandlerFunc(serve)), finiktest.NewServer() //nolint:contextcheck // they live until they are closed
		defer func() { stand.Close(); srv.Close() }()
		srv.Inject(finiktest.Fault{Operation: "CreatePayment", Status: http.StatusServiceUnavailable})
		url, key, signer.url, signer.public, *phone, hint = srv.URL(), finiktest.DefaultAPIKey, stand.URL, &finiktest.ClientKey().PublicKey, finiktest.DefaultPhone, p.Offline()
		request = finik.CreatePaymentRequest{AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik, TransactionID: "00000000-0000-4000-8000-000000000001"}
	} else if text, err := os.ReadFile(env("KMS_PUBLIC_KEY_FILE")); err != nil {
		return fmt.Errorf("%w: KMS_PUBLIC_KEY_FILE: %w", cli.ErrUsage, err)
	} else if signer.public, err = finik.ParsePublicKey(text); err != nil {
		return fmt.Errorf("%w: KMS_PUBLIC_KEY_FILE: %w", cli.ErrUsage, err)
	}
	amount, err := decimal.Parse(*som)
	if err != nil || amount.String() != *som || !amount.IsPos() || amount.Scale() > 2 || *phone == "" {
		return fmt.Errorf("%w: -phone is needed, and -amount must be a number above 0 with at most 2 decimals", cli.ErrUsage)
	}
	request.TransactionID, request.Fields = cmp.Or(request.TransactionID, finik.NewTransactionID()), finik.Fields{"phone": *phone, "amount": amount}
	signing, err := finik.RSASigner(&signer)
	client, wrong := finik.NewClient(url, finik.Credentials{APIKey: key, Signer: signing})
	if err = errors.Join(err, wrong); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(call.Out, "Paying %s to %s, with -transaction %s\n", amount, *phone, request.TransactionID); err != nil {
		return err // without its id nobody can go on with it
	}
	payment, err := client.RunPayout(ctx, request, finik.PayoutParams{})
	switch {
	case err != nil:
		return errors.Join(err, ctx.Err()) // the KMS does not know that ctx has ended
	case !payment.Status.Is(finik.StatusSucceeded):
		return fmt.Errorf("it is not paid: %s, status %d", payment.Status, payment.StatusCode)
	}
	_, err = fmt.Fprintf(call.Out, "%s; the KMS signed %d digests\n%s", payment.Status, signer.signed, hint)
	return err
}
