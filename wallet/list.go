package wallet

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
)

// defaultSize is the number of payments of a page without Size.
const defaultSize = 35

// ListPaymentsParams selects payments. The zero value selects all payments except
// those in StatusCreated, in pages of 35. For a bad field the calls that take it
// return or yield ErrInvalidRequest and send nothing.
type ListPaymentsParams struct {
	Page int // number of the page, from 0; an iteration begins there; a negative number is bad
	Size int // payments of a page; 0 means 35; a negative size is bad; the highest is unknown

	// Types selects payments with one of these types. Empty selects all types.
	// Statuses selects payments with one of these statuses. Empty selects all except
	// StatusCreated. Each element is a word of a-z, A-Z, 0-9, _ and -, sent as it is,
	// also if this package does not know the word. Any other element is bad, also "".
	Types    []Type
	Statuses []Status
}

// ListPayments reads one page of payments, the newest first. The zero p reads page
// 0 with 35 payments in any status except StatusCreated. To iterate over all pages
// (pagination) use PaymentPages. More pages may follow a page with fewer rows than
// p.Size.
//
// ListPayments changes state: the service marks the payments that it returns as
// seen. So the client sends the request once, and retries only on proof that
// nothing left this machine. With [AllowRepeat] the request is retried as
// [Client.GetPayment] is. If an answer is lost, its payments may have been marked
// although ListPayments returns an error.
//
// Rows that do not decode are in PaymentPage.Bad and are not an error. An answer
// without an array of payments is *DecodeError, never an empty page.
//
// The errors of ListPayments are ErrInvalidRequest before anything is sent (a bad p
// or option), *Error for a refusal, *DecodeError, ErrResponseTooLarge, errors of
// the Authenticator, and errors of the context and the network. No error matches
// ErrOutcomeUnknown. The page is nil with every error.
//
// wallet.best API: GET /payments
func (c *Client) ListPayments(ctx context.Context, p ListPaymentsParams, opts ...CallOption) (*PaymentPage, error) {
	call := newCall(opts)
	a, err := c.list(ctx, p, call)
	call.capture(a.Response)
	if err != nil {
		return nil, err
	}
	return pageOf(a.Result), nil
}

// PaymentPages iterates over all pages of a list (pagination) from p.Page on, the
// newest payments first. Page 0 is the first page. The zero p selects all payments
// except those in StatusCreated, in pages of 35.
//
// The iteration is lazy: it sends a request when the loop asks for a page, and
// never reads ahead. The service marks the payments of each page that it returns as
// seen. Each range statement starts over, and break leaves nothing running.
//
// The iteration ends at an empty page, which it does not yield. It also ends after a
// page that fulfils both conditions:
//
//   - The page has fewer rows than p.Size (0 means 35).
//   - Meta.Page.TotalElements is above 0 and not above the number of rows so far.
//     Each page before p.Page counts as full.
//
// The iteration yields at most one error, as its last value, with a nil page: an
// error of ListPayments, or ErrPaginationStalled if two pages in a row begin with
// the same payment in the same status. For bad input the only value is
// ErrInvalidRequest, and nothing is sent. Rows that do not decode are in
// PaymentPage.Bad, and the iteration goes on. Each request is retried as in
// ListPayments: only on proof that nothing left this machine, or with
// [AllowRepeat].
//
// Pages are numbered, so payments move between pages during the iteration. If a
// later page repeats a payment in the same status, the payment is yielded once. A
// payment whose status changes may be missed, because it moves to the front: list
// again to find it.
//
// wallet.best API: GET /payments
func (c *Client) PaymentPages(ctx context.Context, p ListPaymentsParams, opts ...CallOption) iter.Seq2[*PaymentPage, error] {
	call := newCall(opts)
	if found := append(p.problems(), call.problems...); len(found) > 0 {
		return paginate.Fail[*PaymentPage](invalid(found...))
	}
	return paginate.Deliver(c.walk(ctx, p, call), call.capture)
}

