package main

import (
	"fmt"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func newVima(s settings) *api {
	srv := vimatest.NewServer(vimatest.InMemory())
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: s.rows, Seed: s.seed, Days: s.days})...)
	return &api{
		name: "vima", title: "Vima/Finmar collector", fake: srv, base: vimatest.Path, openapi: vima.OpenAPI(),
		credentials: []credential{{"apikey", vimatest.DefaultAPIKey}},
		seeds:       fmt.Sprintf("%d operations on %s", s.rows, s.span()),
		operations:  []string{"ListOperations"},
		requests:    logged(srv.Requests),
		inject: func(f fault) {
			srv.Inject(vimatest.Fault{
				Kind: vimatest.FaultKind(f.kind), Status: f.status, Header: f.header, RetryAfter: f.retryAfter, Body: f.body,
				Process: f.process, Delay: f.delay, Times: f.times, Probability: f.probability, Seed: f.seed, Operation: f.operation,
			})
		},
		examples: func(a *api) []example {
			list := a.url() + "?apikey=" + vimatest.DefaultAPIKey
			return []example{
				{"The first two operations", curl("'" + list + "&count=2'")},
				{"What follows a cursor", curl("'" + list + "&count=2&from_operation_create_id=0'")},
				{"What changed, of one project", curl("'" + list + "&count=2&from_operation_update_id=0&project=" + vima.ProjectMonetix + "'")},
			}
		},
	}
}

func newEcommpay(s settings) *api {
	srv := ecommpaytest.NewServer(ecommpaytest.InMemory())
	plan := ecommpaytest.Plan{Operations: s.rows, Seed: s.seed, Days: s.days}
	srv.Seed(ecommpaytest.Generate(plan)...)
	srv.SeedChargebacks(ecommpaytest.GenerateChargebacks(plan)...)
	srv.SeedFraud(ecommpaytest.GenerateFraud(plan)...)
	srv.SeedBalances(ecommpaytest.GenerateBalances(s.seed)...)
	return &api{
		name: "ecommpay", title: "ecommpay Data API", fake: srv, base: ecommpaytest.BasePath, openapi: ecommpay.OpenAPI(),
		credentials: []credential{{"token", ecommpaytest.DefaultCredentials().Token}, {"secret", ecommpaytest.DefaultCredentials().Secret}},
		seeds:       fmt.Sprintf("%d operations on %s with their chargebacks and fraud reports, and balances", s.rows, s.span()),
		operations: []string{
			"Balances", "ListOperations", "OperationsByPayment", "ListChargebacks", "GetChargeback", "ListFraudOperations",
			"FinancialOperations", "CurrencyRates",
		},
		requests: logged(srv.Requests),
		inject: func(f fault) {
			srv.Inject(ecommpaytest.Fault{
				Kind: ecommpaytest.FaultKind(f.kind), Status: f.status, Header: f.header, RetryAfter: f.retryAfter, Body: f.body,
				Process: f.process, Delay: f.delay, Times: f.times, Probability: f.probability, Seed: f.seed, Operation: f.operation,
			})
		},
		examples: func(a *api) []example {
			return []example{
				{"Balances", a.signedCall("/balance/get", "", "", "")},
				{"Two operations. The signature is over path:value, sorted, with semicolons between", a.signedCall("/operations/get",
					"limit:2;offset:0;", ";tz:+00:00", `"limit":2,"offset":0,"tz":"+00:00",`)},
			}
		},
	}
}

// signedCall is a call of ecommpay: what is in front of the token and behind it in
// the text to sign, and the members of the body.
func (a *api) signedCall(path, before, behind, members string) string {
	c := ecommpaytest.DefaultCredentials()
	text := before + "token:" + c.Token + behind
	return fmt.Sprintf(`SIGNATURE=$(printf '%%s' '%s' | openssl dgst -sha512 -hmac '%s' -binary | openssl base64 -A) && `, text, c.Secret) +
		curl(`-H 'Content-Type: application/json' -d '{`+members+`"token":"`+c.Token+`","signature":"'"$SIGNATURE"'"}' `+a.url()+path)
}

func newTransactions(s settings) *api {
	srv := transactionstest.NewServer(transactionstest.InMemory())
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: s.rows, Seed: s.seed, Days: s.days})...)
	return &api{
		name: "transactions", title: "Transactions list (JHipster)", fake: srv, openapi: transactions.OpenAPI(),
		credentials: []credential{
			{"token", transactionstest.DefaultToken}, {"username", transactionstest.DefaultUsername}, {"password", transactionstest.DefaultPassword},
		},
		seeds:      fmt.Sprintf("%d transactions on %s", s.rows, s.span()),
		operations: []string{"ListTransactions", "CountTransactions", "Token"},
		requests:   logged(srv.Requests),
		inject: func(f fault) {
			srv.Inject(transactionstest.Fault{
				Kind: transactionstest.FaultKind(f.kind), Status: f.status, Header: f.header, RetryAfter: f.retryAfter, Body: f.body,
				Process: f.process, Delay: f.delay, Times: f.times, Probability: f.probability, Seed: f.seed, Operation: f.operation,
			})
		},
		examples: func(a *api) []example {
			bearer := "-H 'Authorization: Bearer " + transactionstest.DefaultToken + "' "
			return []example{
				{"A filter: paid, above a million minor units, newest first", curl(bearer + "'" + a.origin + transactionstest.Path +
					"?status.in=SUCCESS&requestAmount.greaterThan=1000000&sort=id,desc&size=2'")},
				{"A token", curl(`-H 'Content-Type: application/json' -d '{"username":"` + transactionstest.DefaultUsername +
					`","password":"` + transactionstest.DefaultPassword + `","rememberMe":false}' ` + a.origin + transactionstest.TokenPath)},
			}
		},
	}
}

// span names the days of the data.
func (s settings) span() string {
	first := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	return first.Format(time.DateOnly) + " to " + first.AddDate(0, 0, s.days-1).Format(time.DateOnly)
}

// curl is a command line that prints the body, also of a refusal, and fails for a
// refusal.
func curl(arguments string) string { return "curl -sS --fail-with-body " + arguments }
