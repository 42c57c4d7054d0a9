package cause_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/cause"
)

var (
	errMine    = errors.New("mine")
	errForeign = errors.New("FOREIGN")
)

// wrapper is an error that prints what it wraps.
type wrapper struct{ err error }

func (w *wrapper) Error() string { return "wrapped " + w.err.Error() }
func (w *wrapper) Unwrap() error { return w.err }

// list is an error without an equality of its own.
type list []error

func (l list) Error() string   { return "FOREIGN list" }
func (l list) Unwrap() []error { return l }

// holder cannot be compared for what it holds.
type holder struct{ held any }

func (holder) Error() string { return "FOREIGN holder" }

func cancelled(by error) context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(by)
	return ctx
}

func timedOut(by error) context.Context {
	ctx, cancel := context.WithDeadlineCause(context.Background(), time.Unix(0, 0), by)
	cancel()
	return ctx
}

func TestHide(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]error{
		"text":                  errForeign,
		"pointer":               &wrapper{errForeign},
		"list":                  list{errForeign, io.EOF},
		"empty list":            list{},
		"holder":                holder{[]int{1}},
		"around canceled":       fmt.Errorf("FOREIGN: %w", context.Canceled),
		"around a deadline":     fmt.Errorf("FOREIGN: %w", context.DeadlineExceeded),
		"a URL's":               &url.Error{Op: "Get", URL: "FOREIGN", Err: errForeign},
		"of another call of us": cause.Hide(cancelled(errForeign), &wrapper{errForeign}),
	} {
		for ending, ctx := range map[string]context.Context{"canceled": cancelled(by), "timeout": timedOut(by)} {
			is, not := context.Canceled, context.DeadlineExceeded
			if ending == "timeout" {
				is, not = not, is
			}
			top := &wrapper{by}
			for shape, err := range map[string]error{
				"itself":   by,
				"wrapped":  top,
				"joined":   errors.Join(errMine, by),
				"deep":     fmt.Errorf("%w: %w", errMine, &wrapper{fmt.Errorf("x: %w", by)}),
				"both":     errors.Join(&wrapper{by}, by, errMine),
				"of a URL": &url.Error{Op: "Get", URL: "https://api.example.com", Err: by},
			} {
				got := cause.Hide(ctx, err)
				require.ErrorIs(t, got, is, "%s, %s, %s", name, ending, shape)
				assert.NotErrorIs(t, got, not, "%s, %s, %s", name, ending, shape)
				assert.NotErrorIs(t, got, errForeign, "%s, %s, %s", name, ending, shape)
				assert.NotErrorAs(t, got, new(list))
				assert.NotErrorAs(t, got, new(holder))
				assert.NotErrorAs(t, got, new(*wrapper), "it would print the cause")
				for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
					assert.NotContains(t, fmt.Sprintf(verb+verb, got, fmt.Errorf("x: %w", got)), "FOREIGN", "%s, %s, %s", name, ending, shape)
				}
				assert.Equal(t, is.Error(), got.Error(), "%s, %s, %s", name, ending, shape)
				if shape == "joined" || shape == "deep" || shape == "both" {
					assert.ErrorIs(t, got, errMine, "%s, %s, %s", name, ending, shape)
				}
				if shape == "wrapped" {
					assert.ErrorIs(t, got, error(top), "what wraps a cause is known by its value")
				}
				if shape != "itself" {
					assert.Equal(t, is, cause.Ended(got))
				}
				assert.Equal(t, got, cause.Hide(ctx, got), "a second time changes nothing")
			}
		}
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	by := &wrapper{errForeign}
	for _, err := range []error{by, fmt.Errorf("%w: %w", errMine, by)} {
		got := cause.Keep(cancelled(by), err)
		require.ErrorIs(t, got, context.Canceled)
		assert.ErrorIs(t, got, error(by))
		assert.NotErrorIs(t, got, errForeign)
		assert.NotErrorAs(t, got, new(*wrapper))
		assert.Equal(t, "context canceled", got.Error())
		assert.Equal(t, err, cause.Keep(t.Context(), err))
	}
	assert.NoError(t, cause.Keep(cancelled(by), nil))
}

func TestHideLeavesAlone(t *testing.T) {
	t.Parallel()
	plain, cancel := context.WithCancel(t.Context())
	cancel()
	for name, ctx := range map[string]context.Context{
		"going on": t.Context(), "ended without a cause": plain, "with another cause": cancelled(errForeign),
		"cut off": context.WithoutCancel(cancelled(errMine)),
	} {
		for _, err := range []error{nil, errMine, &wrapper{errMine}, context.Canceled, fmt.Errorf("x: %w", context.DeadlineExceeded), io.EOF} {
			got := cause.Hide(ctx, err)
			assert.Equal(t, err, got, name)
			assert.NoError(t, cause.Ended(got))
		}
	}
}

func TestWithoutURL(t *testing.T) {
	t.Parallel()
	const address = "https://api.example.com?key=SECRET"
	wrap := func(err error) error { return &url.Error{Op: "Get", URL: address, Err: err} }
	for name, test := range map[string]struct{ err, is error }{
		"outermost": {wrap(io.EOF), io.EOF},
		"twice":     {wrap(wrap(io.EOF)), io.EOF},
		"wrapped":   {&wrapper{wrap(io.EOF)}, io.EOF},
		"beside":    {fmt.Errorf("%w: %w", errMine, wrap(io.EOF)), errMine},
		"deep":      {wrap(fmt.Errorf("%w: %w", errMine, &wrapper{wrap(wrap(io.EOF))})), errMine},
		"of none":   {errors.Join(errMine, wrap(nil)), errMine},
	} {
		got := cause.WithoutURL(test.err)
		assert.ErrorIs(t, got, test.is, name)
		assert.NotErrorAs(t, got, new(*url.Error), name)
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v", got, got, got), "SECRET", name)
		assert.NoError(t, cause.Ended(got))
	}
	assert.NoError(t, cause.WithoutURL(nil))
	assert.Equal(t, errMine, cause.WithoutURL(errMine))
}

func TestOwn(t *testing.T) {
	t.Parallel()
	w := &wrapper{errMine}
	got, ok := cause.Own[*wrapper](w)
	assert.True(t, ok)
	assert.Same(t, w, got)
	for _, err := range []error{nil, errMine, fmt.Errorf("x: %w", w), errors.Join(w)} {
		_, ok := cause.Own[*wrapper](err)
		assert.False(t, ok)
	}
}
