package transactions

import (
	"cmp"
	"context"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
)

// WalkTransactionPages iterates over the pages of transactions that f selects
// (pagination by keyset), in ascending order of ids. The zero f selects all
// transactions. [PageSize] sets the number of rows of a page.
//
// Each request asks for the rows after the highest id so far. Rows that are added,
// changed or removed meanwhile do not make the iteration miss or repeat another row.
// A transaction that is visible and selected by f during the whole iteration is
// yielded once. The iteration does not yield these; [Client.WalkUpdated] does:
//
//   - a change of a transaction that was already yielded,
//   - a transaction that becomes visible, by a late commit in the service's database,
//     after higher ids were read.
//
// The iteration is lazy: it sends a request when the loop asks for a page, or ahead
// of the loop with [Prefetch]. Each range statement starts over, and break leaves
// nothing running. Which answer is a page and which is an error is the same as in
// ListTransactions: a single transaction is a page with one row. The iteration ends
// at the first of these:
//
//   - an empty page,
//   - a page with the highest id that f.ID allows,
//   - a page with fewer rows than asked for, if the service sends a count and the
//     count says that no row remains.
//
// The iteration yields at most one error, as its last value, with a nil page: an
// error of ListTransactions, or ErrPaginationStalled. An invalid argument yields
// ErrInvalidRequest as the only value, before anything is sent. Each request is
// retried as ListTransactions is. ErrPaginationStalled means one of these:
//
//   - Ids do not grow, because the service ignores the cursor or the order.
//   - A page is empty although the service counts rows that remain.
//   - A page is empty and without a count, although the page before had a count.
//
// Rows that do not decode are in TransactionPage.Bad, and the iteration goes on. The
// ids of such rows, where readable, must be in order too.
//
// To go on later, set f.ID.GreaterThan to TransactionPage.NextID of the last page.
// f.ID with Equals or In is ErrInvalidRequest, because the service then ignores the
// cursor.
//
// Transactions API: GET /api/transactions
func (c *Client) WalkTransactionPages(ctx context.Context, f Filter, opts ...CallOption) iter.Seq2[*TransactionPage, error] {
	call := newCall(opts)
	values, found := f.encodeWalk(call)
	if found = append(found, call.refuse("Overlap")...); len(found) > 0 {
		return paginate.Fail[*TransactionPage](invalid(found...))
	}
	return paginate.Deliver(c.walkIDs(ctx, f, values, time.Time{}, call), call.capture)
}

// WalkTransactions iterates over the transactions that f selects, in ascending order
// of ids (pagination by keyset). The zero f selects all transactions. Retries and
// errors are the same as in WalkTransactionPages, and *DecodeError for rows that do
// not decode. An error is the last value, with a nil transaction. Each range
// statement starts over.
//
// A page may have rows that do not decode. WalkTransactions then yields the good
// transactions of the page and *DecodeError as the last value. Use
// WalkTransactionPages to go on after such rows.
//
// Transactions API: GET /api/transactions
func (c *Client) WalkTransactions(ctx context.Context, f Filter, opts ...CallOption) iter.Seq2[*Transaction, error] {
	return flatten(c.WalkTransactionPages(ctx, f, opts...))
}

// maxDays limits TransactionPagesByDay, against a mistyped year.
const maxDays = 36_600

