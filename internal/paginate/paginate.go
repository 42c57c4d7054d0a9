// Package paginate iterates over lists that come in pages (pagination).
//
// Every walk keeps the contract of the packages' iterators. It is lazy and starts
// from the beginning with each range. It yields at most one error, as its last
// value, with a zero item. It leaves no goroutine behind when the range statement
// returns. It never ends early without an error.
package paginate

import (
	"context"
	"iter"

	"github.com/payclients/payclients-go/internal/cause"
)

// A Source reads one list, for one range. K is what a page is asked for by (a
// cursor, an offset, a page number or a key), R an answer and P a page.
type Source[K comparable, R, P any] struct {
	// Fetch asks for the page at key. It may be called before Open has seen the
	// answer before, and on another goroutine, but never twice at the same time.
	Fetch func(ctx context.Context, key K) (R, error)
	// Peek guesses the key of the next page from an answer, without decoding it.
	// If Peek is nil or returns false, the walk waits for Open.
	Peek func(key K, answer R) (next K, ok bool)
	// Open decodes the answer to key. It is called in order, on the caller's
	// goroutine. Its error ends the walk.
	Open func(key K, answer R) (Step[K, P], error)
}

// Step says what a walk does after an answer.
type Step[K, P any] struct {
	Page P
	Skip bool // Page holds nothing to yield
	Next K    // the key of the next page
	Last bool // the list has ended
}

// Walk iterates over the pages of a list, from the key start on. Each range
// statement starts over and calls open once. If ahead is above 0, up to that many
// further answers are fetched while the caller works on a page; 0 or less fetches
// none. The walk retries nothing itself. An error of Fetch or Open is the last
// value, with a zero page. The error never holds the cause of ctx.
func Walk[K comparable, R, P any](ctx context.Context, start K, ahead int, open func() Source[K, R, P]) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		source := open()
		answers := reader[K, R]{fetch: source.Fetch, peek: source.Peek, ahead: ahead}
		defer answers.stop()
		var none P
		for key := start; ; {
			answer, err := answers.at(ctx, key)
			if err != nil {
				yield(none, cause.Hide(ctx, err)) // an answer fetched ahead had a child of ctx, which may end later
				return
			}
			step, err := source.Open(key, answer)
			if err != nil {
				yield(none, err)
				return
			}
			if !step.Skip && !yield(step.Page, nil) || step.Last {
				return
			}
			key = step.Next
		}
	}
}

// Flatten iterates over the items of each page of pages. An error of pages is the
// last value, with a zero item. If items returns an error for a page, Flatten
// yields the items that it returned with the error, then the error, and ends. Each
// range statement starts over, as pages does.
func Flatten[P, T any](pages iter.Seq2[P, error], items func(P) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		for page, err := range pages {
			if err != nil {
				yield(none, err)
				return
			}
			list, err := items(page)
			for _, item := range list {
				if !yield(item, nil) {
					return
				}
			}
			if err != nil {
				yield(none, err)
				return
			}
		}
	}
}

// Fail returns an iterator that yields err, with a zero page, and nothing else.
func Fail[P any](err error) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		var none P
		yield(none, err)
	}
}

// Delivery is a page with the answer that it came in.
type Delivery[P, R any] struct {
	Page   P
	Answer R
}

// Deliver iterates over the pages of walk. Just before it yields a page, it calls
// capture with the page's answer, on the caller's goroutine. An error of walk is
// the last value, with a zero page, and without a call of capture.
func Deliver[P, R any](walk iter.Seq2[Delivery[P, R], error], capture func(R)) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		var none P
		for d, err := range walk {
			if err != nil {
				yield(none, err)
				return
			}
			capture(d.Answer)
			if !yield(d.Page, nil) {
				return
			}
		}
	}
}
