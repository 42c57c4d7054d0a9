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

// Serve answers requests at an address until ctx ends, and then finishes those under
// way, for up to 10 s; log says so. meanwhile, where it is not nil, is called with the URL of the
// server as soon as the server listens; Serve ends with it, and returns its error.
func Serve(ctx context.Context, log *slog.Logger, address string, handler http.Handler, meanwhile func(url string) error) error {
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
	if meanwhile != nil {
		go func() { ended <- meanwhile("http://" + listener.Addr().String()) }()
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

// Log returns a logger that writes lines of key=value without the time.
func Log(to io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}
