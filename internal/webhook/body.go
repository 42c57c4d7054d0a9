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

// ErrEmpty reports an empty body. It does not mean a forgery: a body can be read
// only once, and code that reads it before the handler leaves nothing.
var ErrEmpty = errors.New("the body is empty; something in front of the handler may have read it before, such as middleware or a framework")

// Read returns the body of r, nil if r has no body. For a body above 1 MiB it
// returns a *http.MaxBytesError, and otherwise the error of reading. With an error
// it also returns the part that it read. The error never holds the cause of the
// request's context. A second Read finds no body.
func Read(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBytes))
	return body, cause.Hide(r.Context(), err) // middleware may have replaced the body by its own
}

// Missing returns a text for the end of an error's text if body is shorter than
// the Content-Length of r, which net/http itself never delivers. It returns "" for
// a complete body, for a request without a Content-Length, and for an empty body,
// for which there is ErrEmpty.
func Missing(r *http.Request, body []byte) string {
	if len(body) == 0 || int64(len(body)) >= r.ContentLength {
		return ""
	}
	return fmt.Sprintf("; the body has %d of %d bytes, so something in front of the handler may have read the rest before", len(body), r.ContentLength)
}
