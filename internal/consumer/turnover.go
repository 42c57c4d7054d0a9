package consumer

import (
	"context"
	"iter"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/transactions"
)

// Transactions is the part of [transactions.Client] that Turnover needs. A
// *transactions.Client is a Transactions.
type Transactions interface {
	WalkTransactions(context.Context, transactions.Filter, ...transactions.CallOption) iter.Seq2[*transactions.Transaction, error]
}

var _ Transactions = (*transactions.Client)(nil)

// Turnover adds up the requested amounts of the transactions of a day. It returns
// one sum for each currency: the key is the numeric currency code, and the sum is
// in minor units. The map is empty if there are no transactions. Transactions
// without amount or currency are left out.
//
// day is any time of the calendar day, in the day's own time zone. query holds
// further conditions in the filter language of the service, see
// transactions.ParseFilter; nil means none. day replaces a condition on the date.
//
// With an error the map is nil. The errors are the errors of ParseFilter and
// WalkTransactions, unchanged.
func Turnover(ctx context.Context, api Transactions, day time.Time, query url.Values) (map[int32]int64, error) {
	filter, err := transactions.ParseFilter(query)
	if err != nil {
		return nil, err
	}
	filter.Date = transactions.Day(day)
	sums := map[int32]int64{}
	for t, err := range api.WalkTransactions(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if t.RequestCcy != nil && t.RequestAmount != nil {
			sums[*t.RequestCcy] += *t.RequestAmount
		}
	}
	return sums, nil
}
