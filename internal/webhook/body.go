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

// ErrEmpty is a body without a byte. It does not speak of a forgery: a body can
// be read once, and whoever reads it before the handler leaves nothing.
var ErrEmpty = errors.New("the body is empty; something in front of the handler may have read it before, such as middleware or a framework")

// Read reads the body of r, at most 1 MiB: a longer one is *http.MaxBytesError.
func Read(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBytes))
	return body, cause.Hide(r.Context(), err) // a server's middleware may have put its own body there
}

// Missing says, for the end of an error's text, that a body is shorter than its
// Content-Length, which net/http never delivers; "" where it is not, and for an
// empty one, which ErrEmpty speaks of.
func Missing(r *http.Request, body []byte) string {
	if len(body) == 0 || int64(len(body)) >= r.ContentLength {
		return ""
	}
	return fmt.Sprintf("; the body has %d of %d bytes, so something in front of the handler may have read the rest before", len(body), r.ContentLength)
}
