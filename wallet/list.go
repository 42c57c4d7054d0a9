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

const defaultSize = 35

// ListPaymentsParams selects payments. The zero value selects all but those that
// are only created, in pages of 35.
type ListPaymentsParams struct {
	Page int // from 0; a walk begins there
	Size int // payments of a page; 0 is 35, and the highest is unknown

	Types []Type // any of them; none is all
	// Statuses are any of them; none is all but StatusCreated, which has to be
	// asked for.
	Statuses []Status
}

// ListPayments reads one page of payments, the newest first.
//
// It changes state: the service marks the payments that it returns as seen. The
// request is therefore sent once and repeated only on proof that nothing left
// this machine. [AllowRepeat] allows repeats, for a caller who does not use these
// marks. A failure never matches ErrOutcomeUnknown: the answer may have been lost
// after payments were marked as seen, but no money depends on it.
//
// A short page is not the end of the list. Rows that do not decode are in
// PaymentPage.Bad and are not an error. An answer without an array of payments
// is *DecodeError, never an empty page.
//
// Its errors are ErrInvalidRequest, *Error, *DecodeError, ErrResponseTooLarge,
// and those of the context and the network.
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

// PaymentPages walks the pages of a list from p.Page on. Each page that it reads
// is marked as seen, so it never reads ahead: what the caller does not ask for
// stays unseen.
//
// The walk is lazy and starts over with each range. It ends at an empty page, or
// at a short one when as many payments came as the service counts. At most one
// error comes, last, with a nil page: those of ListPayments, and
// ErrPaginationStalled where a page begins as the one before. Requests are
// repeated with [AllowRepeat] only, as ListPayments repeats them.
//
// Pages are numbered, so payments move between them while they are walked over.
// One that comes twice in the same state is delivered once. One whose state
// changes during the walk may be missed, as it moves to the front: list again
// for completeness.
//
// Rows that do not decode are in PaymentPage.Bad, and the walk goes on.
//
// wallet.best API: GET /payments
func (c *Client) PaymentPages(ctx context.Context, p ListPaymentsParams, opts ...CallOption) iter.Seq2[*PaymentPage, error] {
	call := newCall(opts)
	if faults := append(p.faults(), call.faults...); len(faults) > 0 {
		return paginate.Fail[*PaymentPage](invalid(faults...))
	}
	return paginate.Deliver(c.walk(ctx, p, call), call.capture)
}

// AllPayments walks the payments of a list, as PaymentPages does. A page with
// rows that do not decode gives its good ones and then ends the walk with
// *DecodeError; PaymentPages leaves the choice to the caller.
//
// wallet.best API: GET /payments
func (c *Client) AllPayments(ctx context.Context, p ListPaymentsParams, opts ...CallOption) iter.Seq2[*Payment, error] {
	return paginate.Flatten(c.PaymentPages(ctx, p, opts...), func(page *PaymentPage) ([]*Payment, error) {
		return page.Payments, undecodedRows(listPayments, page.Bad)
	})
}

const listPayments = "ListPayments"

// list reads one page, and captures no answer.
func (c *Client) list(ctx context.Context, p ListPaymentsParams, call *callOptions) (answer[result[rows[Payment]]], error) {
	return ask(ctx, c, request{
		operation: listPayments,
		kind:      transport.ReadOnce, // marks what it returns as seen
		method:    http.MethodGet,
		path:      []string{"payments"},
		query:     p.values(),
		faults:    p.faults(),
		list:      "payments",
	}, call, decodeRows[Payment])
}

func pageOf(r result[rows[Payment]]) *PaymentPage {
	return &PaymentPage{Payments: r.data.good, Bad: r.data.bad, Meta: r.meta}
}

func (p ListPaymentsParams) faults() []string {
	var faults problems.List
	faults.If(p.Page < 0, "Page: must not be negative")
	faults.If(p.Size < 0, "Size: must not be negative")
	for _, t := range p.Types {
		faults.If(!isWord(string(t)), "Types: must be words without commas")
	}
	for _, s := range p.Statuses {
		faults.If(!isWord(string(s)), "Statuses: must be words without commas")
	}
	return faults
}

func (p ListPaymentsParams) size() int {
	if p.Size == 0 {
		return defaultSize
	}
	return p.Size
}

// values prints page and size always, so that a change of the service's default
// does not change a walk.
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

func commaList[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, text := range list {
		texts[i] = string(text)
	}
	return strings.Join(texts, ",")
}

// isWord reports whether text can be one element of a comma list.
func isWord(text string) bool {
	for _, r := range text {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return false
		}
	}
	return text != ""
}

// ResetUnseen marks all payments as seen. Meta.UrgentData has no count of unseen
// payments then.
//
// It changes state by a GET, is sent once and repeated only on proof that
// nothing left this machine: a payment that arrives between two of them would
// lose its mark unread. Its errors are ErrInvalidRequest, *Error, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network;
// ErrOutcomeUnknown speaks of the marks alone.
//
// wallet.best API: GET /payments/reset_unseen
func (c *Client) ResetUnseen(ctx context.Context, opts ...CallOption) (*Meta, error) {
	return c.reset(ctx, "ResetUnseen", newCall(opts), "payments", "reset_unseen")
}

func (c *Client) reset(ctx context.Context, operation string, call *callOptions, path ...string) (*Meta, error) {
	return metaOf(do(ctx, c, request{
		operation: operation,
		kind:      transport.Once, // a GET that changes state
		method:    http.MethodGet,
		path:      path,
	}, call, decodeNothing))
}

// metaOf makes the answer of a call that has no data.
func metaOf(r result[nothing], err error) (*Meta, error) {
	if err != nil {
		return nil, err
	}
	return &r.meta, nil
}
