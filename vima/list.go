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

const maxCount = 100

// ListOperationsParams selects operations. The zero value selects all of them,
// in pages of 100.
type ListOperationsParams struct {
	Project string `url:"project,omitempty"` // for example ProjectMonetix
	// Status selects by CurrentStatus. With the create cursor it misses
	// operations that reach the status later: follow changes by AfterUpdateID.
	Status Status `url:"status,omitempty"`

	// Date is one day; From and To are a period. Date does not go with the other
	// two. That days are UTC days, that both ends are inclusive, and what one end
	// alone means, is Unverified.
	Date Date `url:"date,omitempty"`
	From Date `url:"from,omitempty"`
	To   Date `url:"to,omitempty"`

	Count      int  `url:"-"` // rows of a page, 1 to 100; 0 is 100
	Descending bool `url:"-"` // newest first; not in walks and not with a cursor

	// AfterCreateID is a cursor in the stream of new operations and
	// AfterUpdateID one in the stream of changes, both decimal; at most one of
	// them is given. A walk delivers what comes after it, and not the operation
	// at the cursor itself, whether the collector's own reading is inclusive or
	// not; ListOperations gives what the collector gives. Ids are taken to be
	// unique in their stream.
	AfterCreateID string `url:"from_operation_create_id,omitempty"`
	AfterUpdateID string `url:"from_operation_update_id,omitempty"`

	// Unchecked are further parameters of the query, sent as they are: for what
	// the collector knows and this package does not. The names of the parameters
	// above, count, descending and apikey are refused, in any case of letters. A
	// walk sends them with every page. Unverified by design.
	Unchecked url.Values `url:"-"`
}

// ListOperations reads one page. A short page is not the end of the list: the
// collector may give fewer rows than asked. Rows that do not decode are in
// OperationPage.Bad and are no error.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its errors are ErrInvalidRequest, *Error, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network.
//
// Vima API: GET /operation
func (c *Client) ListOperations(ctx context.Context, p ListOperationsParams, opts ...CallOption) (*OperationPage, error) {
	call := newCall(opts)
	if faults := append(p.faults(), call.refuse("Prefetch")...); len(faults) > 0 {
		return nil, invalid(faults...)
	}
	a, err := c.list(ctx, p, call)
	call.capture(a.Response)
	return a.Result, err
}

// OperationPages walks the pages of a list in ascending order by the create
// cursor, or by the update cursor where AfterUpdateID is set; AfterUpdateID "0"
// begins at the first change. Operations that the collector gives twice are
// delivered once, whether it reads a cursor as inclusive or as exclusive.
//
// The walk is lazy and starts over with each range. It ends at the first page
// that is empty or brings nothing but the operation at the cursor; never at a
// short page. At most one error comes, last, with a nil page: those of
// ListOperations, and ErrPaginationStalled where a page repeats the one before
// or leads no further. Each request is repeated as ListOperations is.
//
// Rows that do not decode are in OperationPage.Bad, and the walk goes on.
// Descending is refused.
//
// Vima API: GET /operation
func (c *Client) OperationPages(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	if faults := append(p.walkFaults(), call.faults...); len(faults) > 0 {
		return paginate.Fail[*OperationPage](invalid(faults...))
	}
	return paginate.Deliver(c.walk(ctx, p, call), call.capture)
}

// AllOperations walks the operations of a list, as OperationPages does. A page
// with rows that do not decode gives its good ones and then ends the walk with
// *DecodeError; OperationPages leaves the choice to the caller.
//
// Vima API: GET /operation
func (c *Client) AllOperations(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*Operation, error] {
	return paginate.Flatten(c.OperationPages(ctx, p, opts...), func(page *OperationPage) ([]*Operation, error) {
		return page.Operations, undecodedRows(listOperations, page.Bad)
	})
}

const listOperations = "ListOperations"

// faults says what is wrong with p. Combinations that the collector does not
// define are refused: it might ignore one half of them without a word.
func (p ListOperationsParams) faults() []string {
	var faults problems.List
	faults.If(len(p.Project) > 256, "Project: must have at most 256 bytes")
	faults.If(len(p.Status) > 256, "Status: must have at most 256 bytes")
	for _, d := range []struct {
		name string
		date Date
	}{{"Date", p.Date}, {"From", p.From}, {"To", p.To}} {
		faults.If(!d.date.IsZero() && !d.date.valid(), d.name+": must be a day of the calendar")
	}
	faults.If(!p.Date.IsZero() && (!p.From.IsZero() || !p.To.IsZero()), "Date: does not go with From and To")
	faults.If(!p.From.IsZero() && !p.To.IsZero() && p.From.Compare(p.To) > 0, "From: must not be after To")
	faults.If(p.Count < 0 || p.Count > maxCount, "Count: must be 1 to 100, or 0 for 100")
	faults.If(p.AfterCreateID != "" && !decimalID(p.AfterCreateID), "AfterCreateID: must be decimal digits")
	faults.If(p.AfterUpdateID != "" && !decimalID(p.AfterUpdateID), "AfterUpdateID: must be decimal digits")
	faults.If(p.AfterCreateID != "" && p.AfterUpdateID != "", "AfterCreateID: does not go with AfterUpdateID")
	faults.If(p.Descending && (p.AfterCreateID != "" || p.AfterUpdateID != ""), "Descending: does not go with a cursor")
	for _, name := range slices.Sorted(maps.Keys(p.Unchecked)) {
		faults.If(slices.Contains(typedParameters, strings.ToLower(name)), "Unchecked: must not have a parameter that has a field of its own, nor apikey")
		faults.If(name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl), "Unchecked: names must not be empty, and be valid UTF-8 without control characters")
		faults.If(len(p.Unchecked[name]) == 0 || slices.ContainsFunc(p.Unchecked[name], func(v string) bool { return !utf8.ValidString(v) }),
			"Unchecked: each name must have values, of valid UTF-8")
	}
	return slices.Compact(faults)
}

// typedParameters are those that Unchecked must not have.
var typedParameters = []string{
	"project", "status", "date", "from", "to", "count", "descending", "from_operation_create_id", "from_operation_update_id", "apikey",
}

func (p ListOperationsParams) count() int {
	if p.Count == 0 {
		return maxCount
	}
	return p.Count
}

// values prints count and descending always, because the collector's defaults
// are not documented.
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

func (p ListOperationsParams) walkFaults() []string {
	faults := p.faults()
	if p.Descending {
		faults = append(faults, "Descending: a walk goes by the cursor, which ascends")
	}
	return faults
}
