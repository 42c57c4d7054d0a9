package transactions_test

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/transactions"
)

func ExampleFilter() {
	tashkent := time.FixedZone("Asia/Tashkent", 5*60*60)
	f := transactions.Filter{
		Status:           transactions.Exact[transactions.Status]{In: []transactions.Status{transactions.StatusSuccess, transactions.StatusCheckOK}},
		Date:             transactions.Day(time.Date(2026, time.January, 15, 9, 30, 0, 0, tashkent)),
		RequestAmount:    transactions.Range[int64]{GreaterThanOrEqual: new(int64(100_000))}, // minor units
		RecipientGateway: transactions.Text{Contains: new("gateway")},
	}
	values, err := f.Values()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"date.greaterThanOrEqual", "date.lessThan", "recipientGateway.contains", "requestAmount.greaterThanOrEqual", "status.in"} {
		fmt.Println(name, values[name])
	}
	// Output:
	// date.greaterThanOrEqual [2026-01-14T19:00:00Z]
	// date.lessThan [2026-01-15T19:00:00Z]
	// recipientGateway.contains [gateway]
	// requestAmount.greaterThanOrEqual [100000]
	// status.in [SUCCESS CHECK_OK]
}

// A service evaluates one operation on a text and drops the others without a
// word, so that a filter with two is refused.
func ExampleFilter_Values() {
	_, err := transactions.Filter{
		RecipientAccount: transactions.Text{Contains: new("998"), NotEquals: new("998000000001")},
	}.Values()
	fmt.Println(errors.Is(err, transactions.ErrInvalidRequest))
	fmt.Println(err)
	// Output:
	// true
	// transactions: invalid request: recipientAccount.contains: must stand alone, since the service would ignore notEquals
}

func ExampleParseFilter() {
	// As an own service takes it from its users, without page, size and sort.
	query, err := url.ParseQuery("status.in=SUCCESS,CHECK_OK&requestCcy.equals=860&date.lessThan=2026-01-16T00:00:00%2B05:00")
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := transactions.ParseFilter(query)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Status.In, *f.RequestCcy.Equals, f.Date.LessThan)

	_, err = transactions.ParseFilter(url.Values{"statuss.equals": {"SUCCESS"}, "requestCcy.equals": {"UZS"}})
	fmt.Println(err)
	// Output:
	// [SUCCESS CHECK_OK] 860 2026-01-15 19:00:00 +0000 UTC
	// transactions: invalid request: "requestCcy.equals": must be a whole number of 32 bits; "statuss.equals": is unknown
}

func ExampleBetween() {
	hour := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
	r := transactions.Between(hour, hour.Add(time.Hour))
	fmt.Println(r.GreaterThanOrEqual.Format(time.TimeOnly), r.LessThan.Format(time.TimeOnly))
	// Output: 12:00:00 13:00:00
}
