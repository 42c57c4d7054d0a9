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
// parsers return or wrap it. It does not mean a forgery: a body can be read
// only once, and code that reads it before the handler leaves nothing. Look for
// such code.
var ErrEmpty = errors.New("the body is empty; something in front of the handler may have read it before, such as middleware or a framework")

// Read reads and returns the body of r. If r.Body is nil, it returns nil and
// nil. It does not close the body. A second Read of the same request returns an
// empty body and nil.
//
// For a body above 1 MiB the error is a *http.MaxBytesError. Other errors are
// errors of reading. With an error Read also returns the part that it has read.
// If an error of reading is or wraps the cause of r's ended context (see
// context.Cause), Read puts the error of the context in its place, such as
// context.Canceled. A body that was read to its end has no error, even if the
// context has ended.
func Read(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBytes))
	return body, cause.Hide(r.Context(), err) // middleware may have replaced the body by its own
}

// Missing returns text to add to the end of an error's text if body, which was
// read from r, is shorter than the header Content-Length of r says. net/http
// never delivers such a body: something in front of the handler has read the
// rest. Missing returns "" if body is complete, if r has no Content-Length, and
// if body is empty, for which there is ErrEmpty.
func Missing(r *http.Request, body []byte) string {
	if len(body) == 0 || int64(len(body)) >= r.ContentLength {
		return ""
	}
	return fmt.Sprintf("; the body has %d of %d bytes, so something in front of the handler may have read the rest before", len(body), r.ContentLength)
}
