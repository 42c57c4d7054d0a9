package paginate

import "context"

// reader returns the answers of a list by key. A key says which page to ask for,
// such as a cursor. While the caller works on an answer, a goroutine of the reader
// fetches the next ones. It is not safe for concurrent use.
type reader[K comparable, R any] struct {
	fetch func(context.Context, K) (R, error) // sends the request for a key
	peek  func(K, R) (K, bool)                // guesses the next key; nil fetches nothing ahead
	ahead int                                 // most answers fetched ahead; 0 or less fetches none

	fetched chan fetched[K, R] // nil while nothing is fetched ahead
	abandon func()             // stops fetching ahead
	next    K                  // key of the answer fetched next, if more
	more    bool
}

type fetched[K, R any] struct {
	answer R
	err    error
	next   K
	more   bool
}

// get returns the answer for key. It returns the answer and the error of fetch
// unchanged. Nothing is retried. The first of these cases that applies decides what
// get does:
//
//   - Nothing is to be fetched ahead (r.ahead is 0 or less, or r.peek is nil): get
//     calls fetch with ctx.
//   - The goroutine that fetches ahead has an answer for key next, or will fetch it
//     next: get waits for this answer. ctx has no effect.
//   - In all other cases get drops all answers fetched ahead, and starts a
//     goroutine for key with ctx, see start. get then waits for the first answer.
//
// The last case applies to the first call, to a key that peek did not guess, and
// after an answer for which peek guessed no other key. It also applies after an error.
// get does not watch ctx: when ctx ends, get waits until fetch returns.
func (r *reader[K, R]) get(ctx context.Context, key K) (R, error) {
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

// start starts a goroutine that fetches the answer for key, and then the answers
// for the keys that peek guesses. r.ahead must be at least 1, and r.peek must not
// be nil. An earlier goroutine must have ended. The goroutine ends in these cases:
//
//   - peek guesses no next key, or the same key again;
//   - fetch fails;
//   - stop is called. Only this case drops answers.
//
// The goroutine's context is a child of ctx. The channel holds r.ahead-1 answers,
// because the goroutine holds one more.
func (r *reader[K, R]) start(ctx context.Context, key K) {
	ctx, cancel := context.WithCancel(ctx)
	out := make(chan fetched[K, R], r.ahead-1)
	abandoned := make(chan struct{}) // with ctx alone, an error that ends ctx would be lost
	r.fetched, r.abandon = out, func() { close(abandoned); cancel() }
	go func() {
		defer close(out)
		defer cancel()
		for {
			var f fetched[K, R]
			f.answer, f.err = r.fetch(ctx, key)
			if f.err == nil { // before it is handed over, because it then belongs to the caller
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

// closed reports whether c is closed. It does not wait. For a nil c it returns
// false. Nothing may be sent on c: closed would take the value and return true. Use
// closed after a select over c and other channels: if c and another channel are
// ready, the select may take the other channel.
func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// stop stops fetching ahead, drops the answers fetched ahead, and waits until the
// goroutine has ended. It cancels the context of a running fetch. It does nothing
// if no goroutine was started.
func (r *reader[K, R]) stop() {
	if r.fetched == nil {
		return
	}
	r.abandon()
	for range r.fetched { // drained until the goroutine closes it
	}
	r.fetched = nil
}
