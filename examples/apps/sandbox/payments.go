package main

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strconv"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

const (
	seededAccounts = 3 // of finik, beside the default one

	oauthClient = "application"
	oauthSecret = "master-00000000000000000000000000000000"
)

func newWallet() *api {
	srv := wallettest.NewServer(wallettest.InMemory(), wallettest.WithOAuthClient(oauthClient, oauthSecret))
	a := &api{
		name: "wallet", title: "wallet.best (mserver)", fake: srv, base: "/v1", openapi: wallet.OpenAPI(),
		credentials: []credential{
			{"phone", wallettest.DefaultPhone},
			{"password", wallettest.DefaultPassword},
			{"OAuth client_id", oauthClient},
			{"OAuth client_secret", oauthSecret},
			{"webhook app_id", wallettest.DefaultAppID},
			{"webhook app_secret", wallettest.DefaultAppSecret},
		},
		seeds: fmt.Sprintf("wallets %s with 10,000 roubles and %s with none, services %d and %d",
			wallettest.DefaultPhone, wallettest.OtherPhone, wallettest.ServiceMobile, wallettest.ServiceBank),
		operations: []string{
			"CreatePayment", "ExecutePayment", "GetPayment", "ListPayments", "ResetUnseen", "SendBill", "ListBestTransfers",
			"ResetUnseenBest", "ReportBestTransfer", "Token",
		},
		requests: logged(srv.Requests),
		inject: func(f fault) {
			srv.Inject(wallettest.Fault{
				Kind: wallettest.FaultKind(f.kind), Status: f.status, Header: f.header, RetryAfter: f.retryAfter, Body: f.body,
				Process: f.process, Delay: f.delay, Times: f.times, Probability: f.probability, Seed: f.seed, Operation: f.operation,
			})
		},
		ledger: func() ledger {
			l := ledger{Transfers: []transfer{}, Balances: map[string]string{}}
			for _, t := range srv.Ledger() {
				l.Transfers = append(l.Transfers, transfer{
					string(t.Kind), strconv.FormatInt(t.PaymentID, 10), t.ClientPaymentID, t.From, t.To, t.Amount.String(),
				})
			}
			for _, phone := range []string{wallettest.DefaultPhone, wallettest.OtherPhone} {
				l.Balances[phone] = srv.Balance(phone).String()
			}
			return l
		},
		examples: walletExamples,
	}
	a.hook = newHook(func() []event {
		var out []event
		for _, e := range srv.Events() {
			out = append(out, event{strconv.FormatInt(e.PaymentID, 10), string(e.Type), e.Body, e.Sent, e.Acknowledged})
		}
		return out
	}, func(d delivery) (int, error) {
		return srv.DeliverWebhooks(d.ctx, d.target, wallettest.DeliverParams{Attempts: 1})
	})
	return a
}

func walletExamples(a *api) []example {
	basic := "-u '" + wallettest.DefaultPhone + ":" + wallettest.DefaultPassword + "' "
	body := `-H 'Content-Type: application/json' -d '{"type":"p2p","client_payment_id":"00000000-0000-4000-8000-000000000001",` +
		`"amount":100,"destination":"` + wallettest.OtherPhone + `"}' `
	create := curl(basic + body + a.url() + "/payments")
	return []example{
		{"Create a payment. The same client_payment_id is the same payment, so this can be repeated", create},
		{"Execute it, once: a second execution is refused", `ID=$(` + create + ` | sed 's/.*"data":{"id":\([0-9]*\).*/\1/') && ` +
			curl(basic+"-H 'Content-Type: application/json' -X POST "+a.url()+`/payments/"$ID"/pay`)},
		{"Payments of the wallet", curl(basic + "'" + a.url() + "/payments?page=0&size=5&status=created,processing,completed'")},
	}
}

