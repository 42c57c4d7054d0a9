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

// New returns a bar from 0 to most that it draws on w, or nil if w is not a terminal. A most of
// -1 makes a spinner, for work whose amount is not known. With a most of 0 or below -1
// the bar stays invisible. If counted is true, the bar also shows both numbers, such as (3/10).
// New draws nothing: the first Set or Describe does.
func New(w io.Writer, most int, counted bool) *Bar {
	if !Terminal(w) {
		return nil
	}
	return On(w, most, counted)
}

// On does the same as New, except that w need not be a terminal. It never returns nil.
func On(w io.Writer, most int, counted bool) *Bar {
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
	return &Bar{progressbar.NewOptions(most, options...)}
}

// Terminal reports whether w is an *os.File that is a terminal. It returns false for any other
// writer, also for nil.
func Terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Set shows that the program has done this much, from 0 to the most of New. It draws at most
// every 100 ms, and only if the percentage has changed or the bar shows numbers. When done
// reaches most, the bar disappears, and later calls draw nothing. A spinner never ends.
func (b *Bar) Set(done int) {
	if b != nil {
		_ = b.bar.Set(done)
	}
}

// Describe replaces the words behind the bar and draws the bar, at most every 100 ms. Words of ""
// remove them.
func (b *Bar) Describe(words string) {
	if b != nil {
		b.bar.Describe(words)
	}
}

// Clear removes the bar from the terminal. A later Set or Describe draws it again.
func (b *Bar) Clear() {
	if b != nil {
		_ = b.bar.Clear()
	}
}
