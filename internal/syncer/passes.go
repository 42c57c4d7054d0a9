package syncer

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// StreamFault returns what is wrong with the name of a stream, "" if nothing is.
func StreamFault(name string) string {
	if len(name) > 128 || !utf8.ValidString(name) || strings.Contains(name, "\x00") {
		return "Stream: must be at most 128 bytes of UTF-8 without NUL"
	}
	return ""
}

// Passes is what a sync package loops over.
type Passes[R any] struct {
	Pass    func(context.Context) (R, error)
	Report  func(R, error)    // called with the result of each pass, and with trouble of the lease; calls do not overlap
	Final   func(error) bool  // reports whether an error ends the loop because no repetition helps
	Failure func(error) error // adds the package and the stream to an error of this package
}

// Loop is [Loop] for these passes. Errors that are not Final are reported and the
// loop goes on. A pass that ends because the lease is lost is reported with
// Failure of ErrLeaseLost.
func (p Passes[R]) Loop(ctx context.Context, l Leaser, stream string, every time.Duration) error {
	var one sync.Mutex // trouble with the lease may come during a pass
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
