// Package paginate walks lists that come in pages.
//
// Every walk keeps the contract of the packages' iterators: it is lazy, starts
// over with each range, yields at most one error, last and with a zero item,
// leaves no goroutine behind when the range statement returns, and never ends
// silently short: what cannot go on ends with an error.
package paginate

import (
	"context"
	"iter"

	"github.com/payclients/payclients-go/internal/cause"
)

// A Source reads one list, for one range. K is what the next page is asked with
// (a cursor, an offset, a page number or a key), R an answer and P a page.
type Source[K comparable, R, P any] struct {
	// Fetch asks for the page at key. It may be called ahead of Open, on another
	// goroutine, but never twice at a time.
	Fetch func(ctx context.Context, key K) (R, error)
	// Peek guesses the key of the page behind answer without decoding it. Nil, or
	// false, is no guess: the walk waits for Open.
	Peek func(key K, answer R) (next K, ok bool)
	// Open decodes the answer to key, in order and on the caller's goroutine.
	Open func(key K, answer R) (Step[K, P], error)
}

// Step is what a walk does with an answer.
type Step[K, P any] struct {
	Page P
	Skip bool // there is nothing in Page to yield
	Next K    // the key of the next page
	Last bool // there is no next page
}

// Walk yields the pages of a list. With ahead above zero the next answers, up to
// that many, are fetched while the caller works on a page.
func Walk[K comparable, R, P any](ctx context.Context, start K, ahead int, open func() Source[K, R, P]) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		source := open()
		answers := reader[K, R]{fetch: source.Fetch, peek: source.Peek, ahead: ahead}
		defer answers.stop()
		var none P
		for key := start; ; {
			answer, err := answers.at(ctx, key)
			if err != nil {
				yield(none, cause.Hide(ctx, err)) // fetched ahead, it knows ctx by a child that may end later
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

// Flatten yields the items of each page, then the error of that page if items
// gives one, and ends there.
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

// Fail yields err and nothing else.
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

// Deliver yields pages on the caller's goroutine, and shows capture each answer
// just before its page.
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
