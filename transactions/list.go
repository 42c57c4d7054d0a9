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

// maxSize is the highest number of transactions of a page.
const maxSize = 2000

// ListTransactionsParams selects transactions. The zero value selects all
// transactions, in pages of 2000. What is refused makes the call return
// ErrInvalidRequest before anything is sent.
type ListTransactionsParams struct {
	Filter Filter
	// Page is the number of the page, from 0; an iteration begins there. A negative
	// number is refused.
	Page int
	// Size is the number of transactions of a page, 1 to 2000; 0 means 2000. More
	// is refused: the service would silently send fewer.
	Size int
	// Sort is the order. With a nil Sort the service sends rows in any order, which
	// may differ from page to page. A field that occurs twice is refused.
	Sort []Sort
}

// ListTransactions reads one page of transactions. The zero p asks for the first page
// of all transactions, with 2000 rows. Without p.Sort the service picks the order of
// the rows, and the order may differ from call to call. A page with fewer rows than
// asked for is not the end of the list. Rows that do not decode are in
// TransactionPage.Bad and are not an error. To iterate over all pages (pagination)
// use WalkTransactionPages or TransactionPages.
//
// The service ignores a condition whose name it does not know. Therefore the client
// compares each row with the filter: one row outside of the filter makes the call
// fail with ErrFilterIgnored. If Text.Contains has a % or _, the service also sends
// rows that do not contain the string. The client drops such rows, so a page may have
// few rows or none before the end of the list. TransactionPage.Total is the service's
// own count: the dropped rows are part of it. See [Filter].
//
// The first of these cases that applies decides what the call returns:
//
//   - A status other than 2xx: *Error.
//   - An object that reports an error, in place of transactions or by a member status
//     of 400 to 599 with a message: *Error.
//   - The status 202, 204, 205 or 206, also with a list: *DecodeError.
//   - A list, which may be empty: a page with the rows of the list.
//   - A single transaction, which is an object with a member id or requestTrId: a
//     page with one row.
//   - Any other answer, such as another object, null, or an answer without a body:
//     *DecodeError.
//
// An answer that yields *DecodeError does not prove that the service has no
// transactions.
//
// ListTransactions only reads. It is retried after network errors, a body cut short
// and the statuses 429, 500, 502, 503 and 504, as [WithRetry] says.
//
// The errors of ListTransactions are ErrInvalidRequest before anything is sent,
// ErrFilterIgnored, *Error for a refusal, *DecodeError, ErrResponseTooLarge, errors
// of the TokenSource, and errors of the context and the network. The page is nil with
// every error.
//
// Transactions API: GET /api/transactions
func (c *Client) ListTransactions(ctx context.Context, p ListTransactionsParams, opts ...CallOption) (*TransactionPage, error) {
	call := newCall(opts)
	values, found := p.encode()
	if found = append(found, call.refuse("Prefetch", "PageSize", "Overlap")...); len(found) > 0 {
		return nil, invalid(found...)
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

// TransactionPages iterates over all pages of a list by number (pagination), from
// p.Page on. The zero p selects all transactions, in pages of 2000 in the order of
// ids. If p.Sort lacks the id, TransactionPages adds the id as the last key. Without
// this key, rows that are equal in all keys could come on two pages or on none.
//
// The iteration is lazy: it sends a request when the loop asks for a page, or ahead
// of the loop with [Prefetch]. Each range statement starts over, and break leaves
// nothing running. The iteration ends at an empty list. A short page, one with fewer
// rows than p.Size, ends the iteration only if the service's count or its links
// confirm the end.
//
// The iteration yields at most one error, as its last value, with a nil page: an
// error of ListTransactions, or ErrPaginationStalled. An invalid argument yields
// ErrInvalidRequest as the only value, before anything is sent. Each request is
// retried as ListTransactions is. ErrPaginationStalled means one of these:
//
//   - A page begins with the same row as the previous page.
//   - Nine pages in a row bring no new transaction.
//   - The pages end although the service counts more rows or links to a next page.
//   - A page is empty and without a count, although the page before had a count.
//
// Rows that do not decode are in TransactionPage.Bad, and the iteration goes on.
//
// Rows move between numbered pages while other rows are added, changed or removed.
// If the service sends a row again, TransactionPages drops the row if its bytes are
// the same, and yields the row again if they have changed. TransactionPages may miss
// a row that has moved. For reconciliation and for large lists use
// [Client.WalkTransactions], which misses no row. TransactionPages keeps about 60
// bytes of each row in memory until it ends; WalkTransactions keeps nothing.
//
// Transactions API: GET /api/transactions
func (c *Client) TransactionPages(ctx context.Context, p ListTransactionsParams, opts ...CallOption) iter.Seq2[*TransactionPage, error] {
	call := newCall(opts)
	p.Sort = unique(p.Sort)
	values, found := p.encode()
	if found = append(found, call.refuse("PageSize", "Overlap")...); len(found) > 0 {
		return paginate.Fail[*TransactionPage](invalid(found...))
	}
	return paginate.Deliver(c.walkPages(ctx, p, values, call), call.capture)
}

// AllTransactions iterates over the transactions of all pages of TransactionPages
// (pagination), from p.Page on. The zero p selects all transactions. Order, retries
// and errors are the same as in TransactionPages, and *DecodeError for rows that do
// not decode. An error is the last value, with a nil transaction. Each range
// statement starts over.
//
// The limits of TransactionPages hold too. A transaction that comes again unchanged
// is dropped. A transaction that moves between pages may be missed: to avoid this,
// use [Client.WalkTransactions]. AllTransactions keeps about 60 bytes of each row in
// memory until it ends.
//
// A page may have rows that do not decode. AllTransactions then yields the good
// transactions of the page and *DecodeError as the last value. Use TransactionPages
// to go on after such rows.
//
// Transactions API: GET /api/transactions
func (c *Client) AllTransactions(ctx context.Context, p ListTransactionsParams, opts ...CallOption) iter.Seq2[*Transaction, error] {
	return flatten(c.TransactionPages(ctx, p, opts...))
}

// listTransactions names the call in errors, observers and logs.
const listTransactions = "ListTransactions"

// size returns Size, or 2000 for 0.
func (p ListTransactionsParams) size() int {
	if p.Size == 0 {
		return maxSize
	}
	return p.Size
}

// encode returns the parameters and what is wrong with them. Page and size are
// always sent, so that a change of the service's default does not change an
// iteration.
func (p ListTransactionsParams) encode() (url.Values, []string) {
	values, wrong := p.Filter.encode()
	found := problems.List(wrong)
	found.If(p.Page < 0, "Page: must not be negative")
	found.If(p.Size < 0 || p.Size > maxSize, "Size: must be 1 to 2000, or 0 for 2000")
	values.Set("size", strconv.Itoa(p.size()))
	setPage(values, p.Page)
	setSort(values, p.Sort...)
	return values, append(found, sortProblems(p.Sort)...)
}

// setPage sets the number of the page.
func setPage(values url.Values, page int) { values.Set("page", strconv.Itoa(page)) }

// setSort replaces the order.
func setSort(values url.Values, order ...Sort) {
	values.Del("sort")
	for _, s := range order {
		values.Add("sort", s.String())
	}
}

// check compares each row of page with f, and drops the rows that are there only
// because the service reads a string as a pattern. It returns ErrFilterIgnored for
// a row that does not meet f.
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
