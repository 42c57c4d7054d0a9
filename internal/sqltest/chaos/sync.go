package main

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// event is what a child that syncs reports to its parent, one byte each.
type event byte

const (
	fetched  event = 'f' // a request has ended
	applying event = 'a' // rows are being applied, in a transaction
	passed   event = 'p' // a pass has read everything
	fenced   event = 'x' // a pass was fenced
)

// How replicas go about it.
const (
	attempts      = 12 // of a request, so that no pass fails by chance
	betweenPasses = 10 * time.Millisecond
)

// sync makes passes until the process is killed or ctx ends. It returns the first
// error of a pass that was not fenced.
func (o orders) sync(ctx context.Context) error {
	pool, err := o.Database.pool()
	if err != nil {
		return err
	}
	tell := teller(o.Work)
	r, err := find(o.Subject).open(o.URL, o.Database, pool, o.Mode, tell)
	if err != nil {
		return err
	}
	if err := r.migrate(ctx); err != nil { // at each start, as a service does
		return err
	}
	if o.Mode == lease {
		err = r.loop(ctx, tell)
	} else {
		err = r.passes(ctx, tell)
	}
	return errors.Join(err, pool.Close())
}

// teller returns a function that writes an event to standard output, as one byte.
// If several rows are applied together, the function writes only the first event
// applying. It then sleeps for work, if work is above 0. The function is safe for
// concurrent use and ignores write errors.
func teller(work time.Duration) func(event) {
	var mu sync.Mutex
	var last event
	return func(e event) {
		mu.Lock()
		defer mu.Unlock()
		if e == applying && last == applying {
			return
		}
		last = e
		_, _ = os.Stdout.Write([]byte{byte(e)})
		if e == applying && work > 0 {
			<-time.After(work)
		}
	}
}
