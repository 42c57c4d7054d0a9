package syncer

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// StreamFault says what is wrong with the name of a stream, "" if nothing is.
func StreamFault(name string) string {
	if len(name) > 128 || !utf8.ValidString(name) || strings.Contains(name, "\x00") {
		return "Stream: must be at most 128 bytes of UTF-8 without NUL"
	}
	return ""
}

// Passes are what a sync package loops over.
type Passes[R any] struct {
	Pass    func(context.Context) (R, error)
	Report  func(R, error)    // is told of each pass, and of trouble with the lease; one call at a time
	Final   func(error) bool  // errors that end the loop, as no repetition cures them
	Failure func(error) error // names the package and the stream of an error of this one
}

// Loop is [Loop] for these passes. The error of a pass that ends because the
// lease is lost is Failure of ErrLeaseLost.
func (p Passes[R]) Loop(ctx context.Context, l Leaser, stream string, every time.Duration) error {
	var one sync.Mutex // trouble with the lease may come beside a pass
	report := func(result R, err error) {
		one.Lock()
		defer one.Unlock()
		p.Report(result, err)
	}
	return Loop(ctx, l, stream, every, func(held context.Context) error {
		result, err := p.Pass(held)
		switch {
		case err != nil && p.Final(err):
			return err
		case ctx.Err() == nil && errors.Is(context.Cause(held), ErrLeaseLost):
			err = p.Failure(ErrLeaseLost)
		}
		report(result, err)
		return nil
	}, func(err error) {
		var none R
		report(none, p.Failure(err))
	})
}
