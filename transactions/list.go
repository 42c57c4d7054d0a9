package transactions

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strconv"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
)

const maxSize = 2000

// ListTransactionsParams selects transactions. The zero value selects all of
// them, in pages of 2000.
type ListTransactionsParams struct {
	Filter Filter
	Page   int // from 0; a walk begins there
	// Size is the number of transactions of a page, 1 to 2000; 0 is 2000. The
	// service cuts more than that without a word, so more is refused.
	Size int
	// Sort is the order, none by default. Without one the service gives rows in
	// any order, which may differ from page to page.
	Sort []Sort
}

// ListTransactions reads one page. A short page is not the end of the list: the
// service may give fewer rows than asked. Rows that do not decode are in
// TransactionPage.Bad and are no error.
//
// Each row is held against the filter, since the service ignores a condition
// whose name it does not know: one outside of it makes the answer
// ErrFilterIgnored. Contains with % or _ makes the service send more rows than
// hold the text: the client drops those, so that a page may be short or empty
// before the end of the list. Total counts them. See [Filter].
//
// Only a list says that there are no transactions: an answer without a body, null,
// an object without a list, and a status that comes without the complete answer
// (202, 204, 205, 206) are *DecodeError. A single transaction without a list
// around it is a page of one.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its errors are ErrInvalidRequest, ErrFilterIgnored, *Error, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network.
//
// Transactions API: GET /api/transactions
func (c *Client) ListTransactions(ctx context.Context, p ListTransactionsParams, opts ...CallOption) (*TransactionPage, error) {
	call := newCall(opts)
	values, faults := p.encode()
	if faults = append(faults, call.refuse("Prefetch", "PageSize", "Overlap")...); len(faults) > 0 {
		return nil, invalid(faults...)
	}
	a, err := c.list(ctx, values, call)
	call.capture(a.Response)
	if err != nil {
		return nil, err
	}
	if err := p.Filter.check(a.Result); err != nil {
		return nil, err
	}
	return a.Result, nil
}

// TransactionPages walks the pages of a list by number, from p.Page on. The id is
// added to the order, as the last key, where it is not in it: without it equal
// rows could be on two pages or on none.
//
// The walk is lazy and starts over with each range. It ends at an empty list, or
// at a short page where the service's count or its link to a next page says so;
// never at a short page alone, nor at an answer that has lost its list or its
// count on the way. At most one error comes, last, with a nil page:
// those of ListTransactions, and ErrPaginationStalled where a page begins as the
// one before, or the pages end before all that the service counts or with a link
// to a next one. Each request is repeated as ListTransactions is.
//
// Rows move between numbered pages while some are added, changed or removed. One
// that comes twice in the same version is delivered once; one may be missed.
// [Client.WalkTransactions] has no such gap and is the way to reconcile. It is
// also the one for large lists: to know what came before, a walk by number keeps
// about 60 bytes of each row until it ends, and a walk by id keeps none.
//
// Rows that do not decode are in TransactionPage.Bad, and the walk goes on.
//
// Transactions API: GET /api/transactions
func (c *Client) TransactionPages(ctx context.Context, p ListTransactionsParams, opts ...CallOption) iter.Seq2[*TransactionPage, error] {
	call := newCall(opts)
	p.Sort = unique(p.Sort)
	values, faults := p.encode()
	if faults = append(faults, call.refuse("PageSize", "Overlap")...); len(faults) > 0 {
		return paginate.Fail[*TransactionPage](invalid(faults...))
	}
	return paginate.Deliver(c.walkPages(ctx, p, values, call), call.capture)
}

// AllTransactions walks the transactions of a list, as TransactionPages does. A
// page with rows that do not decode gives its good ones and then ends the walk
// with *DecodeError; TransactionPages leaves the choice to the caller.
//
// Transactions API: GET /api/transactions
func (c *Client) AllTransactions(ctx context.Context, p ListTransactionsParams, opts ...CallOption) iter.Seq2[*Transaction, error] {
	return flatten(c.TransactionPages(ctx, p, opts...))
}

const listTransactions = "ListTransactions"

func (p ListTransactionsParams) size() int {
	if p.Size == 0 {
		return maxSize
	}
	return p.Size
}

// encode returns the parameters and what is wrong with them. Page and size are
// sent always, so that a change of the service's default does not change a walk.
func (p ListTransactionsParams) encode() (url.Values, []string) {
	values, found := p.Filter.encode()
	faults := problems.List(found)
	faults.If(p.Page < 0, "Page: must not be negative")
	faults.If(p.Size < 0 || p.Size > maxSize, "Size: must be 1 to 2000, or 0 for 2000")
	values.Set("size", strconv.Itoa(p.size()))
	setPage(values, p.Page)
	setSort(values, p.Sort...)
	return values, append(faults, sortFaults(p.Sort)...)
}

func setPage(values url.Values, page int) { values.Set("page", strconv.Itoa(page)) }

func setSort(values url.Values, order ...Sort) {
	values.Del("sort")
	for _, s := range order {
		values.Add("sort", s.String())
	}
}

// check holds each row against the filter, and drops those that only the
// service's reading of a text as a pattern has put into the page.
func (f *Filter) check(page *TransactionPage) error {
	further := f.uncheckedFields()
	wide := false
	for _, t := range page.Transactions {
		is, field := f.fit(t)
		if further != nil && is != outside {
			if of, name := further.fit(t); of == outside {
				is, field = of, name
			}
		}
		if is == outside {
			return fmt.Errorf("%w: transaction %d does not meet %s", ErrFilterIgnored, t.ID, field)
		}
		wide = wide || is == wider
	}
	if wide {
		page.Transactions = slices.DeleteFunc(page.Transactions, func(t *Transaction) bool {
			is, _ := f.fit(t)
			return is == wider
		})
	}
	return nil
}
