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
	next    K                  // what is fetched behind the newest answer, if there is more
	more    bool
}

type fetched[K, R any] struct {
	answer R
	err    error
	next   K
	more   bool
}

// at is the answer to key. What is fetched ahead for another key was guessed
// wrong: it is thrown away, finished or not, and key is asked.
func (r *reader[K, R]) at(ctx context.Context, key K) (R, error) {
	if r.ahead <= 0 || r.peek == nil {
		return r.fetch(ctx, key)
	}
	if !r.more || r.next != key {
		r.stop()
		r.start(ctx, key)
	}
	f := <-r.fetched
	r.next, r.more = f.next, f.more
	return f.answer, f.err
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
			var f fetched[K, R]
			f.answer, f.err = r.fetch(ctx, key)
			if f.err == nil { // peeked at before it is handed over: then it is the caller's
				f.next, f.more = r.peek(key, f.answer)
				f.more = f.more && f.next != key
			}
			select {
			case out <- f:
			case <-abandoned:
				return
			}
			if !f.more || closed(abandoned) {
				return
			}
			key = f.next
		}
	}()
}

// closed tells at once, where a select among several takes any that is ready.
func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// stop ends what is under way and waits for its end.
func (r *reader[K, R]) stop() {
	if r.fetched == nil {
		return
	}
	r.abandon()
	for range r.fetched { // drained until the goroutine closes it
	}
	r.fetched = nil
}