// TransactionPagesByDay iterates over the pages of transactions (pagination) whose
// Date is not before start and is before end. It divides this time into days and
// reads several days at the same time. The argument workers is the highest number of
// days that are read at the same time. Use TransactionPagesByDay for a backfill,
// where latency limits the speed.
//
// The first day begins at start, and the last day ends at end and may be shorter.
// The days follow each other without a gap. start decides where the other days
// begin, in the time zone of start:
//
//   - start is the first instant of its day, usually midnight: each day begins with
//     its own first instant.
//   - start is any other time: each day begins at the time of day of start. If clocks
//     skip this time on a day, the day begins earlier or later by the length of the
//     gap, as time.Date decides.
//
// Pages of one day come in order of ids. Pages of different days come in any order.
// TransactionPage.Day is the beginning of the page's day. At most one page for each
// of the days being read is in memory, and more with [Prefetch].
//
// In all else the iteration behaves like WalkTransactionPages: lazy, restartable,
// with the same retries, and with at most one error, as its last value, with a nil
// page. An error stops the whole iteration. It is then unknown which days are
// complete. To be able to go on after an error, iterate over the days one by one.
//
// The Date of a transaction may change during the iteration. If the new Date is on a
// day that was read already, TransactionPagesByDay can miss the transaction. If only
// the old day was read already, TransactionPagesByDay can yield the transaction
// twice.
//
// workers must be 1 to 64. end must be after start, by less than 36600 days. f must
// not have a condition on Date, nor f.ID with Equals or In. Otherwise, and for any
// other invalid filter, ErrInvalidRequest is the only value, before anything is sent.
// Transactions without a Date belong to no day.
//
// Transactions API: GET /api/transactions
func (c *Client) TransactionPagesByDay(ctx context.Context, start, end time.Time, workers int, f Filter, opts ...CallOption) iter.Seq2[*TransactionPage, error] {
	call := newCall(opts)
	values, wrong := f.encodeWalk(call)
	found := problems.List(append(wrong, call.refuse("Overlap")...))
	found.If(!start.Before(end), "start: must be before end")
	found.If(workers < 1 || workers > 64, "workers: must be 1 to 64")
	found.If(f.touches(FieldDate, f.Date.IsZero()), "Date: must not have a condition in a walk by day")
	found.If(!end.Before(start.AddDate(0, 0, maxDays)), "end: must be less than 36600 days after start")
	if len(found) > 0 {
		return paginate.Fail[*TransactionPage](invalid(found...))
	}
	bounds := dayBounds(start, end)
	return paginate.Deliver(paginate.Parallel(ctx, workers, len(bounds)-1, func(ctx context.Context, i int) iter.Seq2[delivery, error] {
		of := f
		of.Date = Between(bounds[i], bounds[i+1])
		return c.walkIDs(ctx, of, of.narrowed(values, FieldDate), bounds[i], call)
	}), call.capture)
}

// dayBounds returns from, the beginnings of the days after it, and to. If from is
// the first instant of its day, each day begins with its own first instant.
func dayBounds(from, to time.Time) []time.Time {
	begin := func(days int) time.Time { return from.AddDate(0, 0, days) }
	if from.Equal(startOfDay(from, 0)) {
		begin = func(days int) time.Time { return startOfDay(from, days) }
	}
	bounds := []time.Time{from}
	for days := 1; begin(days).Before(to); days++ {
		if next := begin(days); next.After(bounds[len(bounds)-1]) { // a zone may skip a day
			bounds = append(bounds, next)
		}
	}
	return append(bounds, to)
}

// encodeWalk returns the parameters of a walk by key and what is wrong with f.
func (f *Filter) encodeWalk(call *callOptions) (url.Values, []string) {
	values, wrong := f.encode()
	found := problems.List(wrong)
	found.If(f.ID.Equals != nil || f.ID.In != nil, "ID: must not have Equals or In in a walk by key")
	found.If(f.touches(FieldID, true), "Unchecked: must not have a condition on id in a walk by key")
	values.Set("size", strconv.Itoa(call.size()))
	setPage(values, 0)
	setSort(values, Sort{Field: FieldID})
	return values, found
}

// touches reports whether f has a condition on a field: zero says whether the field
// itself has none, and touches looks into Unchecked.
func (f *Filter) touches(field Field, zero bool) bool {
	for name := range f.Unchecked {
		zero = zero && !strings.HasPrefix(name, string(field)+".")
	}
	return !zero
}

// size returns how many rows a request of a walk by key asks for.
func (o *callOptions) size() int { return cmp.Or(o.pageSize, maxSize) }
