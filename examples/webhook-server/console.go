package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// console prints a line for each request.
type console struct {
	mu sync.Mutex
	to io.Writer
}

type lineKey struct{}

// line is what is printed of the request that ctx is of, for a handler to write.
func line(ctx context.Context) *string {
	text, _ := ctx.Value(lineKey{}).(*string)
	return text
}

// logged prints a line for each request: no query, which may hold a token, and
// nothing of the body. refused is what it says of one that the handler does not
// let through.
func (c *console) logged(refused string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := refused
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r.WithContext(context.WithValue(r.Context(), lineKey{}, &text)))
		c.say("%s %s %d  %s\n", r.Method, r.URL.Path, recorder.status, text)
	})
}

// say prints; a log that is gone is no reason to refuse notices.
func (c *console) say(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintf(c.to, format, args...)
}

// statusRecorder remembers the status of an answer.
type statusRecorder struct {
	http.ResponseWriter

	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the deadlines of the connection.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
