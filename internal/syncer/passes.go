package syncer

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// StreamProblem returns a message with the rule that the name of a stream breaks,
// or "" if the name is valid. A name has at most 128 bytes of UTF-8 without NUL. An
// empty name is valid.
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
	// Pass does one pass.
	Pass func(context.Context) (R, error)
	// Report gets the result and the error of each pass, except a pass that ends
	// Loop. If the lease was lost during the pass, the error is ErrLeaseLost as
	// Failure returns it. Report also gets errors of taking, renewing and ending
	// the lease, with the zero R, see [Passes.Loop]. Two calls of Report never run
	// at the same time.
	Report func(R, error)
	// Final gets each error of Pass, and no other error. It reports whether the
	// error ends Loop because a retry cannot help.
	Final func(error) bool
	// Failure gets an error of the lease, such as [ErrLeaseLost], before Report gets
	// it. It returns the error with the names of the sync package and of the stream.
	Failure func(error) error
}

// Loop calls p.Pass as soon as this process holds the lease of the stream, and then
// once in each interval while it holds the lease. l, stream and interval have the
// same meaning as for the function [Loop], which does the work. Loop returns nil
// after ctx has ended. It panics if interval is not positive.
//
// After each pass Loop does one of these, the first that applies:
//
//   - p.Pass has returned an error for which p.Final returns true: Loop returns the
//     error unchanged, without p.Report.
//   - The lease was lost during the pass, and ctx has not ended: Loop calls
//     p.Report with the result of the pass and p.Failure(ErrLeaseLost) in place of
//     the error, and continues.
//   - In all other cases Loop calls p.Report with the result and the error of the
//     pass, and continues.
//
// An error of taking, renewing or ending the lease does not end Loop, and p.Final
// does not get the error. Loop calls p.Report with the zero R and with what
// p.Failure returns for the error. Loop may do so from another goroutine, also
// during a pass, but two calls of p.Report never run at the same time. Loop drops
// two kinds of errors, without a call of p.Failure or p.Report:
//
//   - an error of renewing after the lease has expired: the lease is then lost;
//   - an error of taking or renewing after ctx has ended, or after p.Pass has
//     returned an error that ends Loop.
//
// An error of ending the lease is never dropped: p.Report gets the error also after
// ctx has ended.
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
