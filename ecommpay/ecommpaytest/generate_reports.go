package ecommpaytest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

// One in this many successful sales is disputed, and another one is reported as
// fraud.
const (
	disputedEach = 25
	reportedEach = 40
)

// GenerateChargebacks returns made-up chargebacks for the operations of
// [Generate] with the same plan: one for every 25th successful sale, reported 5
// to 30 days later, in the order of the sales. Most have the status "NEW"; the
// others are won or partially won. The same plan makes the same chargebacks.
func GenerateChargebacks(p Plan) []*ecommpay.Chargeback {
	random := fakeapi.NewRand(p.Seed, 1)
	var out []*ecommpay.Chargeback
	p.sales(disputedEach, 0, func(o *ecommpay.Operation) {
		out = append(out, chargeback(random, len(out), o))
	})
	return out
}

// GenerateFraud returns made-up fraud reports for the operations of [Generate]
// with the same plan: one for every 40th successful sale, received 2 to 20 days
// later, in the order of the sales. The same plan makes the same reports.
func GenerateFraud(p Plan) []*ecommpay.FraudOperation {
	random := fakeapi.NewRand(p.Seed, 2)
	var out []*ecommpay.FraudOperation
	p.sales(reportedEach, reportedEach/2, func(o *ecommpay.Operation) {
		out = append(out, fraud(random, o))
	})
	return out
}

// GenerateBalances returns made-up balances of the two projects of [Generate], in
// euros, US dollars, yen and Kuwaiti dinars. One has a name that mentions another
// currency than its amount, as in the documentation. The same seed makes the same
// balances.
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
