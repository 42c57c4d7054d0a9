package transactions

import (
	"context"
	"iter"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
)

// WalkUpdatedPages iterates over the pages of transactions (pagination by keyset)
// that f selects and that were created or changed at a lower limit or later, in the
// order of their last modification. The lower limit is start minus the [Overlap] (5
// minutes by default), rounded down to a whole second. It is never before 1970-01-01
// in UTC, and is this day for a zero start. The zero f selects all transactions. The
// caller may know the first rows already: drop known rows by ID and
// LastModifiedDate.
//
// A transaction is yielded if f selects it and its LastModifiedDate is not before
// the lower limit. If the transaction changes before the iteration ends, its new
// version is yielded too, if f selects that version. Each version comes at most
// once. A version that is replaced before a request reads it is not yielded.
//
// Each request begins at the last modification of the page before, and includes that
// instant. Rows that were yielded already are dropped. If one instant fills a whole
// page, that instant (that second, if times are in whole seconds) is read in the
// order of ids.
//
// The iteration does not yield these:
//
//   - A change that becomes visible after later changes were read. A change gets its
//     time before it is committed, and the clocks of the service's machines differ.
//     To yield it later, store TransactionPage.NextModified after processing a page,
//     and pass it as start to the next iteration. Keep Overlap longer than the
//     longest commit and the difference of the clocks together.
//   - A change that does not touch lastModifiedDate.
//   - A row without lastModifiedDate: the service's condition on this time leaves the
//     row out.
//
// A row may have a time in the future, from a clock that is wrong. The row is yielded
// and the iteration goes on after it. TransactionPage.NextModified stays at most the
// time of the answer: the Date header of the answer, or this machine's clock if the
// header is missing or not a date. So the next iteration does not skip other changes.
// Each iteration yields the row again until its time has come.
//
// The iteration is lazy: it sends a request when the loop asks for a page, or ahead
// of the loop with [Prefetch]. Each range statement starts over, and break leaves
// nothing running. While one instant is read in the order of ids, the end of its rows
// does not end the iteration. Otherwise the iteration ends at the first of these:
//
//   - an empty page,
//   - a page with fewer rows than asked for, if the service sends a count and the
//     count says that no row remains,
//   - the upper limit in f.LastModifiedDate.
//
// The iteration yields at most one error, as its last value, with a nil page: an
// error of ListTransactions, or ErrPaginationStalled. Each request is retried as
// ListTransactions is. ErrPaginationStalled means one of these:
//
//   - Times or ids do not grow.
//   - The service sends a row that decodes but has no lastModifiedDate.
//   - A page is empty although the service counts rows that remain.
//   - A page is empty and without a count, although the page before had a count.
//
// Rows that do not decode are in TransactionPage.Bad, and the iteration goes on. The
// times and ids of such rows, where readable, must be in order too.
//
// f.LastModifiedDate may have only LessThan and LessThanOrEqual, and f.ID neither
// Equals nor In. The lower limit must be before LessThan and not after
// LessThanOrEqual. If an argument breaks one of these rules, or f or an option is
// invalid, ErrInvalidRequest is the only value, before anything is sent.
//
// Transactions API: GET /api/transactions
func (c *Client) WalkUpdatedPages(ctx context.Context, start time.Time, f Filter, opts ...CallOption) iter.Seq2[*TransactionPage, error] {
	call := newCall(opts)
	values, problems := f.encodeWalk(call)
	problems = append(problems, call.problems...)
	upper := f.LastModifiedDate
	upper.LessThan, upper.LessThanOrEqual = nil, nil
	if f.touches(FieldLastModifiedDate, upper.IsZero()) {
		problems = append(problems, "LastModifiedDate: must have only LessThan or LessThanOrEqual in a walk by last modification")
	}
	overlap := defaultOverlap
	if call.overlap != nil {
		overlap = *call.overlap
	}
	first := moment{from: begin(start, overlap)}
	if first.beyond(&f) {
		problems = append(problems, "start: must be before the end in LastModifiedDate")
	}
	if len(problems) > 0 {
		return paginate.Fail[*TransactionPage](invalid(problems...))
	}
	return paginate.Deliver(c.walkUpdated(ctx, first, f, values, call), call.capture)
}

// WalkUpdated iterates over transactions in the order of their last modification
// (pagination by keyset). It yields the transactions that f selects and that were
// created or changed at start minus the [Overlap] (5 minutes by default) or later.
// The zero start means 1970-01-01 in UTC, and the zero f selects all transactions.
// Each range statement starts over.
//
// Retries and errors are the same as in WalkUpdatedPages, and *DecodeError for rows
// that do not decode. An error is the last value, with a nil transaction.
//
// A page may have rows that do not decode. WalkUpdated then yields the good
// transactions of the page and *DecodeError as the last value. Use WalkUpdatedPages
// to go on after such rows.
//
// Transactions API: GET /api/transactions
func (c *Client) WalkUpdated(ctx context.Context, start time.Time, f Filter, opts ...CallOption) iter.Seq2[*Transaction, error] {
	return flatten(c.WalkUpdatedPages(ctx, start, f, opts...))
}

// begin returns the instant at which an iteration begins: a whole second, which is
// before every time that it selects, however few digits the service prints.
func begin(since time.Time, overlap time.Duration) time.Time {
	epoch := time.Unix(0, 0)
	if since.Before(epoch.Add(overlap)) {
		return epoch.UTC()
	}
	return since.Add(-overlap).UTC().Truncate(time.Second)
}
