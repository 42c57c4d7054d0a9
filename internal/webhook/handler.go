package webhook

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// readTimeout limits the time for reading a request's body.
const readTimeout = 10 * time.Second

// ErrMethod reports a method other than POST.
var ErrMethod = errors.New("the method is not POST")

// Handler serves webhook events of type E. It is safe for concurrent use if its
// functions are.
type Handler[E any] struct {
	Parse  func(*http.Request) (E, error)
	Handle func(context.Context, E) error
	// Refused is called with each request that Parse refuses, before the answer
	// is sent. It may be nil.
	Refused func(*http.Request, error)
	// Statuses are the package's own answers to errors of Parse, before the usual
	// ones. The first match counts.
	Statuses []Status
}

// Status is the answer to errors that match Err.
type Status struct {
	Err  error
	Code int
}

// Serve returns the Handler of the package pkg's Webhook with these functions.
// refused may be nil. statuses are the package's own answers, the first match
// counts. Serve panics if handle is nil.
func Serve[E any](pkg string, parse func(*http.Request) (E, error), handle func(context.Context, E) error, refused func(*http.Request, error), statuses ...Status) Handler[E] {
	if handle == nil {
		panic(pkg + ": Webhook.Handler: fn must not be nil")
	}
	return Handler[E]{Parse: parse, Handle: handle, Refused: refused, Statuses: statuses}
}

// ServeHTTP calls Parse, and then Handle with the webhook event. It answers
// without a body: 200 if Handle returns nil, and 500 if Handle fails. For an error
// of Parse it answers with the matching status in Statuses. Without a match it
// answers 405 for a method other than POST, 413 for a body above 1 MiB, 408 for a
// body that is too slow, and otherwise 400.
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
