package main

import (
	"fmt"
	"io"
	"time"

	progressbar "github.com/payclients/payclients-go/examples/apps/internal/progress"
)

// every is how often a line is written where there is no terminal.
const every = 10 * time.Second

// progress shows how far the run is: by a bar on a terminal, else by lines.
type progress struct {
	w          io.Writer
	bar        *progressbar.Bar // nil: by lines
	done, days int
	operations int // of this run
	began      time.Time
	every      time.Duration
	told       time.Time
}

// newProgress has a bar where it disturbs nobody: not between rows on the same
// terminal.
func newProgress(c config, stdout, stderr io.Writer) *progress {
	p := &progress{w: stderr, days: c.days(), every: every}
	if c.out != "" || !progressbar.Terminal(stdout) {
		p.bar = progressbar.New(stderr, p.days, true)
	}
	return p
}

// start begins with the days that earlier runs have finished.
func (p *progress) start(done int) {
	p.done, p.began = done, time.Now()
	p.told = p.began
	p.bar.Set(done)
}

func (p *progress) page(operations int) {
	p.operations += operations
	switch {
	case p.bar != nil:
		p.bar.Describe(fmt.Sprintf("%d operations", p.operations))
	case time.Since(p.told) >= p.every:
		p.line()
	}
}

func (p *progress) finished(days int) {
	p.done += days
	p.bar.Set(p.done)
}

// stop takes the bar away.
func (p *progress) stop() { p.bar.Clear() }

// Write writes to where progress is shown, in place of the bar.
func (p *progress) Write(text []byte) (int, error) {
	p.stop()
	return p.w.Write(text)
}

func (p *progress) line() {
	p.told = time.Now()
	say(p.w, "%d of %d days, %d operations in %s", p.done, p.days, p.operations, time.Since(p.began).Round(time.Second))
}
