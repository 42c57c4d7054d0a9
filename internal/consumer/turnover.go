package consumer

import (
	"context"
	"iter"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/transactions"
)

// Transactions is what this service needs of a [transactions.Client].
type Transactions interface {
	WalkTransactions(context.Context, transactions.Filter, ...transactions.CallOption) iter.Seq2[*transactions.Transaction, error]
}

var _ Transactions = (*transactions.Client)(nil)

// Turnover adds up the requested amounts of a day, in minor units by currency.
// query are further conditions of a user of this service, in the service's own
// language.
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
