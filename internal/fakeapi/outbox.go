package fakeapi

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// sendTimeout limits one request, with its redirects. defaultAttempts is the number
// of rounds if Delivery.Attempts is 0.
const (
	sendTimeout     = 30 * time.Second
	defaultAttempts = 5
)

// Outbox holds the webhook events of a fake, in the order of Add. The zero value
// is empty and ready. It is safe for concurrent use.
type Outbox[E any] struct {
	mu      sync.Mutex
	entries []*entry[E]
}

type entry[E any] struct {
	event        E
	body         []byte
	sent         int
	acknowledged bool
}

// Add appends event. body is the request body that Deliver sends for the event. The
// caller must not change body afterwards. An event that is added twice is sent
// twice.
func (o *Outbox[E]) Add(event E, body []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.entries = append(o.entries, &entry[E]{event: event, body: body})
}

// All returns shallow copies of all events in the order of Add. Without events the
// slice is empty.
//
// All calls show once for each copy, so that show can fill in fields of *event.
// show must not be nil and must not call the outbox. Its other arguments describe
// the event:
//
//   - body is a copy of the body;
//   - sent is how many requests Deliver made for the event since Add or Reset. A
//     request without an answer counts too (the connection failed, or 30 seconds
//     have passed). A request does not count if the ctx of Deliver ended meanwhile.
//   - acknowledged reports whether a receiver answered 2xx since Add or Reset.
func (o *Outbox[E]) All(show func(event *E, body []byte, sent int, acknowledged bool)) []E {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := make([]E, len(o.entries))
	for i, e := range o.entries {
		out[i] = e.event
		show(&out[i], bytes.Clone(e.body), e.sent, e.acknowledged)
	}
	return out
}

// Reset marks all events as never sent and not acknowledged, so that Deliver sends
// them again. It removes none.
func (o *Outbox[E]) Reset() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		e.sent, e.acknowledged = 0, false
	}
}

// Delivery configures [Outbox.Deliver], which sends events in rounds. In each round
// Deliver sends each event once, except events that a receiver has acknowledged
// (answered with a 2xx). Duplicates adds further requests.
type Delivery struct {
	Attempts   int           // most rounds; 0 is 5, a negative number is none
	Interval   time.Duration // wait between two rounds; 0 or less means no wait
	Duplicates int           // percent: chance of each event, acknowledged or not, to be sent once more in a round
	Shuffle    bool          // sends the events of a round in random order
	Seed       uint64        // determines the duplicates and the order
	// Request returns the request for a body; it must not be nil. Its error ends
	// the delivery.
	Request func(body []byte) (*http.Request, error)
}

// Deliver sends the events that are not acknowledged, one after the other, in
// rounds. A receiver acknowledges an event with a 2xx. Any other event is sent
// again in the next round: one with another status, one whose request failed, or
// one without an answer within 30 seconds. With d.Duplicates a round also sends
// some events once more, acknowledged events too. Deliver waits for d.Interval
// between two rounds.
//
// Deliver ends in these cases:
//
//   - All events are acknowledged: err is nil.
//   - d.Attempts rounds have passed: err is nil. 0 means 5 rounds, and a negative
//     number no round.
//   - ctx has ended: err is ctx.Err(). The answer to a request that was under way
//     is dropped, and its event does not count as sent.
//   - d.Request returns an error: err is this error, unchanged.
//
// left is the number of events that are not acknowledged, in each case. If
// d.Request is nil, Deliver panics at the first event to be sent. Deliver looks at
// ctx before and after each request: d.Request should put ctx into the request, so
// that the end of ctx stops a request that is under way.
func (o *Outbox[E]) Deliver(ctx context.Context, d Delivery) (left int, err error) {
	client, hangUp := caller()
	defer hangUp()
	random := NewRand(d.Seed, 2)
	if d.Attempts == 0 {
		d.Attempts = defaultAttempts
	}
	for round := range d.Attempts {
		queue := o.queue(random, d)
		if len(queue) == 0 {
			break
		}
		if round > 0 {
			timer := time.NewTimer(d.Interval)
			select {
			case <-ctx.Done():
			case <-timer.C:
			}
			timer.Stop()
		}
		for _, e := range queue {
			if err := o.deliver(ctx, client, e, d); err != nil {
				return o.unacknowledged(), err
			}
		}
	}
	return o.unacknowledged(), nil
}

func (o *Outbox[E]) deliver(ctx context.Context, client *http.Client, e *entry[E], d Delivery) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	request, err := d.Request(e.body)
	if err != nil {
		return err
	}
	status, err := post(client, request)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	e.sent++ // without an answer the event stays for the next round
	e.acknowledged = e.acknowledged || err == nil && status/100 == 2
	return nil
}

// queue returns the events that the next round of d sends, or nil if all events are
// acknowledged. random makes the random choices. queue takes the events that are
// not acknowledged, in the order of Add. After them it adds each event of the
// outbox, acknowledged or not, once more with a chance of d.Duplicates percent. If
// d.Shuffle is true, the result is in a random order.
func (o *Outbox[E]) queue(random *rand.Rand, d Delivery) []*entry[E] {
	o.mu.Lock()
	defer o.mu.Unlock()
	queue := slices.DeleteFunc(slices.Clone(o.entries), func(e *entry[E]) bool { return e.acknowledged })
	if len(queue) == 0 {
		return nil
	}
	for _, e := range o.entries {
		if random.IntN(100) < d.Duplicates {
			queue = append(queue, e)
		}
	}
	if d.Shuffle {
		random.Shuffle(len(queue), func(i, j int) { queue[i], queue[j] = queue[j], queue[i] })
	}
	return queue
}

func (o *Outbox[E]) unacknowledged() (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		if !e.acknowledged {
			n++
		}
	}
	return n
}

// Send sends bodies one after the other, each once, and returns the status codes of
// the answers in the same order. Any status is a success. request makes the request
// for a body and must not be nil. Redirects are followed. Nothing is retried.
// Without bodies Send returns nil and nil. Send stops at the first error, and
// returns it with the statuses of the bodies before:
//
//   - request fails: the error of request, unchanged.
//   - A body gets no answer within 30 seconds, or the connection fails: an error
//     with the position of the body, counted from 0.
func Send(bodies [][]byte, request func(body []byte) (*http.Request, error)) ([]int, error) {
	client, hangUp := caller()
	defer hangUp()
	var statuses []int
	for i, body := range bodies {
		r, err := request(body)
		if err != nil {
			return statuses, err
		}
		status, err := post(client, r)
		if err != nil {
			return statuses, fmt.Errorf("webhook event %d: %w", i, err)
		}
		statuses = append(statuses, status)
	}
	return statuses, nil
}

// caller returns an HTTP client with its own connections, a timeout of 30 seconds
// for each request, and no retries. hangUp closes the client's idle connections.
func caller() (client *http.Client, hangUp func()) {
	connections := &http.Transport{}
	return &http.Client{Transport: connections, Timeout: sendTimeout}, connections.CloseIdleConnections
}

func post(client *http.Client, request *http.Request) (status int, err error) {
	response, err := client.Do(request) //nolint:forbidigo // here the provider is the client
	if err != nil {
		return 0, err
	}
	_ = response.Body.Close()
	return response.StatusCode, nil
}
