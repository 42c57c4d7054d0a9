package consumer

import (
	"context"
	"iter"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/transactions"
)

// Transactions is the part of [transactions.Client] that this service needs.
type Transactions interface {
	WalkTransactions(context.Context, transactions.Filter, ...transactions.CallOption) iter.Seq2[*transactions.Transaction, error]
}

var _ Transactions = (*transactions.Client)(nil)

// Turnover returns the sums of a day's requested amounts, in minor units by
// numeric currency code. query holds a user's further conditions, in the
// service's own filter language. Transactions without amount or currency are left
// out.
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
