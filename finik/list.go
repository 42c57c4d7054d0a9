package finik

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

const (
	defaultSize = 20
	maxSize     = 50
	maxFrom     = 1_000_000_000 // the documents name no limit; this one keeps sums within int
	overlap     = 5             // rows shared by two pages of a walk
)

// ListServicesParams selects services. The zero value selects the services with
// the status ENABLED or DISABLED. A field that breaks its rule is refused with
// ErrInvalidRequest, before sending.
type ListServicesParams struct {
	From int // how many services to skip, 0 to 1000000000
	// Size is the number of services on a page, at most 50. 0 means 20 for
	// ListServices, and 50 for ServicePages and AllServices, which refuse 1.
	Size int

	Status   []ServiceStatus // any of them; empty means ENABLED and DISABLED, the service's default
	ParentID string          // id of a category; "" means all
	Locale   Locale          // language of names; "" means the service's default, English; any other value is sent as it is
	Query    string          // text to find in names, in any language; "" means all
}

// ServicePage is one page of services.
type ServicePage struct {
	Services []*Service
	// Bad holds the rows that did not decode. They are not in Services. nil if
	// all decoded.
	Bad []BadRow
	// Total is the length of the list as the service counts it; 0 if the answer
	// does not say.
	Total int
	// From is the position of the answer's first row in the list, and NextFrom
	// the position after its last row. ServicePages leaves out rows that it has
	// already yielded, so its pages may hold fewer than NextFrom - From rows.
	From, NextFrom int
}

// ListServices reads one page of services, from p.From on. The zero p reads the
// first 20 services with the status ENABLED or DISABLED. A short page is not
// the end of the list; an empty page is. The order of rows is not documented.
// Rows that do not decode are in ServicePage.Bad; the call still succeeds.
//
// The call only reads. It is retried after network errors and the statuses 429,
// 500, 502, 503 and 504. The errors are ErrInvalidRequest (before sending),
// *Error, *DecodeError, ErrResponseTooLarge, context errors, network errors,
// and the error of a [Signer] or [CredentialSource]. The page is then nil.
//
// ErrInvalidRequest reports:
//
//   - a From outside 0 to 1000000000, or a Size outside 0 to 50
//   - a string that is not UTF-8 or has control characters
//   - more than 256 bytes in ParentID, 64 in Locale or 1024 in Query
//   - an element of Status that is empty or above 64 bytes; a nil Status is
//     allowed
//
// Finik API: POST /v2/services
func (c *Client) ListServices(ctx context.Context, p ListServicesParams, opts ...CallOption) (*ServicePage, error) {
	if p.Size == 0 {
		p.Size = defaultSize
	}
	page, err := do(ctx, c, p.request(p.From), newCall(opts), decodeServices)
	if err != nil {
		return nil, err
	}
	return page.at(p.From), nil
}

// ServicePages iterates over all pages of services (pagination) from p.From on.
// The zero p means all services with the status ENABLED or DISABLED, in pages
// of 50. The iteration sends a request when the loop asks for a page, and not
// before. Each range statement starts over at p.From. Each request is retried
// as in [Client.ListServices].
//
// Services may leave the list or change place between two requests. Pages
// therefore overlap: each page after the first begins up to five rows before
// the end of the page before. If a page does not begin with services of earlier
// pages, the iteration asks again from further back: twice as far each time, at
// most back to p.From. A service is yielded when the iteration sees it for the
// first time, and again only if its data has changed. A page on which nothing
// is new or changed is not yielded. Rows that do not decode are in
// ServicePage.Bad, and the iteration goes on.
//
// The iteration ends at an empty page, which is not yielded. A short page does
// not end it. The iteration yields at most one error, as its last value, with a
// nil page:
//
//   - ErrInvalidRequest for a p that ListServices refuses, and for a Size of 1.
//     Nothing is sent.
//   - ErrPaginationStalled if further pages bring nothing new, or the list
//     changes all the time.
//   - The other errors of ListServices.
//
// Finik API: POST /v2/services
func (c *Client) ServicePages(ctx context.Context, p ListServicesParams, opts ...CallOption) iter.Seq2[*ServicePage, error] {
	call := newCall(opts)
	if p.Size == 0 {
		p.Size = maxSize
	}
	found := append(p.problems(), call.problems...)
	if p.Size == 1 {
		found = append(found, "Size: must be above 1 in a walk, whose pages overlap")
	}
	if len(found) > 0 {
		return paginate.Fail[*ServicePage](invalid(found...))
	}
	return paginate.Deliver(c.walk(ctx, p, call), call.capture)
}

