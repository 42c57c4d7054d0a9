package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Serve listens on address, such as "127.0.0.1:8080", and answers HTTP requests with handler. Port
// 0 means any free port. As soon as the server listens, Serve calls work once in another goroutine,
// with the URL of the server. A nil work is not called.
//
// Serve blocks until one of these happens:
//
//   - ctx ends: Serve writes a line to log.
//   - work returns.
//   - The server fails.
//
// Serve then accepts no more requests, and waits up to 10 seconds for requests that are still
// running. It does not wait for work.
//
// Serve returns nil if ctx ended or if work returned nil. It returns an error if it cannot listen,
// the error of the server, or the error of work. If requests still run after the 10 seconds, the
// result also matches context.DeadlineExceeded, after the end of ctx too.
func Serve(ctx context.Context, log *slog.Logger, address string, handler http.Handler, work func(url string) error) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", address, err)
	}
	server := &http.Server{
		Handler: handler, MaxHeaderBytes: 64 << 10,
		ReadHeaderTimeout: 10 * time.Second, // handlers of webhook events limit the body themselves
		IdleTimeout:       time.Minute,
	}
	ended := make(chan error, 2)
	go func() { ended <- server.Serve(listener) }()
	if work != nil {
		go func() { ended <- work("http://" + listener.Addr().String()) }()
	}
	select {
	case err = <-ended:
	case <-ctx.Done():
		log.Info("stopping: requests under way have 10 seconds")
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, server.Shutdown(ending))
}

// Log returns a logger that writes lines of key=value pairs to w, without the time. It drops
// records below level Info. The logger is safe for concurrent use.
func Log(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}
