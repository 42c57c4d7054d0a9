package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/redact"
)

// ErrOutcomeUnknown means that the provider may have carried out a write although
// the client has no success. errors.Is finds it in the error of the call. Do not
// count such a write as failed: ask the provider for its state. Repeat the call
// only if its comment says that a repeat with the same id is safe. Every package
// with writes exports this value under the same name.
var ErrOutcomeUnknown = errors.New("payment outcome unknown")

// ErrTooLarge is the cause of an Error if the body of a 2xx answer is larger than
// Config.MaxResponseBytes. The call is not retried. The provider may have carried
// out a write: Error.Ambiguous is true for it, and Failure adds ErrOutcomeUnknown.
// Failure puts Sentinels.TooLarge in place of the Error.
var ErrTooLarge = errors.New("response too large")

const classTooLarge = "too_large"

// Causes of an Error that this package makes itself. Error may print them.
var (
	errRateLimit  = errors.New("rate limit: the wait would outlast the deadline") // of the call; nothing was sent
	errTruncated  = errors.New("response body cut short")                         // the body of a 2xx ended with an error
	errNoResponse = errors.New("transport returned neither response nor error")
)

// Error reports a call that ended without a complete answer: the request was not
// sent, no answer came, or the body of a 2xx could not be read. The text and every
// printed form of an Error hold no secret; Err may.
type Error struct {
	Class     string // one of the classes after an error that Attempt.Class lists; never ""
	Ambiguous bool   // true: the call was a write, and the provider may have carried it out
	Err       error  `json:"-" xml:"-" yaml:"-"` // the cause, never nil and never a *url.Error
}

// Error returns the text of the cause if the cause is of a kind that holds no
// secret:
//   - the end of a context, or io.EOF
//   - an error of a dial, a name lookup, a certificate or a proxy
//   - an error of this package
//
// For any other cause it returns e.Class and the word error, for example "network
// error", because the text may hold secrets.
func (e *Error) Error() string {
	var (
		op    *net.OpError
		dns   *net.DNSError
		cert  *tls.CertificateVerificationError
		proxy *proxyError
		coded *encodingError
	)
	if ended := cause.Ended(e.Err); ended != nil {
		return (&Error{Class: e.Class, Err: ended}).Error()
	}
	switch {
	case errors.As(e.Err, &proxy):
		return proxy.Error()
	case errors.As(e.Err, &coded):
		return coded.Error()
	case errors.As(e.Err, &op):
		return op.Error()
	case errors.As(e.Err, &dns):
		return dns.Error()
	case errors.As(e.Err, &cert):
		return cert.Error()
	case e.Class == "credentials":
		return "credentials were not available"
	}
	for _, known := range []error{ErrTooLarge, errRateLimit, errTruncated, errNoResponse, context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(e.Err, known) {
			return known.Error()
		}
	}
	return e.Class + " error"
}

// Unwrap returns Err, the cause.
func (e *Error) Unwrap() error { return e.Err }

// Format prints the text that Error returns, for every verb: %#v would otherwise
// print the cause, which may hold secrets.
func (e Error) Format(s fmt.State, _ rune) { redact.Print(s, e.Error()) }

// credentialsError reports that an attempt could not be authenticated or
// signed, so that nothing was sent. err is the reason, which the text does not
// print. The call is not retried.
type credentialsError struct{ err error }

func (e *credentialsError) Error() string { return "credentials were not available" }
func (e *credentialsError) Unwrap() error { return e.err }

// unavailable returns the error of a sending that got no credentials and was not
// made. err is the reason and must not be nil. ctx is the context of the sending.
// If ctx has a departure, unavailable sets the field tried of the departure, so
// that nothingLeft can return true.
//
// unavailable first cleans err: it removes URLs (see cause.WithoutURL) and the
// cause of the call's context, which is the context that Do got (see hidden). It
// then returns one of these errors:
//   - the cleaned error, if the call's context has ended and the cleaned error
//     matches the Err of the call's context
//   - otherwise a *credentialsError that wraps the cleaned error, also if only ctx
//     has ended, for example after Config.Timeout
func unavailable(ctx context.Context, err error) error {
	departureOf(ctx).tried.Store(true)
	err = cause.WithoutURL(hidden(ctx, err))
	if c := callOf(ctx); c != nil && c.ctx.Err() != nil && errors.Is(err, c.ctx.Err()) {
		return err
	}
	return &credentialsError{err}
}

func classOf(err error) string {
	var (
		credentials *credentialsError
		network     net.Error
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		authority   x509.UnknownAuthorityError
		proxy       *proxyError
		encoding    *encodingError
	)
	if ended := cause.Ended(err); ended != nil {
		err = ended
	}
	switch {
	case err == nil:
		return ""
	case errors.As(err, &credentials):
		return "credentials"
	case errors.Is(err, ErrTooLarge):
		return classTooLarge
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "timeout"
	case errors.As(err, &proxy):
		return "proxy"
	case errors.As(err, &dns):
		return "dns"
	case errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &alert), errors.As(err, &authority),
		errors.Is(err, http.ErrSchemeMismatch):
		return "tls"
	case isDial(err):
		return "dial"
	case errors.As(err, &encoding):
		return "encoding"
	case errors.Is(err, errTruncated):
		return "truncated"
	case errors.As(err, &network) && network.Timeout():
		return "timeout"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "reset"
	}
	return "network"
}

// isDial reports whether err is from a step before there is a connection: a
// name lookup, a dial or a proxy. It returns false for nil.
func isDial(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	var proxy *proxyError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect" || op.Op == "socks connect") ||
		errors.As(err, &dns) || errors.As(err, &proxy)
}
