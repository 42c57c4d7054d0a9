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
	maxFrom     = 1_000_000_000 // no document has one; this bounds what is computed with
	overlap     = 5             // rows that pages of a walk share
)

// ListServicesParams selects services. The zero value selects those that are
// enabled or disabled.
type ListServicesParams struct {
	From int // services before the first one
	Size int // services of a page, 1 to 50; 0 is 20, and 50 in a walk

	Status   []ServiceStatus // none is ENABLED and DISABLED, the service's default
	ParentID string          // of a category; "" is all
	Locale   Locale          // language of names; "" is the service's default, English
	Query    string          // text in names, in any language
}

// ServicePage is one page of services.
type ServicePage struct {
	Services []*Service
	// Bad are the rows that did not decode. They are not in Services.
	Bad []BadRow
	// Total is how many services the list has, as the service counts them; 0 where
	// it does not say.
	Total int
	// From is that of the first row of the answer, and NextFrom that behind its
	// last one. A walk leaves rows out that it has delivered before, so a page of
	// it may have less than NextFrom - From of them.
	From, NextFrom int
}

// ListServices reads one page of services. A short page is not the end of the
// list. Rows that do not decode are in ServicePage.Bad and are no error. The order
// of rows is not documented.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its errors are ErrInvalidRequest, *Error, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network.
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

// ServicePages walks the pages of a list from p.From on. Each page begins five
// rows before the end of the one before, and is taken only if it begins with
// services that were seen; else the walk steps back. So services that leave the
// list or change place meanwhile make it lose none. One that is given twice is
// delivered once; one that changes is delivered again.
//
// The walk is lazy and starts over with each range. It ends at an empty page,
// never at a short one. At most one error comes, last, with a nil page: those of
// ListServices, and ErrPaginationStalled where pages lead no further. Each
// request is repeated as ListServices is.
//
// Rows that do not decode are in ServicePage.Bad, and the walk goes on.
//
// Finik API: POST /v2/services
func (c *Client) ServicePages(ctx context.Context, p ListServicesParams, opts ...CallOption) iter.Seq2[*ServicePage, error] {
	call := newCall(opts)
	if p.Size == 0 {
		p.Size = maxSize
	}
	faults := append(p.faults(), call.faults...)
	if p.Size == 1 {
		faults = append(faults, "Size: must be above 1 in a walk, whose pages overlap")
	}
	if len(faults) > 0 {
		return paginate.Fail[*ServicePage](invalid(faults...))
	}
	return paginate.Deliver(c.walk(ctx, p, call), call.capture)
}

// AllServices walks the services of a list, as ServicePages does. A page with
// rows that do not decode gives its good ones and then ends the walk with
// *DecodeError; ServicePages leaves the choice to the caller.
//
// Finik API: POST /v2/services
func (c *Client) AllServices(ctx context.Context, p ListServicesParams, opts ...CallOption) iter.Seq2[*Service, error] {
	return paginate.Flatten(c.ServicePages(ctx, p, opts...), func(page *ServicePage) ([]*Service, error) {
		return page.Services, undecodedRows(listServices, page.Bad)
	})
}

const listServices = "ListServices"

// serviceFilter is the part of a request that selects.
type serviceFilter struct {
	ParentID string          `json:"parentId,omitzero"`
	Status   []ServiceStatus `json:"status,omitzero"`
}

// request sends from and size always, so that a change of the service's default
// does not change a walk.
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
		faults: p.faults(),
		want:   "an object with an array of services",
	}
}

func (p ListServicesParams) filter() *serviceFilter {
	if p.ParentID == "" && len(p.Status) == 0 {
		return nil
	}
	return &serviceFilter{p.ParentID, p.Status}
}

func (p ListServicesParams) faults() []string {
	var faults problems.List
	faults.If(p.From < 0 || p.From > maxFrom, "From: must be 0 to 1000000000")
	faults.If(p.Size < 0 || p.Size > maxSize, "Size: must be 1 to 50, or 0 for the default")
	faults.If(slices.ContainsFunc(p.Status, func(s ServiceStatus) bool { return !isPlain(string(s), 64) || s == "" }), "Status: must be words")
	faults.If(!isPlain(p.ParentID, maxID), "ParentID: must be text of at most 256 bytes without control characters")
	faults.If(!isPlain(string(p.Locale), 64), "Locale: must be EN, KY, RU or empty")
	faults.If(!isPlain(p.Query, 1024), "Query: must be text of at most 1024 bytes without control characters")
	return faults
}

func isPlain(text string, limit int) bool {
	return len(text) <= limit && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// rows are the rows of an answer.
type rows struct {
	services []*Service
	bad      []BadRow
	total    int // the service's count
}

var errNoServices = errors.New("expected an array of services, got an object without one")

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
	if err := transport.ValueFault(envelope.Services, "an array of services", "["); err != nil {
		return nil, err
	}
	services, found, err := wire.RowsOf(envelope.Services, (*Service).check)
	if err != nil {
		return nil, err
	}
	return &rows{services: services, bad: badRows(found), total: envelope.Total}, nil
}

// at makes a page of all rows.
func (r *rows) at(from int) *ServicePage {
	return &ServicePage{
		Services: r.services, Bad: r.bad, Total: r.total,
		From: from, NextFrom: from + len(r.services) + len(r.bad),
	}
}