// AllPayments iterates over the payments of all pages (pagination) from p.Page on,
// the newest first. It sends the requests of [Client.PaymentPages], each when the
// loop needs the next page. The service marks the payments of each page as seen
// when it returns the page. Each range statement starts over.
//
// AllPayments yields at most one error, as its last value, with a nil payment. The
// error is an error of PaymentPages, or *DecodeError if a page has rows that do not
// decode. *DecodeError follows the good payments of the page. Use PaymentPages to
// go on after bad rows. A request is retried only on proof that nothing left this
// machine, or with [AllowRepeat].
//
// wallet.best API: GET /payments
func (c *Client) AllPayments(ctx context.Context, p ListPaymentsParams, opts ...CallOption) iter.Seq2[*Payment, error] {
	return paginate.Flatten(c.PaymentPages(ctx, p, opts...), func(page *PaymentPage) ([]*Payment, error) {
		return page.Payments, undecodedRows(listPayments, page.Bad)
	})
}

// listPayments names the call in errors, observers and logs.
const listPayments = "ListPayments"

// list reads one page, with the errors of ListPayments. It does not fill the
// Response of CaptureResponse.
func (c *Client) list(ctx context.Context, p ListPaymentsParams, call *callOptions) (answer[result[rows[Payment]]], error) {
	return exchange(ctx, c, request{
		operation: listPayments,
		kind:      transport.ReadOnce, // marks what it returns as seen
		method:    http.MethodGet,
		path:      []string{"payments"},
		query:     p.values(),
		problems:  p.problems(),
		list:      "payments",
	}, call, decodeRows[Payment])
}

// pageOf returns the page of an answer.
func pageOf(r result[rows[Payment]]) *PaymentPage {
	return &PaymentPage{Payments: r.data.good, Bad: r.data.bad, Meta: r.meta}
}

// problems returns what is wrong with p, by field and rule.
func (p ListPaymentsParams) problems() []string {
	var found problems.List
	found.If(p.Page < 0, "Page: must not be negative")
	found.If(p.Size < 0, "Size: must not be negative")
	for _, t := range p.Types {
		found.If(!isWord(string(t)), "Types: must be words without commas")
	}
	for _, s := range p.Statuses {
		found.If(!isWord(string(s)), "Statuses: must be words without commas")
	}
	return found
}

// size returns Size, or 35 for 0.
func (p ListPaymentsParams) size() int {
	if p.Size == 0 {
		return defaultSize
	}
	return p.Size
}

// values returns the query. It always sets page and size, so that a change of the
// service's default does not change an iteration.
func (p ListPaymentsParams) values() url.Values {
	values := url.Values{"page": {strconv.Itoa(p.Page)}, "size": {strconv.Itoa(p.size())}}
	if len(p.Types) > 0 {
		values.Set("type", commaList(p.Types))
	}
	if len(p.Statuses) > 0 {
		values.Set("status", commaList(p.Statuses))
	}
	return values
}

// commaList joins a list with commas.
func commaList[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, text := range list {
		texts[i] = string(text)
	}
	return strings.Join(texts, ",")
}

// isWord reports whether text can be one element of a list with commas.
func isWord(text string) bool {
	for _, r := range text {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return false
		}
	}
	return text != ""
}

// ResetUnseen marks all payments of the wallet as seen. It moves no money. It
// returns the Meta of the answer, or nil with every error.
// Meta.UrgentData.UnseenPayments of the answer is nil.
//
// ResetUnseen changes state by a GET. The client sends the request once, and
// retries only on proof that nothing left this machine: a retry would also mark a
// payment that arrives in between.
//
// The errors of ResetUnseen are ErrInvalidRequest for an invalid option (nothing is
// sent), *Error for a refusal, *DecodeError, ErrResponseTooLarge, and errors of the
// Authenticator, the context and the network. An error that also matches
// ErrOutcomeUnknown means that the payments may have been marked. *DecodeError and
// ErrResponseTooLarge always match it.
//
// wallet.best API: GET /payments/reset_unseen
func (c *Client) ResetUnseen(ctx context.Context, opts ...CallOption) (*Meta, error) {
	return c.reset(ctx, "ResetUnseen", newCall(opts), "payments", "reset_unseen")
}

// reset sends a GET that marks everything as seen, with the errors of ResetUnseen.
func (c *Client) reset(ctx context.Context, operation string, call *callOptions, path ...string) (*Meta, error) {
	return metaOf(do(ctx, c, request{
		operation: operation,
		kind:      transport.Once, // a GET that changes state
		method:    http.MethodGet,
		path:      path,
	}, call, decodeNothing))
}

// metaOf returns the result of a call without data, or its error unchanged.
func metaOf(r result[nothing], err error) (*Meta, error) {
	if err != nil {
		return nil, err
	}
	return &r.meta, nil
}
