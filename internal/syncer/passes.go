package syncer

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// StreamFault returns the rule that the name of a stream breaks, or "" if it
// breaks none. A name has at most 128 bytes of UTF-8 without NUL. An empty name is
// valid.
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

// Loop runs [Loop] with p.Pass. It calls p.Report with the result and the error of
// each pass, and goes on. An error for which p.Final returns true ends the loop:
// Loop returns it and does not report it. If a pass ends because the lease is
// lost, p.Report gets p.Failure(ErrLeaseLost). Loop returns nil when ctx ends.
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
