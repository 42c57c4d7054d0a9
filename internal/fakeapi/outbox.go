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

const (
	sendTimeout     = 30 * time.Second
	defaultAttempts = 5
)

// Outbox holds the webhook events of a fake, in order. Its methods may be called
// at the same time.
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

// Add adds an event and what is sent of it.
func (o *Outbox[E]) Add(event E, body []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.entries = append(o.entries, &entry[E]{event: event, body: body})
}

// All are the events. show completes each, which the caller owns.
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

// Reset makes all events as if they had never been sent.
func (o *Outbox[E]) Reset() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		e.sent, e.acknowledged = 0, false
	}
}

// Delivery says how events are delivered.
type Delivery struct {
	Attempts   int           // rounds; 0 is 5
	Interval   time.Duration // between rounds
	Duplicates int           // of a hundred events that a round delivers once more
	Shuffle    bool
	Seed       uint64
	// Request makes the request with a body.
	Request func(body []byte) (*http.Request, error)
}

// Deliver sends the events until each is acknowledged or the rounds are over, and
// returns how many are not. The error is that of ctx or of Request.
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
	e.sent++ // without an answer the event stays and comes again: the receiver's fault
	e.acknowledged = e.acknowledged || err == nil && status/100 == 2
	return nil
}

// queue is what the next round delivers.
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

// Send sends bodies one after the other, and returns the statuses of the answers.
// It stops at the first request that gets no answer.
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

// caller has connections of its own: others keep theirs.
func caller() (client *http.Client, hangUp func()) {
	connections := &http.Transport{}
	return &http.Client{Transport: connections, Timeout: sendTimeout}, connections.CloseIdleConnections
}

func post(client *http.Client, request *http.Request) (status int, err error) {
	response, err := client.Do(request) //nolint:forbidigo // here it is the provider that calls
	if err != nil {
		return 0, err
	}
	_ = response.Body.Close()
	return response.StatusCode, nil
}
