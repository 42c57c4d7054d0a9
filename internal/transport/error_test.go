package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// chatty is an error by value, whose fields the verb %#v would print.
type chatty struct{ URL string }

func (c chatty) Error() string { return "GET " + c.URL }

// timeout is a net.Error of a caller's transport.
type timeout struct{ chatty }

func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return false }

func TestErrorsHideTheURL(t *testing.T) {
	t.Parallel()
	const target = "https://api.example.com/v1?apikey=" + secret
	wrap := func(err error) error { return &url.Error{Op: "Get", URL: target, Err: err} }
	for name, test := range map[string]struct {
		err   error
		is    error
		class string
		text  string
	}{
		"text":                {errors.New("GET " + target), nil, "network", "network error"},
		"by value":            {chatty{target}, chatty{target}, "network", "network error"},
		"url.Error":           {wrap(io.EOF), io.EOF, "reset", "EOF"},
		"two of them":         {wrap(wrap(io.ErrUnexpectedEOF)), io.ErrUnexpectedEOF, "reset", "unexpected EOF"},
		"wrapped url.Error":   {fmt.Errorf("trace %s: %w", target, wrap(io.EOF)), io.EOF, "reset", "EOF"},
		"joined url.Error":    {errors.Join(wrap(io.EOF)), io.EOF, "reset", "EOF"},
		"url.Error of text":   {wrap(errors.New(target)), nil, "network", "network error"},
		"url.Error of none":   {wrap(nil), nil, "network", "transport returned neither response nor error"},
		"wrapped reset":       {fmt.Errorf("GET %s: %w", target, errReset), syscall.ECONNRESET, "reset", "read tcp: connection reset by peer"},
		"wrapped dial":        {fmt.Errorf("GET %s: %w", target, errDial), syscall.ECONNREFUSED, "dial", "dial tcp: connection refused"},
		"wrapped name":        {fmt.Errorf("GET %s: %w", target, errDNS), nil, "dns", "dial tcp: lookup api.example.com: no such host"},
		"cancelled":           {fmt.Errorf("GET %s: %w", target, context.Canceled), context.Canceled, "canceled", "context canceled"},
		"deadline":            {wrap(context.DeadlineExceeded), context.DeadlineExceeded, "timeout", "context deadline exceeded"},
		"deadline of a file":  {fmt.Errorf("GET %s: %w", target, os.ErrDeadlineExceeded), os.ErrDeadlineExceeded, "timeout", "timeout error"},
		"timeout by value":    {timeout{chatty{target}}, nil, "timeout", "timeout error"},
		"plain to TLS server": {http.ErrSchemeMismatch, http.ErrSchemeMismatch, "tls", "tls error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var class string
			c := config(t, api, wire(func(*http.Request) (*http.Response, error) { return nil, test.err }))
			c.Retry.MaxAttempts = 1
			c.Observer = func(_ context.Context, a transport.Attempt) { class = a.Class }
			_, err := transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "GET", target, ""))
			e := failureOf(t, err)
			assert.Equal(t, test.class, e.Class)
			assert.Equal(t, test.class, class)
			assert.Equal(t, test.text, err.Error())
			assert.Equal(t, "op: "+test.text, fmt.Errorf("op: %w", err).Error())
			if test.is != nil {
				assert.ErrorIs(t, fmt.Errorf("two: %w", fmt.Errorf("one: %w", err)), test.is)
			}
			var network net.Error
			if test.class == "timeout" && !errors.Is(test.is, os.ErrDeadlineExceeded) {
				assert.ErrorAs(t, err, &network)
			}
		})
	}
}

func TestZeroErrorPrints(t *testing.T) {
	t.Parallel()
	for _, err := range []error{&transport.Error{}, &transport.Error{Class: "dial"}} {
		assert.NotPanics(t, func() { _ = err.Error() })
		assert.NoError(t, errors.Unwrap(err))
	}
}

func TestRequestThatCannotBeMade(t *testing.T) {
	t.Parallel()
	sent := 0
	c := config(t, api, wire(func(*http.Request) (*http.Response, error) { sent++; return answer(200, ""), nil }))
	observed := 0
	c.Observer = func(context.Context, transport.Attempt) { observed++ }
	_, err := transport.New(c).Do(t.Context(), request(t, transport.Idempotent, "BAD METHOD", api+"?key="+secret, "{}"))
	assert.False(t, failureOf(t, err).Ambiguous)
	assert.Zero(t, sent)
	assert.Zero(t, observed)
}

// The text of a real certificate error names hosts and no URL.
func TestCertificateErrorPrints(t *testing.T) {
	t.Parallel()
	base, _ := badCertificate(t)
	_, err := transport.New(config(t, base, nil)).Do(t.Context(), request(t, transport.ReadOnly, "GET", base+"?k="+secret, ""))
	failureOf(t, err)
	require.ErrorContains(t, err, "certificate")
}
