package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
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
// nothing of the body but words that plain has looked at.
func (c *console) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var text string
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r.WithContext(context.WithValue(r.Context(), lineKey{}, &text)))
		c.say("%s %s %d  %s\n", plain(r.Method), r.URL.EscapedPath(), recorder.status, text)
	})
}

// refused makes a hook's Refused: the line says why, in words of the error that
// hold nothing of the request.
func refused(unauthorized error, forged string) func(*http.Request, error) {
	return func(r *http.Request, err error) {
		text := line(r.Context())
		var tooLong *http.MaxBytesError
		switch {
		case r.Method != http.MethodPost:
			*text = "wrong method"
		case errors.Is(err, unauthorized):
			*text = forged
		case errors.As(err, &tooLong):
			*text = "too long"
		default:
			*text = err.Error()
		}
	}
}

// plain is a word of a request or an answer, quoted unless it is a plain one:
// whoever knows a token could write lines of a log otherwise.
func plain[T ~string](word T) string {
	for _, r := range word {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return strconv.QuoteToASCII(string(word[:min(len(word), 64)]))
		}
	}
	return string(word[:min(len(word), 64)])
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
