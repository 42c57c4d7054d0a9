package main

import (
	"context"
	"crypto/rsa"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// publicURL is what Finik has been told; a proxy would lead it to this machine.
const publicURL = "https://shop.example.com/finik"

// The payouts that are made offline.
const (
	payout1 = "00000000-0000-4000-8000-000000000001"
	payout2 = "00000000-0000-4000-8000-000000000002"
)

const hint = `
This was offline. To receive the notices of Finik's beta, behind a proxy with TLS:

  FINIK_WEBHOOK_URL=https://shop.example.com/finik FINIK_WEBHOOK_KEY=beta go run ./examples/webhook-server

-h lists the variables of wallet.best too.
`

// offline is fake services on loopback.
func offline() (*source, error) {
	walletSrv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	finikSrv := finiktest.NewServer(finiktest.WithManualProcessing())
	client, err := wallet.NewClient(walletSrv.URL(), wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword),
		wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: 2, MinWait: time.Millisecond, MaxWait: time.Millisecond}))
	if err != nil {
		return nil, err
	}
	return &source{
		wallet: &walletSource{client, wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret}},
		finik: &finikSource{
			finik.Webhook{PublicURL: publicURL, Keys: []*rsa.PublicKey{finiktest.PublicKey()}},
			func(transaction string) bool { return transaction == payout1 || transaction == payout2 },
		},
		listen: "127.0.0.1:0",
		what:   "this machine; notices of services made up by wallettest and finiktest",
		hint:   hint,
		close:  func() { walletSrv.Close(); finikSrv.Close() },
		tell: func(ctx context.Context, url string) error {
			if err := tellOfWallet(ctx, walletSrv, client, url+"/wallet"); err != nil {
				return err
			}
			return tellOfFinik(ctx, finikSrv, url+"/finik")
		},
	}, nil
}

// tellOfWallet makes two payments and sends what becomes of them: late, twice,
// forged.
func tellOfWallet(ctx context.Context, srv *wallettest.Server, client *wallet.Client, url string) error {
	paid, err := pay(ctx, client, "100")
	if err != nil {
		return err
	}
	srv.Undo(paid)
	srv.Redo(paid)
	srv.AddService(wallettest.Service{ID: wallettest.ServiceMobile, Fee: decimal.MustParse("3"), Declines: true})
	declined, err := pay(ctx, client, "200")
	if err != nil {
		return err
	}
	events := srv.Events()
	complete, undo, redo, decline := events[0], events[1], events[2], events[3]
	if _, err = srv.SendWebhook(ctx, url, redo, complete); err != nil {
		return err
	}
	srv.Inject(wallettest.Fault{Operation: "GetPayment", Status: 503, Times: 2})
	if _, err = srv.SendWebhook(ctx, url, undo, undo, undo, decline); err != nil {
		return err
	}
	forged := fmt.Appendf(nil, `{"type":"complete","payment":{"id":%d,"status":"completed"},"from":"processing","to":"completed"}`, declined)
	//nolint:contextcheck // it lives until it is closed
	guesser := wallettest.NewServer(wallettest.WithWebhook(wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: "guessed"}))
	defer guesser.Close()
	for _, from := range []*wallettest.Server{guesser, srv} {
		request, err := from.NewWebhookRequest(ctx, url, forged)
		if err != nil {
			return err
		}
		if err := post(request); err != nil {
			return err
		}
	}
	return nil
}

func pay(ctx context.Context, client *wallet.Client, roubles string) (id int64, err error) {
	request := wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, decimal.MustParse(roubles),
		map[string]string{"phoneNumber": "+70000000001"})
	result, err := client.RunPayment(ctx, request, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		return wallet.ExecutePaymentRequest{}, nil
	})
	if err != nil {
		return 0, err
	}
	return result.Payment.ID, nil
}

// tellOfFinik makes two payouts and sends what becomes of them: out of order,
// twice, forged, stale, and one of somebody else's.
func tellOfFinik(ctx context.Context, srv *finiktest.Server, target string) error {
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
	if err != nil {
		return err
	}
	for _, transaction := range []string{payout1, payout2} {
		payment, err := client.CreatePayment(ctx, finik.CreatePaymentRequest{
			AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceMobile, TransactionID: transaction,
			Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": "150.00", "code": finiktest.ServiceMobileCode},
		})
		if err != nil {
			return err
		}
		if transaction == payout1 {
			srv.Settle(payment.ID)
		} else {
			srv.Fail(payment.ID, http.StatusBadGateway)
		}
	}
	events := srv.Events()
	succeeded, failed := string(events[0].Body), string(events[1].Body)
	processing := strings.Replace(succeeded, "SUCCEEDED", "PROCESSING", 1)
	foreign := strings.Replace(succeeded, payout1, "00000000-0000-4000-8000-000000000009", 1)
	forged := strings.Replace(failed, "FAILED", "SUCCEEDED", 1)
	dayAgo := func() time.Time { return time.Now().AddDate(0, 0, -1) }
	yesterday := finiktest.NewServer(finiktest.WithClock(dayAgo)) //nolint:contextcheck // it lives until it is closed
	defer yesterday.Close()

	for _, notice := range []struct {
		from         *finiktest.Server
		signed, sent string
	}{
		{srv, processing, processing},
		{srv, succeeded, succeeded},
		{srv, processing, processing},
		{srv, succeeded, succeeded},
		{srv, failed, forged},
		{yesterday, failed, failed},
		{srv, failed, failed},
		{srv, foreign, foreign},
	} {
		request, err := notice.from.NewWebhookRequest(ctx, publicURL, []byte(notice.signed))
		if err != nil {
			return err
		}
		if err := redirect(request, target, notice.sent); err != nil {
			return err
		}
		if err := post(request); err != nil {
			return err
		}
	}
	return nil
}

// redirect does what a proxy does, and what a forger does to the body.
func redirect(request *http.Request, target, body string) (err error) {
	request.URL, err = url.Parse(target)
	request.Host = "" // the proxy's own
	request.Body, request.GetBody = io.NopCloser(strings.NewReader(body)), nil
	request.ContentLength = int64(len(body))
	return err
}

func post(request *http.Request) error {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