func newFinik(s settings) *api {
	srv := finiktest.NewServer(finiktest.InMemory())
	accounts := srv.Seed(s.seed, seededAccounts)
	a := &api{
		name: "finik", title: "Finik Payments Gateway", fake: srv, openapi: finik.OpenAPI(),
		credentials: []credential{
			{"x-api-key", finiktest.DefaultAPIKey}, {"accountId", finiktest.DefaultAccountID}, {"userId", finiktest.DefaultUserID},
		},
		seeds: fmt.Sprintf("%s with 100,000 som, %d more accounts (%s to %s), services %s, %s, %s and more", finiktest.DefaultAccountID,
			len(accounts), accounts[0].ID, accounts[len(accounts)-1].ID, finiktest.ServiceFinik, finiktest.ServiceMobile, finiktest.ServiceBank),
		operations: []string{"CheckRecipient", "CreatePayment", "GetPayment", "ListServices"},
		requests:   logged(srv.Requests),
		inject: func(f fault) {
			srv.Inject(finiktest.Fault{
				Kind: finiktest.FaultKind(f.kind), Status: f.status, Header: f.header, RetryAfter: f.retryAfter, Body: f.body,
				Process: f.process, Delay: f.delay, Times: f.times, Probability: f.probability, Seed: f.seed, Operation: f.operation,
			})
		},
		ledger: func() ledger {
			l := ledger{Transfers: []transfer{}, Balances: map[string]string{}}
			for _, t := range srv.Ledger() {
				l.Transfers = append(l.Transfers, transfer{
					Kind: string(t.Kind), PaymentID: t.PaymentID, ClientID: t.TransactionID, From: t.AccountID, Amount: t.Amount.String(),
				})
			}
			for _, account := range append(accounts, finiktest.Account{ID: finiktest.DefaultAccountID}) {
				l.Balances[account.ID] = srv.Balance(account.ID).String()
			}
			return l
		},
		files: map[string]string{
			"/_key.pem":     encodePEM("PRIVATE KEY", finiktest.ClientKey()),
			"/_webhook.pem": encodePEM("PUBLIC KEY", finiktest.PublicKey()),
		},
		examples: finikExamples,
	}
	a.hook = newHook(func() []event {
		var out []event
		for _, e := range srv.Events() {
			out = append(out, event{e.PaymentID, string(e.Status), e.Body, e.Sent, e.Acknowledged})
		}
		return out
	}, func(d delivery) (int, error) {
		return srv.DeliverWebhooks(d.ctx, d.target, finiktest.DeliverParams{Attempts: 1})
	})
	return a
}

func finikExamples(a *api) []example {
	signed := func(path, body string) string {
		return fmt.Sprintf(`BODY='%s' && STAMP=$(date +%%s)000 && SIGNATURE=$(printf 'post\n%s\nhost:%s&x-api-key:%s&x-api-timestamp:%%s\n%%s' "$STAMP" "$BODY" `+
			`| openssl dgst -sha256 -sign finik-key.pem | openssl base64 -A) && `, body, path, a.host(), finiktest.DefaultAPIKey) +
			curl(`-H 'Content-Type: application/json' -H 'x-api-key: `+finiktest.DefaultAPIKey+`' -H "x-api-timestamp: $STAMP" `+
				`-H "signature: $SIGNATURE" -d "$BODY" `+a.url()+path)
	}
	return []example{
		{"The key to sign with, made for this run of the sandbox", curl("-o finik-key.pem " + a.origin + "/_key.pem")},
		{"Two services. The body to sign is compact, its members sorted", signed("/v2/services", `{"from":0,"size":2}`)},
		{"A payout. The same transactionId is never paid twice: the second time is refused with 409", signed("/v2/payment",
			`{"accountId":"`+finiktest.DefaultAccountID+`","fields":{"amount":"150.00","phone":"`+finiktest.DefaultPhone+`"},"service":{"id":"`+
				finiktest.ServiceFinik+`"},"transactionId":"00000000-0000-4000-8000-000000000001","userId":"`+finiktest.DefaultUserID+`"}`)},
	}
}

// encodePEM prints a key as openssl reads it.
func encodePEM(kind string, key crypto.PrivateKey) string {
	var der []byte
	var err error
	if kind == "PRIVATE KEY" {
		der, err = x509.MarshalPKCS8PrivateKey(key)
	} else {
		der, err = x509.MarshalPKIXPublicKey(key)
	}
	if err != nil {
		panic("sandbox: " + err.Error()) // the keys of the fake are RSA keys
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
