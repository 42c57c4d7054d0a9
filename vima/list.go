package vima

import (
	"context"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-querystring/query"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
)

// maxCount is the highest number of operations of a page.
const maxCount = 100

// ListOperationsParams selects operations. The zero value selects all operations,
// in pages of 100. A call refuses an invalid value with ErrInvalidRequest before
// anything is sent.
type ListOperationsParams struct {
	// Project selects one project, for example ProjectMonetix, with at most 256
	// bytes; "" selects all.
	Project string `url:"project,omitempty"`
	// Status selects by CurrentStatus, with at most 256 bytes; "" selects all. With
	// AfterCreateID it misses operations that reach the status later: follow
	// changes by AfterUpdateID instead.
	Status Status `url:"status,omitempty"`

	// Date selects one day, and From and To select a period. Date together with
	// From or To is refused, as is a From after To. The zero Date does not select.
	// Unverified: that days are UTC days, that both ends are included, and what one
	// end alone means.
	Date Date `url:"date,omitempty"`
	From Date `url:"from,omitempty"`
	To   Date `url:"to,omitempty"`

	// Count is the number of operations of a page, 1 to 100; 0 means 100. Any other
	// number is refused.
	Count int `url:"-"`
	// Descending lists the newest operations first. It is refused together with a
	// cursor and by the methods that iterate over pages.
	Descending bool `url:"-"`

	// AfterCreateID is a cursor in the stream of new operations, AfterUpdateID a
	// cursor in the stream of changes. Each is 1 to 40 decimal digits; setting both
	// is refused. If both are "", the list begins with the first of all new
	// operations.
	//
	// OperationPages and AllOperations yield what comes after the cursor and never
	// the operation at the cursor itself, even if the collector sends it.
	// ListOperations returns what the collector sends. This package relies on the
	// collector to give each id once in a stream: OperationPages leaves out another
	// operation with the id of the cursor.
	AfterCreateID string `url:"from_operation_create_id,omitempty"`
	AfterUpdateID string `url:"from_operation_update_id,omitempty"`

	// Unchecked adds parameters to the query, sent as they are: for what the
	// collector knows and this package does not. Each page of an iteration has them.
	// What the collector does with them is Unverified.
	//
	// Refused are the parameter names of this struct's own fields (project, status,
	// date, from, to, from_operation_create_id, from_operation_update_id, count,
	// descending) and apikey, in any case of letters. Refused are also names that
	// are empty or have control characters, names without values, and text that is
	// not valid UTF-8.
	Unchecked url.Values `url:"-"`
}

// ListOperations reads one page of operations. The zero p asks for the first page of
// all operations, with at most 100 rows. A page with fewer rows than asked for is not the end of the
// list. Rows that do not decode are in OperationPage.Bad and are not an error. To
// iterate over all pages (pagination) use OperationPages.
//
// ListOperations only reads. It is retried after network errors, a body cut short and
// the statuses 429, 500, 502, 503 and 504, as [WithRetry] says.
//
// The errors of ListOperations are ErrInvalidRequest before anything is sent, *Error
// for a refusal, *DecodeError for an answer that is not a list of operations,
// ErrResponseTooLarge, errors of the Authenticator or CredentialSource, and errors of
// the context and the network. The page is nil with every error.
//
// Vima API: GET /operation
func (c *Client) ListOperations(ctx context.Context, p ListOperationsParams, opts ...CallOption) (*OperationPage, error) {
	call := newCall(opts)
	if found := append(p.problems(), call.refuse("Prefetch")...); len(found) > 0 {
		return nil, invalid(found...)
	}
	a, err := c.list(ctx, p, call)
	call.capture(a.Response)
	return a.Result, err
}

// OperationPages iterates over all pages of a list (pagination), in ascending order
// of the create cursor, or of the update cursor where AfterUpdateID is set. The zero
// p selects all operations, from the first one on. AfterUpdateID "0" begins at the
// first change. If the collector sends the operation at a cursor again, the iteration
// leaves this operation out.
//
// The iteration is lazy: it sends a request when the loop asks for a page, or ahead
// of the loop with [Prefetch]. Each range statement starts over, and break leaves
// nothing running. A page with fewer rows than p.Count does not by itself end the
// iteration. The iteration ends without an error at the first of these:
//
//   - an empty page,
//   - a page that has only the operation at the cursor, and fewer rows than p.Count
//     (100 for 0).
//
// The iteration yields at most one error, as its last value, with a nil page: an
// error of ListOperations, or ErrPaginationStalled. If p has a value that
// ListOperations refuses, p.Descending is set, or an option is invalid,
// ErrInvalidRequest is the only value, before anything is sent. Each request is
// retried as ListOperations is. ErrPaginationStalled means one of these:
//
//   - A page begins with the same row as the previous page, and this row is before
//     the cursor.
//   - No row of a page has a cursor.
//   - A page does not end the iteration and brings nothing new: it has no row after
//     the cursor, and at the cursor only rows that were yielded or left out before.
//     One example is p.Count 1 with a collector that sends the operation at the
//     cursor again: this operation fills the page.
//
// Rows that do not decode are in OperationPage.Bad, and the iteration goes on.
//
// Vima API: GET /operation
func (c *Client) OperationPages(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	if found := append(p.walkProblems(), call.problems...); len(found) > 0 {
		return paginate.Fail[*OperationPage](invalid(found...))
	}
	return paginate.Deliver(c.walk(ctx, p, call), call.capture)
}

