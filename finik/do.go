package finik

import (
	"context"
	"net/url"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// prepareDo makes the body and query of a request canonical, as they are signed,
// and returns what makes that impossible, nil if nothing does.
func (c *Client) prepareDo(r *transport.Request) []string {
	var err error
	if len(r.Body) > 0 {
		if r.Body, err = CanonicalJSON(r.Body); err != nil {
			return []string{"in: " + rule(err)}
		}
	}
	m := Message{Method: r.Method, Host: r.URL.Host, Path: "/" + strings.TrimPrefix(r.URL.EscapedPath(), "/")}
	if r.URL.RawQuery != "" {
		m.Query, _ = url.ParseQuery(r.URL.RawQuery) // which came from one
	}
	if _, err := m.Text(); err != nil {
		return []string{rule(err)}
	}
	r.URL.RawQuery, _ = EncodeQuery(m.Query) // Text has refused what this refuses
	return nil
}

// rule returns the text of an ErrInvalidRequest without its prefix.
func rule(err error) string { return strings.TrimPrefix(err.Error(), ErrInvalidRequest.Error()+": ") }

// outcomeOfDo returns *Error if an answer is a refusal, else nil. If the answer
// is a payment, its statusCode describes the payment.
func (c *Client) outcomeOfDo(_ context.Context, operation string, a transport.Response, _ any) error {
	return outcome(request{operation: operation, kind: transport.Once, reads: true}, a, listen(a))
}
