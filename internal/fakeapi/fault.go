package fakeapi

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Kind is what a fault does to an answer. The fakes have the same kinds with the
// same numbers.
type Kind int

const (
	// Answer gives Status, Header and Body in place of the handler's answer.
	// With Status 0 the handler answers as ever, after Delay and with Header
	// added.
	Answer Kind = iota
	// ResetBefore resets the connection (RST) once the request is read. The
	// handler does not run.
	ResetBefore
	// ResetAfter runs the handler, keeps its side effects, and resets the
	// connection without a byte of an answer.
	ResetAfter
	// Truncated declares the whole length, sends half of the body and closes
	// the connection.
	Truncated
	// HTML answers with a page, as a gateway in front of a provider does; 200
	// unless Status says otherwise.
	HTML
	// Garbage answers with bytes that are no JSON; 200 unless Status says
	// otherwise.
	Garbage
	// Empty answers without a body; 200 unless Status says otherwise.
	Empty
	// BrokenGzip compresses the body and spoils the checksum at its end: a
	// reader that stops at the end of the JSON does not see it.
	BrokenGzip
	// StalledPage runs the handler and answers with the page before, where the
	// operation is one of Config.Pages and both answers have status 200.
	StalledPage
)

// Fault is something that goes wrong with some requests. Its zero value changes
// nothing, once.
type Fault struct {
	Kind Kind

	Status     int         // status of the answer; 0 is the handler's, or 200 where the handler does not run
	Header     http.Header // added to the answer
	RetryAfter string      // value of the Retry-After header; "" is none
	Body       string      // body of an answer with Status; "" from 400 on is Config.Refuse's
	// Process lets the handler run, side effects and all, where its answer is
	// not wanted: behind Status, HTML, Garbage and Empty.
	Process bool
	Delay   time.Duration // passes before anything else

	// What the fault is limited to; a zero field is no limit.
	Operation string             // see Config.Operation
	Match     func(Request) bool // must not call the server

	// Times is how many requests meet the fault: 0 is one, or no limit where
	// there is a Probability; negative is no limit.
	Times int
	// Probability is the share of matching requests that meet the fault, drawn
	// from a sequence that Seed fixes. 0 is every one.
	Probability float64
	Seed        uint64
}

// faultList holds the faults that are still to come.
type faultList struct {
	mu    sync.Mutex
	armed []*armedFault
}

type armedFault struct {
	Fault

	random *rand.Rand
	left   int // negative: no limit
}

func (l *faultList) add(faults []Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range faults {
		f.Header = f.Header.Clone()
		if f.RetryAfter != "" {
			if f.Header == nil {
				f.Header = http.Header{}
			}
			f.Header.Set("Retry-After", f.RetryAfter)
		}
		armed := &armedFault{Fault: f, random: NewRand(f.Seed, 0), left: f.Times}
		if f.Times == 0 {
			armed.left = 1
			if f.Probability > 0 {
				armed.left = -1
			}
		}
		l.armed = append(l.armed, armed)
	}
}

func (l *faultList) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = nil
}

func (l *faultList) pick(r Request, operation string) (Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, f := range l.armed {
		if !f.meets(r, operation) {
			continue
		}
		if f.left > 0 {
			f.left--
		}
		if f.left == 0 {
			l.armed = slices.Delete(l.armed, i, i+1)
		}
		return f.Fault, true
	}
	return Fault{}, false
}

func (f *armedFault) meets(r Request, operation string) bool {
	switch {
	case f.Operation != "" && f.Operation != operation,
		f.Match != nil && !f.Match(r):
		return false
	}
	// Only a request that matches draws, so that others do not move the sequence.
	return f.Probability <= 0 || f.random.Float64() < f.Probability
}
