package fakeapi

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Kind is what an injected fault does to an answer. The zero value is Answer. An
// unknown kind sends Status (200 if 0), Header and Body. All fakes have the same
// kinds with the same numbers.
type Kind int

const (
	// Answer sends Status, Header and Body instead of the handler's answer. If
	// Status is 0, it sends the handler's answer, after Delay and with Header
	// added.
	Answer Kind = iota
	// ResetBefore resets the connection (RST) after reading the request. The
	// handler does not run.
	ResetBefore
	// ResetAfter runs the handler, keeps its side effects, and resets the
	// connection without sending a byte.
	ResetAfter
	// Truncated sends the headers with the full length of the body, sends half of
	// the body, and closes the connection.
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
	// StalledPage runs the handler and keeps the status of the handler's answer,
	// but sends the headers and the body of an older page. The older page is the
	// handler's last answer with status 200 to the same operation before this
	// request; answers to requests with StalledPage do not count. Without an older
	// page StalledPage sends the handler's answer, which is the older page for the
	// next requests. StalledPage has no effect if the operation is not in
	// Config.Pages, or if the handler's answer has a status other than 200. Status
	// and Body have no effect.
	StalledPage
)

// Fault is a failure to inject into some requests. The zero value applies to one
// request and leaves its answer unchanged.
type Fault struct {
	Kind Kind

	// Status is the status of the answer. 0 is the status of the handler's answer,
	// or 200 if the handler's answer is not sent.
	Status     int
	Header     http.Header // added to the answer; nil adds nothing
	RetryAfter string      // value of the Retry-After header; "" adds none
	// Body is the body of an answer that has a Status. It has no effect with HTML,
	// Garbage, Empty and StalledPage, and with Answer, Truncated and BrokenGzip if
	// Status is 0. If Body is "" and Status is 400 or more, Config.Refuse writes
	// the body.
	Body string
	// Process runs the handler, with its side effects, where the fault would not
	// run it: with Status, HTML, Garbage and Empty. The handler's answer is not
	// sent. ResetBefore never runs the handler.
	Process bool
	Delay   time.Duration // wait before anything else; 0 or less means no wait

	// Operation and Match are conditions on the request. A request must meet both.
	Operation string             // name of the operation, see Config.Operation; "" matches all
	Match     func(Request) bool // must not call the server; nil matches all

	// Times is how many requests the fault applies to: 0 is one, or no limit if
	// Probability is set; a negative number means no limit.
	Times int
	// Probability is the share of matching requests that the fault applies to,
	// from 0 to 1. 0 or less means all. Seed determines which requests these are.
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

	random    *rand.Rand
	remaining int // requests still to come; negative: no limit
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
		armed := &armedFault{Fault: f, random: NewRand(f.Seed, 0), remaining: f.Times}
		if f.Times == 0 {
			armed.remaining = 1
			if f.Probability > 0 {
				armed.remaining = -1
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
		if f.remaining > 0 {
			f.remaining--
		}
		if f.remaining == 0 {
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
