package ecommpaytest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

// Plan says what [Generate] makes. The same Plan makes the same operations, byte
// for byte.
type Plan struct {
	Operations int       // how many; 0 or less makes none
	Seed       uint64    // another seed makes other operations
	From       time.Time // time of the first update; zero is 2026-01-01 UTC
	Days       int       // number of days over which the operations are spread evenly; 0 or less means 1
}

// Generate makes up p.Operations operations for [Server.Seed], ordered by the
// time of their last update, the oldest first. The same Plan makes the same
// operations, byte for byte. If p.Operations is 0 or negative, Generate returns
// an empty slice.
//
// The operations are sales and refunds of two projects, with several statuses
// and currencies, JPY and KWD among them. A refund has the PaymentID of the
// operation before it. Raw is nil: the server renders each operation in a
// spelling that the live service may use, such as ids as numbers, amounts as
// strings and null for what is missing.
//
// The payer is always the same made-up person: Test Payer, payer@example.com.
func Generate(p Plan) []*ecommpay.Operation {
	return slices.AppendSeq(make([]*ecommpay.Operation, 0, max(p.Operations, 0)), p.All())
}

// All iterates over the operations that [Generate] returns for p, one by one,
// without holding them all in memory. If p.Operations is 0 or negative, it
// yields nothing. Each range statement starts from the first operation and
// yields equal operations.
func (p Plan) All() iter.Seq[*ecommpay.Operation] {
	if p.From.IsZero() {
		p.From = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	span := time.Duration(max(p.Days, 1)) * 24 * time.Hour
	return func(yield func(*ecommpay.Operation) bool) {
		g := generator{random: fakeapi.NewRand(p.Seed, 0)}
		for i := range p.Operations {
			at := p.From.Add(fakeapi.Part(span, i, p.Operations)).Truncate(time.Second)
			if !yield(g.operation(i, at.UTC())) {
				return
			}
		}
	}
}

type generator struct {
	random *rand.Rand
	last   *ecommpay.Operation
}

func (g *generator) operation(i int, at time.Time) *ecommpay.Operation {
	o := &ecommpay.Operation{
		ProjectID:   fakeapi.Pick(g.random, "11", "11", "12"),
		OperationID: fmt.Sprintf("%d%06d", 6435210+g.random.IntN(9), i),
		PaymentID:   "payment-" + strconv.Itoa(i), OperationType: ecommpay.TypeSale, OperationStatus: g.status(),
		AccountNumber: "424242******4242", CustomerIP: "192.0.2." + strconv.Itoa(1+g.random.IntN(254)),
		PaymentMethodName: "visa", PaymentMethodType: "visa", PaymentDescription: "order " + strconv.Itoa(i),
		OperationCreatedAt: at.Add(-time.Duration(g.random.IntN(600)) * time.Second), OperationCompletedAt: at,
		SumInitial: g.sum(), ARN: fakeapi.Digits(g.random, 23), RRN: fakeapi.Digits(g.random, 12),
		PaymentProviderCode: "0", PaymentProviderMessage: "Success",
		CustomerEmail: "payer@example.com", CustomerID: "customer-" + strconv.Itoa(i%50), CardHolder: "TEST PAYER",
		BIN: "424242", BankName: "Example Bank", CountryByBIN: "GB", PaymentType: ecommpay.PaymentTypeSale,
		ProjectName: "shop.example", ProjectURL: "https://shop.example", MerchantID: "10000123",
		TransactionCreatedAt: at, TransactionStatus: ecommpay.PaymentStatusSuccess,
	}
	if g.last != nil && fakeapi.Chance(g.random, 0.15) { // a refund of the payment before
		o.PaymentID, o.ProjectID, o.SumInitial = g.last.PaymentID, g.last.ProjectID, g.last.SumInitial
		o.OperationType = ecommpay.TypeRefund
	}
	o.PaymentCurrency = o.SumInitial.Currency
	switch o.OperationStatus {
	case ecommpay.StatusSuccess:
		o.ProviderDate, o.ShipmentDate = at, at.Add(24*time.Hour)
		o.SumConverted = o.SumInitial
		o.CompletedRefundMinor, o.RemainingRefundMinor = new(int64(0)), new(o.SumInitial.AmountMinor)
		o.CurrencyRate = new(decimal.MustNew(1_000_000, 6))
	case ecommpay.StatusDecline:
		o.PaymentProviderCode, o.PaymentProviderMessage = "51", "Insufficient funds"
	}
	g.last = o
	return o
}

func (g *generator) status() ecommpay.OperationStatus {
	switch n := g.random.IntN(100); {
	case n < 75:
		return ecommpay.StatusSuccess
	case n < 92:
		return ecommpay.StatusDecline
	case n < 97:
		return ecommpay.StatusProcessing
	default:
		return fakeapi.Pick(g.random, ecommpay.StatusAwaiting3DSResult, ecommpay.StatusExpired, ecommpay.StatusInternalError)
	}
}

func (g *generator) sum() ecommpay.Sum {
	minor := 100 + g.random.Int64N(2_000_000)
	switch n := g.random.IntN(100); {
	case n < 2:
		return ecommpay.Sum{AmountMinor: minor / 100, Currency: "JPY"}
	case n < 4:
		return ecommpay.Sum{AmountMinor: minor * 10, Currency: "KWD"}
	case n < 60:
		return ecommpay.Sum{AmountMinor: minor, Currency: "EUR"}
	default:
		return ecommpay.Sum{AmountMinor: minor, Currency: "USD"}
	}
}

// One in this many successful sales is disputed, and another one is reported as
// fraud.
const (
	disputedEach = 25
	reportedEach = 40
)

// GenerateChargebacks makes up chargebacks for [Server.SeedChargebacks]. They
// belong to successful sales among the operations that [Generate] returns for
// the same Plan. One sale in 25 has one chargeback: the 1st, the 26th, the 51st
// and so on. The chargebacks come in the order of the sales.
//
// Each chargeback is reported 5 to 30 days after the sale. Most have the status
// "NEW"; the others are won or partially won. The same Plan makes the same
// chargebacks. If the Plan has no successful sale, as with Operations 0 or
// negative, GenerateChargebacks returns nil.
func GenerateChargebacks(p Plan) []*ecommpay.Chargeback {
	random := fakeapi.NewRand(p.Seed, 1)
	var out []*ecommpay.Chargeback
	p.sales(disputedEach, 0, func(o *ecommpay.Operation) {
		out = append(out, chargeback(random, len(out), o))
	})
	return out
}

// GenerateFraud makes up fraud reports for [Server.SeedFraud]. They belong to
// successful sales among the operations that [Generate] returns for the same
// Plan. One sale in 40 has one report: the 21st, the 61st, the 101st and so on.
// The reports come in the order of the sales. Each is received 2 to 20 days
// after the sale. The same Plan makes the same reports. If the Plan has fewer
// than 21 successful sales, GenerateFraud returns nil.
func GenerateFraud(p Plan) []*ecommpay.FraudOperation {
	random := fakeapi.NewRand(p.Seed, 2)
	var out []*ecommpay.FraudOperation
	p.sales(reportedEach, reportedEach/2, func(o *ecommpay.Operation) {
		out = append(out, fraud(random, o))
	})
	return out
}

// GenerateBalances makes up eight balances for [Server.SeedBalances]: four for
// each of the two projects of [Generate]. Each balance has an amount in one
// currency. The four currencies of a project are EUR, USD, JPY and KWD, in this
// order. The name of a balance has the project and the currency, as in
// "Project_11_balance_EUR". Only the EUR balance of project 12 is named after
// another currency, RUB: the documentation shows such a name. The same seed
// makes the same balances.
func GenerateBalances(seed uint64) []*ecommpay.Balance {
	random := fakeapi.NewRand(seed, 3)
	var out []*ecommpay.Balance
	for _, project := range []string{"11", "12"} {
		for _, currency := range []string{"EUR", "USD", "JPY", "KWD"} {
			name := currency
			if project == "12" && currency == "EUR" {
				name = "RUB"
			}
			out = append(out, &ecommpay.Balance{
				Name:         fmt.Sprintf("Project_%s_balance_%s", project, name),
				AmountsMinor: map[string]int64{currency: random.Int64N(1_000_000_000)},
			})
		}
	}
	return out
}

// sales calls visit for every n-th successful sale, from the one with index first
// on.
func (p Plan) sales(n, first int, visit func(*ecommpay.Operation)) {
	i := 0
	for o := range p.All() {
		if o.OperationType != ecommpay.TypeSale || o.OperationStatus != ecommpay.StatusSuccess {
			continue
		}
		if i%n == first {
			visit(o)
		}
		i++
	}
}

func chargeback(random *rand.Rand, i int, o *ecommpay.Operation) *ecommpay.Chargeback {
	reported := day(o.OperationCompletedAt).AddDate(0, 0, 5+random.IntN(26))
	amount, minor := major(o.SumInitial), new(decimal.MustNew(o.SumInitial.AmountMinor, 0))
	c := &ecommpay.Chargeback{
		ChargebackID: strconv.Itoa(9001 + i), CaseID: strconv.Itoa(101 + i), ProjectID: o.ProjectID, OperationID: o.OperationID,
		OrderID: o.PaymentID, MerchantID: o.MerchantID, MerchantName: "Shop_Example", ARN: o.ARN, AuthCode: fakeapi.Digits(random, 6),
		OperationType: o.OperationType,
		ChargedAmount: minor, ChargedCurrency: o.SumInitial.Currency, ChannelAmount: minor, ChannelCurrency: o.SumInitial.Currency,
		ChbAmount: amount, ChbCurrency: o.SumInitial.Currency, ChbSettlementAmount: amount, ChbSettlementCurrency: o.SumInitial.Currency,
		ChbAmountInUSD: new(dollars(o.SumInitial, *amount).Rescale(4)),
		ReportDate:     reported, RespondBy: reported.AddDate(0, 0, 15).Add(-time.Second), TrDateTime: o.OperationCompletedAt,
		ECISLI: "7", ReasonCode: fakeapi.Pick(random, "10.4", "13.1", "13.3"), CardType: "VISA",
		Card: o.AccountNumber, CardHolder: o.CardHolder, IssuerCountry: "UK", Status: "NEW",
	}
	if fakeapi.Chance(random, 0.2) {
		c.CardType, c.ReasonCode = "MASTERCARD", fakeapi.Pick(random, "4837", "4853")
	}
	if fakeapi.Chance(random, 0.3) {
		c.Status, c.ChbCompletedAt = fakeapi.Pick(random, ecommpay.ChargebackWon, ecommpay.ChargebackPartiallyWon), reported.AddDate(0, 0, 1+random.IntN(14))
	}
	return c
}

func fraud(random *rand.Rand, o *ecommpay.Operation) *ecommpay.FraudOperation {
	purchased := day(o.OperationCompletedAt)
	days := 2 + random.IntN(19)
	received := purchased.AddDate(0, 0, days)
	amount := major(o.SumInitial)
	return &ecommpay.FraudOperation{
		OperationID: o.OperationID, PaymentID: o.PaymentID, ProjectID: o.ProjectID, ProjectName: o.ProjectName,
		TrAmount: amount, TrCurrency: o.SumInitial.Currency, AccountNumber: o.AccountNumber, PaymentMethodType: o.PaymentMethodType,
		RowUpdatedAt: received.Add(5*time.Hour + 30*time.Minute), CustomerID: o.CustomerID, CustomerEmail: o.CustomerEmail, ARN: o.ARN,
		FraudType: fakeapi.Pick(random, "6", "6", "D"), FraudReportDate: received.AddDate(0, 0, -1), ReceivedOn: received, PurchaseDate: purchased,
		ChannelAmountInUSD: new(dollars(o.SumInitial, *amount).Rescale(2)), IssuerCountry: fakeapi.Pick(random, "GB", "DE", "US"),
		IssuerBankName: o.BankName, BIN: o.BIN, CountryByIP: o.CountryByBIN, DaysToReport: new(int64(days)),
	}
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// major returns a sum in major units. It panics for an unknown currency.
func major(s ecommpay.Sum) *decimal.Decimal {
	amount, err := s.Major()
	if err != nil {
		panic(fmt.Sprintf("ecommpaytest: %v", err)) // sums of Generate have known currencies
	}
	return &amount
}

// dollars converts an amount to US dollars by a made-up rate.
func dollars(s ecommpay.Sum, amount decimal.Decimal) decimal.Decimal {
	rate := map[string]decimal.Decimal{
		"EUR": decimal.MustNew(108, 2), "JPY": decimal.MustNew(65, 4), "KWD": decimal.MustNew(325, 2),
	}
	if by, ok := rate[s.Currency]; ok {
		amount, _ = amount.Mul(by) // far from the bounds of decimals
	}
	return amount
}
