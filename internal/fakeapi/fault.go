package fakeapi

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Kind is what an injected fault does to an answer. All fakes have the same kinds
// with the same numbers.
type Kind int

const (
	// Answer sends Status, Header and Body instead of the handler's answer. With
	// Status 0 the handler answers, after Delay and with Header added.
	Answer Kind = iota
	// ResetBefore resets the connection (RST) after reading the request. The
	// handler does not run.
	ResetBefore
	// ResetAfter runs the handler, keeps its side effects, and resets the
	// connection without sending a byte.
	ResetAfter
	// Truncated declares the full length, sends half of the body and closes the
	// connection.
	Truncated
	// HTML answers with an HTML page, as a gateway in front of a provider does;
	// status 200 unless Status is set.
	HTML
	// Garbage answers with bytes that are not JSON; status 200 unless Status is
	// set.
	Garbage
	// Empty answers without a body; status 200 unless Status is set.
	Empty
	// BrokenGzip compresses the body and corrupts the checksum after it. A reader
	// that stops after the JSON does not detect it.
	BrokenGzip
	// StalledPage runs the handler and answers with the page before. It has an
	// effect only for an operation in Config.Pages, and if both answers have
	// status 200.
	StalledPage
)

// Fault is a failure to inject into some requests. The zero value changes
// nothing, for one request.
type Fault struct {
	Kind Kind

	Status     int         // status of the answer; 0 is the handler's, or 200 if the handler does not run
	Header     http.Header // added to the answer
	RetryAfter string      // value of the Retry-After header; "" adds none
	Body       string      // body of an answer with Status; "" with a status from 400 on is Config.Refuse's body
	// Process runs the handler, with its side effects, although its answer is not
	// sent: with Status, HTML, Garbage and Empty.
	Process bool
	Delay   time.Duration // wait before anything else

	// Conditions on the request; a zero field adds none.
	Operation string             // see Config.Operation
	Match     func(Request) bool // must not call the server

	// Times is how many requests the fault applies to: 0 is one, or no limit if
	// Probability is set; a negative number means no limit.
	Times int
	// Probability is the share of matching requests that the fault applies to,
	// drawn from a sequence that Seed determines. 0 means all.
	Probability float64
	Seed        uint64
}

// faultList holds the faults that are still to be injected, in the order of
// adding.
type faultList struct {
	mu    sync.Mutex
	armed []*armedFault
}

type armedFault struct {
	Fault

	random *rand.Rand
	left   int // requests still to come; negative: no limit
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
	// Only a matching request draws a number, so that others do not change the
	// sequence.
	return f.Probability <= 0 || f.random.Float64() < f.Probability
}
