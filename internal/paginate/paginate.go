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

// A Source reads one list, for one range statement. K is the type of a key, which
// says what page to ask for: a cursor, an offset or a page number. R is the type of
// an answer, and P of a page.
type Source[K comparable, R, P any] struct {
	// Fetch sends the request for the page at key; it must not be nil. It may run
	// on another goroutine, before Open has got the previous answer and while Open
	// runs. Two calls of Fetch never run at the same time. Its error ends the walk.
	Fetch func(ctx context.Context, key K) (R, error)
	// Peek guesses the key of the next page from the answer for key, without
	// decoding it. It runs on the goroutine of Fetch. If Peek is nil or returns
	// false, the next page is fetched after Open. A wrong guess costs a request.
	Peek func(key K, answer R) (next K, ok bool)
	// Open decodes the answer for key; it must not be nil. It is called in order,
	// on the caller's goroutine. Its error ends the walk.
	Open func(key K, answer R) (Step[K, P], error)
}

// Step says what [Walk] does after an answer.
type Step[K, P any] struct {
	Page P    // yielded, unless Skip is set
	Skip bool // Page holds nothing to yield
	Next K    // the key of the next page; ignored if Last is set
	Last bool // the list has ended: no request follows
}

// Walk iterates over the pages of a list. The first page is the page at the key
// start. Each range statement begins there again and calls newSource once;
// newSource must not be nil.
//
// While the caller works on a page, a goroutine fetches up to ahead further
// answers, if Source.Peek guesses their keys. If ahead is 0 or less, nothing is
// fetched ahead. If the caller leaves the range statement early, Walk stops the
// goroutine and waits for its end.
//
// An error of Source.Fetch or Source.Open is the last value, with a zero page.
// Nothing is retried. Errors are yielded unchanged, with one exception: if ctx has
// ended and the error of Source.Fetch is or wraps context.Cause(ctx), Walk yields
// ctx.Err() in place of the cause, see [cause.Hide]. Walk itself does not look at
// ctx; Source.Fetch gets it.
func Walk[K comparable, R, P any](ctx context.Context, start K, ahead int, newSource func() Source[K, R, P]) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		source := newSource()
		answers := reader[K, R]{fetch: source.Fetch, peek: source.Peek, ahead: ahead}
		defer answers.stop()
		var none P
		for key := start; ; {
			answer, err := answers.get(ctx, key)
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

// Flatten iterates over the items of each page of pages, in order. items returns
// the items of a page and must not be nil. Each range statement starts pages again.
// The first error ends Flatten:
//
//   - An error of pages is the last value, unchanged, with a zero item.
//   - If items returns items with an error, Flatten yields the items first. The
//     error is the last value, unchanged, with a zero item.
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

// Fail returns an iterator that yields one value: a zero page with err. err must
// not be nil, because a nil err would be yielded as a page. Each range statement
// yields the value again.
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
// capture with the page's answer, on the caller's goroutine. capture must not be
// nil. An error of walk is the last value, unchanged, with a zero page and without
// a call of capture. Each range statement starts walk again.
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
