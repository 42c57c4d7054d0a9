package syncer

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// StreamProblem returns the rule that the name of a stream breaks, or "" if it
// breaks none. A name has at most 128 bytes of UTF-8 without NUL. An empty name is
// valid.
func StreamProblem(name string) string {
	if len(name) > 128 || !utf8.ValidString(name) || strings.Contains(name, "\x00") {
		return "Stream: must be at most 128 bytes of UTF-8 without NUL"
	}
	return ""
}

// Passes holds the functions of a sync package for [Passes.Loop]. A pass is one run
// of a sync: it reads new rows from the provider and commits them. R is the result
// of a pass. No field may be nil.
type Passes[R any] struct {
	Pass    func(context.Context) (R, error) // does one pass
	Report  func(R, error)                   // gets the result of each pass, and errors of the lease; calls do not overlap
	Final   func(error) bool                 // reports whether an error of Pass ends the loop because a retry cannot help
	Failure func(error) error                // adds the package and the stream to an error of this package
}

// Loop runs the function [Loop] with p.Pass. l, stream and interval are the
// arguments of that function. Loop calls p.Report with the result and the error of
// each pass, and continues. If p.Final returns true for an error, Loop returns the
// error unchanged and does not report it. Loop returns nil when ctx ends. It panics
// if interval is not positive.
//
// If the lease is lost during a pass, p.Report gets the result of the pass with
// p.Failure(ErrLeaseLost), whether the pass has returned an error or not. p.Final
// still gets the error of the pass first. If ctx ends during a pass, p.Report gets
// the result and the error of the pass as usual.
//
// For an error of taking, renewing or ending the lease, p.Report gets the zero R and
// p.Failure of this error. Such a call may come from another goroutine, also during
// a pass, but two calls of p.Report never run at the same time.
func (p Passes[R]) Loop(ctx context.Context, l Leaser, stream string, interval time.Duration) error {
	var one sync.Mutex // trouble with the lease may come during a pass
	report := func(result R, err error) {
		one.Lock()
		defer one.Unlock()
		p.Report(result, err)
	}
	return Loop(ctx, l, stream, interval, func(held context.Context) error {
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
