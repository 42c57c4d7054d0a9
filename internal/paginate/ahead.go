package paginate

import "context"

// reader gives the answers of a source by key and, where it is allowed to, has
// the next ones fetched before they are asked for.
type reader[K comparable, R any] struct {
	fetch func(context.Context, K) (R, error)
	peek  func(K, R) (K, bool)
	ahead int

	fetched chan fetched[K, R] // nil while nothing is fetched ahead
	abandon func()             // ends the fetching
}

type fetched[K, R any] struct {
	key    K
	answer R
	err    error
}

// at is the answer to key. What was fetched ahead for another key was guessed
// wrong: it is thrown away and key is asked again.
func (r *reader[K, R]) at(ctx context.Context, key K) (R, error) {
	if r.ahead <= 0 || r.peek == nil {
		return r.fetch(ctx, key)
	}
	if r.fetched != nil {
		if next, ok := <-r.fetched; ok && next.key == key {
			return next.answer, next.err
		}
		r.stop()
	}
	r.start(ctx, key)
	first := <-r.fetched
	return first.answer, first.err
}

// start fetches from key on until a guess fails. The channel holds one answer
// less than ahead, since one more waits in the goroutine's hand.
func (r *reader[K, R]) start(ctx context.Context, key K) {
	ctx, cancel := context.WithCancel(ctx)
	out := make(chan fetched[K, R], r.ahead-1)
	abandoned := make(chan struct{}) // ctx alone must not swallow an error of its own
	r.fetched, r.abandon = out, func() { close(abandoned); cancel() }
	go func() {
		defer close(out)
		defer cancel()
		for {
			answer, err := r.fetch(ctx, key)
			select {
			case out <- fetched[K, R]{key, answer, err}:
			case <-abandoned:
				return
			}
			if err != nil {
				return
			}
			next, ok := r.peek(key, answer)
			if !ok || next == key {
				return
			}
			key = next
		}
	}()
}

// stop ends what is under way and waits for its end.
func (r *reader[K, R]) stop() {
	if r.fetched == nil {
		return
	}
	r.abandon()
	for range r.fetched { //nolint:revive // drained until the goroutine closes it
	}
	r.fetched = nil
}
