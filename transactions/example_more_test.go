package transactions_test

import (
	"fmt"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/transactions"
)

func ExampleRange_EncodeValues() {
	values := url.Values{}
	day := transactions.Day(time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC))
	err := day.EncodeValues("date", &values)
	fmt.Println(values, err)
	// Output: map[date.greaterThanOrEqual:[2026-01-15T00:00:00Z] date.lessThan:[2026-01-16T00:00:00Z]] <nil>
}

func ExampleExact_EncodeValues() {
	values := url.Values{}
	paid := transactions.Exact[transactions.Status]{Equals: new(transactions.StatusSuccess)}
	err := paid.EncodeValues("status", &values)
	fmt.Println(values, err)
	// Output: map[status.equals:[SUCCESS]] <nil>
}

// One operation only: the service would ignore the others.
func ExampleText_EncodeValues() {
	values := url.Values{}
	fmt.Println(transactions.Text{Contains: new("gateway")}.EncodeValues("recipientGateway", &values), values)
	fmt.Println(transactions.Text{Contains: new("gateway"), Equals: new("svgate")}.EncodeValues("recipientGateway", &values))
	// Output:
	// <nil> map[recipientGateway.contains:[gateway]]
	// transactions: invalid request: recipientGateway.equals: must stand alone, since the service would ignore contains
}

// A Filter is a part of a caller's own parameters.
func ExampleFilter_EncodeValues() {
	values := url.Values{}
	err := transactions.Filter{RequestCcy: transactions.Range[int32]{In: []int32{860, 840}}}.EncodeValues("", &values)
	fmt.Println(values.Encode(), err)
	// Output: requestCcy.in=860&requestCcy.in=840 <nil>
}
