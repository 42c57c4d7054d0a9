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

// Plan says what [Generate] makes. The same plan makes the same operations, byte
// for byte.
type Plan struct {
	Operations int       // how many; 0 or less makes none
	Seed       uint64    // another seed makes other operations
	From       time.Time // time of the first update; zero is 2026-01-01 UTC
	Days       int       // number of days they are spread over evenly; 0 or less is 1
}

// Generate returns made-up operations, in the order of their last update: one to
// three a payment, of two projects, with several types, statuses and currencies,
// JPY and KWD among them. The server spells some of them as the live service may:
// ids as numbers, amounts as strings, null for what is missing.
//
// The payer is always the same: Test Payer, payer@example.com.
func Generate(p Plan) []*ecommpay.Operation {
	return slices.AppendSeq(make([]*ecommpay.Operation, 0, max(p.Operations, 0)), p.All())
}

// All iterates over the operations of [Generate] without holding them all in
// memory.
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
