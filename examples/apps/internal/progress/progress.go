// Package progress shows on a terminal how far a program is.
package progress

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Bar is a bar on a terminal. Its methods do nothing on nil.
type Bar struct{ bar *progressbar.ProgressBar }

// New returns a bar from 0 to most, which is a spinner for a negative most. With
// counted, it shows both numbers. Nil stands for no bar: w is not a terminal.
func New(w io.Writer, most int, counted bool) *Bar {
	if !Terminal(w) {
		return nil
	}
	return On(w, most, counted)
}

// On is New for any writer.
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

// Terminal reports whether w is a terminal.
func Terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Set shows how far the program is.
func (b *Bar) Set(done int) {
	if b != nil {
		_ = b.bar.Set(done)
	}
}

// Describe changes the words behind the bar.
func (b *Bar) Describe(words string) {
	if b != nil {
		b.bar.Describe(words)
	}
}

// Clear removes the bar until the next Set or Describe.
func (b *Bar) Clear() {
	if b != nil {
		_ = b.bar.Clear()
	}
}
