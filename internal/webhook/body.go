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

// Read returns the body of r, nil if it has none. A body above 1 MiB returns
// *http.MaxBytesError. The cause of the request's context is not in the error.
func Read(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBytes))
	return body, cause.Hide(r.Context(), err) // middleware may have replaced the body by its own
}

// Missing returns, for the end of an error's text, that a body is shorter than
// its Content-Length, which net/http itself never delivers. It returns "" for a
// complete body and for an empty one, for which there is ErrEmpty.
func Missing(r *http.Request, body []byte) string {
	if len(body) == 0 || int64(len(body)) >= r.ContentLength {
		return ""
	}
	return fmt.Sprintf("; the body has %d of %d bytes, so something in front of the handler may have read the rest before", len(body), r.ContentLength)
}
