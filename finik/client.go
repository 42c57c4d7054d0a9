package finik

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// The known base URLs. At the beta no money moves, and it answers with statuses
// and errors at random: no test may expect success there.
const (
	ProductionURL = "https://api.paymentsgateway.averspay.kg"
	BetaURL       = "https://beta.api.paymentsgateway.averspay.kg"
)

// Client makes payments through the gateway. It is immutable and safe for
// concurrent use.
type Client struct {
	base      *url.URL
	transport *transport.Client
	learns    bool
}

// NewClient checks its arguments and does no I/O. baseURL is [ProductionURL],
// [BetaURL] or that of another installation; there is no default, so that nobody
// moves money by forgetting an option. Plain http is refused except to loopback.
// The signature covers host and path, so a default port (:443, :80) and percent
// signs in the path are refused: they need not reach the service as they left.
//
// The host of baseURL is in ASCII: write an international name in punycode, xn--….
//
// Everything that is wrong is reported in one error, which is ErrInvalidRequest.
func NewClient(baseURL string, cred Credentials, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	base, faults := transport.ParseBase("baseURL", baseURL, o.plainHTTP)
	if base != nil {
		faults = append(faults, signedBase(base)...)
	}
	faults = append(faults, cred.faults()...)
	if o.offset > maxOffset || o.offset < -maxOffset {
		faults = append(faults, "WithClockOffset: must be at most a year either way")
	}
	faults = append(faults, o.Config.Faults()...)
	if len(faults) > 0 {
		return nil, invalid(faults...)
	}
	s := newStamper(cred, o.offset)
	o.Base, o.Authenticate, o.Connected = base, s.sign, s.connected
	if o.serverClock {
		o.Rejected = s.rejected
	}
	return &Client{base: base, transport: transport.New(o.Config), learns: o.serverClock}, nil
}

// signedBase says what is wrong with a base URL whose host and path are signed.
func signedBase(base *url.URL) []string {
	var faults []string
	if port := base.Port(); base.Scheme == "https" && port == "443" || base.Scheme == "http" && port == "80" {
		faults = append(faults, "baseURL: must not name the default port")
	}
	if strings.Contains(base.EscapedPath(), "%") {
		faults = append(faults, "baseURL: must have no percent sign and nothing to escape in its path")
	}
	return faults
}

// request is one call, as its method describes it.
type request struct {
	operation string
	kind      transport.Kind
	method    string
	path      []string // elements after the base URL
	body      any      // nil is none
	faults    []string // what is wrong with the arguments
	// truth is the status that an answer has; nil is the worse of HTTP's and the
	// body's.
	truth func(transport.Response) int
	// want names what the answer of a list holds; "" is another call.
	want string
	// transactionID is that of the payment that a call makes; "" is none.
	transactionID string
}

// do is the way of every call: arguments, request, signature, outcome, data.
func do[T any](ctx context.Context, c *Client, q request, call *callOptions, decode func(body []byte) (*T, error)) (*T, error) {
	answer, err := c.send(ctx, q, call)
	if err != nil {
		return nil, err
	}
	call.capture(answer.Response)
	return read(q, answer, decode)
}

// read makes data of an answer, or the error that it is.
func read[T any](q request, a transport.Answer, decode func(body []byte) (*T, error)) (*T, error) {
	if err := outcome(q, a); err != nil {
		return nil, err
	}
	if q.want != "" {
		if err := transport.ShapeFault(a.Response, q.want, "{"); err != nil {
			return nil, undecoded(q, a.Response, err)
		}
	}
	data, err := decode(a.Body)
	if err != nil {
		return nil, undecoded(q, a.Response, err)
	}
	return data, nil
}

// send makes one call.
func (c *Client) send(ctx context.Context, q request, call *callOptions) (transport.Answer, error) {
	if faults := append(q.faults, call.faults...); len(faults) > 0 {
		return transport.Answer{}, invalid(faults...)
	}
	send, err := q.prepare(c.base, call.header)
	if err != nil {
		return transport.Answer{}, err
	}
	if c.learns {
		ctx = context.WithValue(ctx, stampedKey{}, new(stamped))
	}
	answer, err := c.transport.Do(ctx, send)
	if err != nil {
		return answer, failure(q.operation, err)
	}
	return answer, nil
}

// prepare builds the request of a call. Its body is made canonical here, once:
// the bytes that are signed are the bytes that are sent, on every attempt.
func (q request) prepare(base *url.URL, header http.Header) (transport.Request, error) {
	target, err := transport.Join(base, q.path...)
	if err != nil {
		return transport.Request{}, invalid(err.Error())
	}
	out := transport.Request{
		Operation: q.operation, Kind: q.kind, Method: q.method, URL: target, Header: header.Clone(), Status: q.status, Open: open,
	}
	if q.body == nil {
		return out, nil
	}
	if out.Header == nil {
		out.Header = http.Header{}
	}
	out.Header.Set("Content-Type", "application/json")
	out.Body, err = encode(q.body)
	return out, err
}

// status is the one that an answer has in truth.
func (q request) status(r transport.Response) int {
	if q.truth != nil {
		return q.truth(r)
	}
	return worse(r)
}
