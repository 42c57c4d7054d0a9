package webhook

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// readTimeout limits the time for reading a request's body. After that time reading
// the body fails with a timeout, and Parse returns the error.
const readTimeout = 10 * time.Second

// ErrMethod reports a request with another method than POST. The packages'
// parsers wrap it, and ServeHTTP answers with 405.
var ErrMethod = errors.New("the method is not POST")

// Handler serves webhook events of type E over HTTP. Serve makes it. It calls the
// functions at the same time for requests that overlap, and is safe for concurrent
// use if the functions are.
type Handler[E any] struct {
	// Parse reads and checks a request. It must not be nil. After an error Handle
	// is not called, and the answer has a status of Statuses, or else 405, 413, 408
	// or 400, see [Handler.ServeHTTP].
	Parse func(*http.Request) (E, error)
	// Handle processes an event that Parse returned. It must not be nil. If Handle
	// returns nil, the answer has status 200; after an error, 500. Handler does not
	// remember events: Handle is called again for an event that is sent again.
	Handle func(context.Context, E) error
	// Refused is called with each request for which Parse returns an error, and with
	// that error, before the answer is sent. It may be nil.
	Refused func(*http.Request, error)
	// Statuses are the package's own answers to errors of Parse. The first whose
	// Err matches counts. Without a match, or if Statuses is nil, the answers are
	// those that [Handler.ServeHTTP] lists.
	Statuses []Status
}

// Status is the answer to errors of Parse that match Err.
type Status struct {
	Err  error // compared with errors.Is
	Code int   // HTTP status, from 100 to 999
}

// Serve returns a Handler whose fields Parse, Handle, Refused and Statuses are the
// arguments parse, handle, refused and statuses; the comments of the fields say
// when each is used. pkg is the name of the package whose Webhook.Handler calls
// Serve. refused and statuses may be nil. parse must not be nil; Serve does not
// check it. If handle is nil, Serve panics with a text that names pkg.
func Serve[E any](pkg string, parse func(*http.Request) (E, error), handle func(context.Context, E) error, refused func(*http.Request, error), statuses ...Status) Handler[E] {
	if handle == nil {
		panic(pkg + ": Webhook.Handler: fn must not be nil")
	}
	return Handler[E]{Parse: parse, Handle: handle, Refused: refused, Statuses: statuses}
}

// ServeHTTP calls Parse, and then Handle with the webhook event and the request's
// context. It answers without a body: 200 if Handle returns nil, and 500 if Handle
// returns an error. It does not log or report the error of Handle, and does not
// recover panics.
//
// The request's body must arrive within 10 seconds. If w does not support read
// deadlines, the server's limits apply instead.
//
// If Parse returns an error, ServeHTTP calls Refused, unless nil, and then answers
// with the first status in Statuses whose Err matches. Without a match it answers
// with
//   - 405 for ErrMethod
//   - 413 for a body above 1 MiB
//   - 408 for an error that is a timeout, such as a body that arrives too slowly
//   - 400 for every other error
//
// For ErrMethod the answer also has the header Allow: POST.
func (h Handler[E]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	// If the writer has no deadlines, the server's apply.
	_ = control.SetReadDeadline(time.Now().Add(readTimeout))
	event, err := h.Parse(r)
	if err != nil {
		// The deadline stays, because net/http drains the rest of the body.
		h.refuse(w, r, err)
		return
	}
	_ = control.SetReadDeadline(time.Time{})
	if err := h.Handle(r.Context(), event); err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (h Handler[E]) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if h.Refused != nil {
		h.Refused(r, err)
	}
	if errors.Is(err, ErrMethod) {
		w.Header().Set("Allow", http.MethodPost)
	}
	w.WriteHeader(h.status(err))
}

func (h Handler[E]) status(err error) int {
	for _, own := range h.Statuses {
		if errors.Is(err, own.Err) {
			return own.Code
		}
	}
	var tooLong *http.MaxBytesError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, ErrMethod):
		return http.StatusMethodNotAllowed
	case errors.As(err, &tooLong):
		return http.StatusRequestEntityTooLarge
	case errors.As(err, &timeout) && timeout.Timeout():
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}
