// Package progress shows on a terminal how far a program is.
package progress

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Bar is a progress bar on a terminal. New and On make one. The methods of a nil Bar do nothing.
// Errors of the terminal are ignored. A Bar is not safe for concurrent use.
type Bar struct{ bar *progressbar.ProgressBar }

// New returns a bar that draws itself on w, or nil if w is not a terminal. total is the number at
// which the work is done:
//
//	above 0      a bar with a percentage
//	-1           a spinner, for work whose amount is not known
//	0, below -1  nothing is ever drawn
//
// If counted is true, the bar also shows both numbers, such as (3/10). New draws nothing: Set and
// Describe draw the bar. A spinner that was drawn once draws itself again every 100 ms, until the
// process ends. No method stops a spinner for good.
func New(w io.Writer, total int, counted bool) *Bar {
	if !Terminal(w) {
		return nil
	}
	return On(w, total, counted)
}

// On returns a bar on w like New, except that w need not be a terminal. It never returns nil.
// total and counted mean the same as for New.
func On(w io.Writer, total int, counted bool) *Bar {
	options := []progressbar.Option{
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionClearOnFinish(),
	}
	if counted {
		options = append(options, progressbar.OptionShowCount())
	}
	return &Bar{progressbar.NewOptions(total, options...)}
}

// Terminal reports whether w is an *os.File that is a terminal. It returns false for any other
// writer, also for nil.
func Terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Set shows that n of the total of New is done, and replaces an earlier n. n must be from 0 to the
// total. When n is the total, the bar disappears, and later calls draw nothing. After an n above
// the total Set draws nothing more.
//
// Set draws only if the percentage has changed or the bar shows numbers, and only if the last
// drawing is at least 100 ms ago. With a spinner n may be any number from 0, and no n ends the
// spinner. On a nil Bar Set does nothing.
func (b *Bar) Set(n int) {
	if b != nil {
		_ = b.bar.Set(n)
	}
}

// Describe replaces the words behind the bar and draws the bar; "" removes the words. If the bar
// was drawn less than 100 ms ago, the next drawing shows the new words. After Set has reached the
// total, Describe draws nothing. On a nil Bar Describe does nothing.
func (b *Bar) Describe(words string) {
	if b != nil {
		b.bar.Describe(words)
	}
}

// Clear removes the bar from the terminal. A later Set or Describe draws the bar again, unless Set
// has reached the total. Clear does not stop a spinner: it draws itself again about 100 ms later.
// On a nil Bar Clear does nothing.
func (b *Bar) Clear() {
	if b != nil {
		_ = b.bar.Clear()
	}
}
