// Package webhook serves webhook requests and reads their bodies.
package webhook

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/payclients/payclients-go/internal/cause"
)

const maxBytes = 1 << 20

// ErrEmpty reports that the body of a webhook request is empty. The packages'
// parsers return or wrap it. An empty body is not the sign of a forgery: a body can
// be read only once, and middleware that reads it before the handler leaves
// nothing. Look for such middleware.
var ErrEmpty = errors.New("the body is empty; something in front of the handler may have read it before, such as middleware or a framework")

// Read reads and returns the body of r, and does not close it. If r.Body is nil,
// Read returns nil and nil. If Read returned no error, a second Read of the same
// request returns an empty body and nil. After an error do not call Read again: the
// second Read may return no error, and only the rest of the body. A body that was
// read completely has no error, even if the context has ended.
//
// With an error Read also returns the part of the body that it has read. For a body
// above 1 MiB the error is a *http.MaxBytesError, and the part has 1 MiB. Otherwise
// it is the error of reading the body, with one change: if the context of r has
// ended, and the error is or wraps the cause of that end (context.Cause), Read puts
// the context's error, such as context.Canceled, in place of the cause.
func Read(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBytes))
	return body, cause.Hide(r.Context(), err) // middleware may have replaced the body by its own
}

// Missing returns text to add to the end of an error's text if body, which was read
// from r, is shorter than the header Content-Length of r says. Something in front
// of the handler has then read the rest, because net/http never delivers such a
// body. Missing returns "" if body is complete, if r has no Content-Length, or if
// body is empty: ErrEmpty reports an empty body.
func Missing(r *http.Request, body []byte) string {
	if len(body) == 0 || int64(len(body)) >= r.ContentLength {
		return ""
	}
	return fmt.Sprintf("; the body has %d of %d bytes, so something in front of the handler may have read the rest before", len(body), r.ContentLength)
}