// AllServices iterates over the services from p.From on, page by page, with the
// requests of [Client.ServicePages]. The zero p means all services with the
// status ENABLED or DISABLED. A service is yielded when the iteration sees it
// for the first time, and again only if its data has changed. Each range
// statement starts over at p.From. Each request is retried as in
// [Client.ListServices].
//
// AllServices yields at most one error, as its last value, with a nil service.
// The errors are the errors of ServicePages, and *DecodeError for a page with
// rows that do not decode. AllServices first yields the other services of that
// page, then the *DecodeError, and ends. Use ServicePages to go on after such
// rows.
//
// Finik API: POST /v2/services
func (c *Client) AllServices(ctx context.Context, p ListServicesParams, opts ...CallOption) iter.Seq2[*Service, error] {
	return paginate.Flatten(c.ServicePages(ctx, p, opts...), func(page *ServicePage) ([]*Service, error) {
		return page.Services, undecodedRows(listServices, page.Bad)
	})
}

const listServices = "ListServices"

// serviceFilter is the member of the body that selects services.
type serviceFilter struct {
	ParentID string          `json:"parentId,omitzero"`
	Status   []ServiceStatus `json:"status,omitzero"`
}

// request returns the request for the page at from. from and size are always
// sent, so that a change of the service's defaults does not change a walk.
func (p ListServicesParams) request(from int) request {
	return request{
		operation: listServices,
		kind:      transport.ReadOnly,
		method:    http.MethodPost,
		path:      []string{"v2", "services"},
		body: struct {
			Filter *serviceFilter `json:"filter,omitzero"`
			From   int            `json:"from"`
			Locale Locale         `json:"locale,omitzero"`
			Query  string         `json:"query,omitzero"`
			Size   int            `json:"size"`
		}{p.filter(), from, p.Locale, p.Query, p.Size},
		problems: p.problems(),
		want:     "an object with an array of services",
	}
}

func (p ListServicesParams) filter() *serviceFilter {
	if p.ParentID == "" && len(p.Status) == 0 {
		return nil
	}
	return &serviceFilter{p.ParentID, p.Status}
}

func (p ListServicesParams) problems() []string {
	var found problems.List
	found.If(p.From < 0 || p.From > maxFrom, "From: must be 0 to 1000000000")
	found.If(p.Size < 0 || p.Size > maxSize, "Size: must be 1 to 50, or 0 for the default")
	found.If(slices.ContainsFunc(p.Status, func(s ServiceStatus) bool { return !isPlain(string(s), 64) || s == "" }), "Status: must have 1 to 64 bytes each, without control characters")
	found.If(!isPlain(p.ParentID, maxID), "ParentID: must have at most 256 bytes of UTF-8 without control characters")
	found.If(!isPlain(string(p.Locale), 64), "Locale: must have at most 64 bytes of UTF-8 without control characters, such as EN, KY or RU")
	found.If(!isPlain(p.Query, 1024), "Query: must have at most 1024 bytes of UTF-8 without control characters")
	return found
}

func isPlain(text string, limit int) bool {
	return len(text) <= limit && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// rows are the decoded rows of an answer.
type rows struct {
	services []*Service
	bad      []BadRow
	total    int // the service's own count
}

var errNoServices = errors.New("expected an array of services, got an object without the member services")

func decodeServices(body []byte) (*rows, error) {
	var envelope struct {
		Services json.RawMessage `json:"services"`
		Total    int             `json:"total"`
	}
	if err := wire.Decode(body, &envelope); err != nil {
		return nil, err
	}
	if envelope.Services == nil {
		return nil, errNoServices
	}
	if err := transport.CheckValue(envelope.Services, "an array of services", "["); err != nil {
		return nil, err
	}
	services, found, err := wire.RowsOf(envelope.Services, (*Service).check)
	if err != nil {
		return nil, err
	}
	return &rows{services: services, bad: badRows(found), total: envelope.Total}, nil
}

// at returns a page with all rows, at position from.
func (r *rows) at(from int) *ServicePage {
	return &ServicePage{
		Services: r.services, Bad: r.bad, Total: r.total,
		From: from, NextFrom: from + len(r.services) + len(r.bad),
	}
}