// AllOperations iterates over the operations of all pages (pagination). Order,
// retries and errors are the same as in OperationPages, and *DecodeError for rows
// that do not decode. An error is the last value, with a nil operation. Each range
// statement starts over.
//
// A page may have rows that do not decode. AllOperations then yields the good
// operations of the page and *DecodeError as the last value. Use OperationPages to go
// on after such rows.
//
// Vima API: GET /operation
func (c *Client) AllOperations(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*Operation, error] {
	return paginate.Flatten(c.OperationPages(ctx, p, opts...), func(page *OperationPage) ([]*Operation, error) {
		return page.Operations, undecodedRows(listOperations, page.Bad)
	})
}

// listOperations names the call in errors, observers and logs.
const listOperations = "ListOperations"

// problems returns what is wrong with p, by field and rule. It also refuses
// combinations that the collector does not define: the collector might silently
// ignore one half.
func (p ListOperationsParams) problems() []string {
	var found problems.List
	found.If(len(p.Project) > 256, "Project: must have at most 256 bytes")
	found.If(len(p.Status) > 256, "Status: must have at most 256 bytes")
	for _, d := range []struct {
		name string
		date Date
	}{{"Date", p.Date}, {"From", p.From}, {"To", p.To}} {
		found.If(!d.date.IsZero() && !d.date.valid(), d.name+": must be a day of the calendar")
	}
	found.If(!p.Date.IsZero() && (!p.From.IsZero() || !p.To.IsZero()), "Date: does not go with From and To")
	found.If(!p.From.IsZero() && !p.To.IsZero() && p.From.Compare(p.To) > 0, "From: must not be after To")
	found.If(p.Count < 0 || p.Count > maxCount, "Count: must be 1 to 100, or 0 for 100")
	found.If(p.AfterCreateID != "" && !decimalID(p.AfterCreateID), "AfterCreateID: must be decimal digits")
	found.If(p.AfterUpdateID != "" && !decimalID(p.AfterUpdateID), "AfterUpdateID: must be decimal digits")
	found.If(p.AfterCreateID != "" && p.AfterUpdateID != "", "AfterCreateID: does not go with AfterUpdateID")
	found.If(p.Descending && (p.AfterCreateID != "" || p.AfterUpdateID != ""), "Descending: does not go with a cursor")
	for _, name := range slices.Sorted(maps.Keys(p.Unchecked)) {
		found.If(slices.Contains(typedParameters, strings.ToLower(name)), "Unchecked: must not have a parameter that has a field of its own, nor apikey")
		found.If(name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl), "Unchecked: names must not be empty, and be valid UTF-8 without control characters")
		found.If(len(p.Unchecked[name]) == 0 || slices.ContainsFunc(p.Unchecked[name], func(v string) bool { return !utf8.ValidString(v) }),
			"Unchecked: each name must have values, of valid UTF-8")
	}
	return slices.Compact(found)
}

// typedParameters are the names, in lower case, that Unchecked must not have.
var typedParameters = []string{
	"project", "status", "date", "from", "to", "count", "descending", "from_operation_create_id", "from_operation_update_id", "apikey",
}

// count returns Count, or 100 for 0.
func (p ListOperationsParams) count() int {
	if p.Count == 0 {
		return maxCount
	}
	return p.Count
}

// values returns the query. It always sets count and descending, because the
// collector's defaults are not documented. It fails only if go-querystring does,
// which valid params rule out.
func (p ListOperationsParams) values() (url.Values, error) {
	values, err := query.Values(p)
	if err != nil {
		return nil, err
	}
	values.Set("count", strconv.Itoa(p.count()))
	values.Set("descending", strconv.FormatBool(p.Descending))
	maps.Copy(values, p.Unchecked)
	return values, nil
}

// walkProblems is problems for an iteration over pages.
func (p ListOperationsParams) walkProblems() []string {
	found := p.problems()
	if p.Descending {
		found = append(found, "Descending: must not be set for pagination, which follows the ascending cursor")
	}
	return found
}
