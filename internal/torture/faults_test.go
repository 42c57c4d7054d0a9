package torture_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

// limit is the timeout of an attempt. It is short only where it must strike, which
// is in a bubble: a busy machine is not a fault.
func limit(shape torture.Shape) time.Duration {
	if shape.Slow {
		return time.Second // finik takes a signature for ten
	}
	return time.Minute
}

type fault struct {
	torture.Operation

	shape torture.Shape
}

func (f fault) String() string { return fmt.Sprintf("%s, %s", named(f.Operation), f.shape.Name) }

// faults are all shapes with each of the operations.
func faults(operations []torture.Operation) []fault {
	var all []fault
	for _, shape := range torture.Shapes() {
		for _, o := range operations {
			all = append(all, fault{o, shape})
		}
	}
	return all
}

// atMostOnce reports whether no payment was carried out twice, and how many were.
func atMostOnce(t *testing.T, fake *torture.Fake) (carriedOut int) {
	t.Helper()
	if fake.Effects == nil {
		return 0
	}
	for payment, times := range fake.Effects() {
		assert.LessOrEqual(t, times, 1, "payment %s", payment)
		carriedOut += times
	}
	return carriedOut
}

func TestAFaultThatPasses(t *testing.T) {
	t.Parallel()
	for _, reused := range []bool{false, true} {
		t.Run(fmt.Sprintf("reused connection %t", reused), func(t *testing.T) {
			t.Parallel()
			each(t, faults(kinds()), fault.String, func(t *testing.T, f fault) {
				t.Helper()
				if reused && !f.shape.OnRequests() {
					return // nothing is dialled
				}
				passes(t, f, reused)
			})
		})
	}
}

func passes(t *testing.T, f fault, reused bool) {
	t.Helper()
	want := right(t, f.Operation)
	behind(t, f.Operation, f.shape, func(t *testing.T, fake *torture.Fake, proxy *torture.Proxy, client *http.Client) {
		t.Helper()
		passesBehind(t, f, reused, want, fake, proxy, client)
	})
}

func passesBehind(t *testing.T, f fault, reused bool, want []string, fake *torture.Fake, proxy *torture.Proxy, client *http.Client) {
	t.Helper()
	settings := torture.Settings{URL: proxy.URL, HTTPClient: client, Retry: patient, Timeout: limit(f.shape)}
	if reused {
		_, err := f.Call(t.Context(), settings)
		require.NoError(t, err)
	}
	earlier := atMostOnce(t, fake)
	broken := 1
	if !f.shape.OnRequests() {
		broken = f.Width // net/http drops the fault of a dial that another one has overtaken
	}
	proxy.Break(f.shape, 0, broken)
	got, err := f.Call(t.Context(), settings)
	carriedOut := atMostOnce(t, fake) - earlier

	// What was certainly not sent is sent again whatever its kind; what may have
	// been sent only where a repeat does no harm.
	repeated := !f.shape.Final && (f.shape.Unsent || f.Kind.Repeatable())
	if repeated || f.shape.Harmless {
		require.NoError(t, err)
		if f.Kind == transport.ReadOnly {
			assert.Equal(t, want, got)
		}
		return
	}
	require.Error(t, err)
	unknown := !f.Reads() && !f.shape.Unsent
	assert.Equal(t, unknown, errors.Is(err, transport.ErrOutcomeUnknown), "%v", err)
	if f.shape.Unsent {
		assert.Zero(t, carriedOut, "it cannot have been sent")
	}
}

// The fault strikes in the middle of a walk.
func TestAFaultBetweenPages(t *testing.T) {
	t.Parallel()
	each(t, faults(tried()), fault.String, func(t *testing.T, f fault) {
		t.Helper()
		if f.Kind != transport.ReadOnly || !f.shape.OnRequests() || f.shape.Final {
			return
		}
		want := right(t, f.Operation)
		behind(t, f.Operation, f.shape, func(t *testing.T, _ *torture.Fake, proxy *torture.Proxy, client *http.Client) {
			t.Helper()
			proxy.Break(f.shape, 1, 2)
			got, err := f.Call(t.Context(), torture.Settings{URL: proxy.URL, HTTPClient: client, Retry: patient, Timeout: limit(f.shape)})
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	})
}

func TestAFaultThatStays(t *testing.T) {
	t.Parallel()
	each(t, faults(kinds()), fault.String, func(t *testing.T, f fault) {
		t.Helper()
		behind(t, f.Operation, f.shape, func(t *testing.T, fake *torture.Fake, proxy *torture.Proxy, client *http.Client) {
			t.Helper()
			stays(t, f, fake, proxy, client)
		})
	})
}

func stays(t *testing.T, f fault, fake *torture.Fake, proxy *torture.Proxy, client *http.Client) {
	t.Helper()
	proxy.Break(f.shape, 0, -1)
	deadline := limit(f.shape)
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	var told heard
	begun := time.Now()
	got, err := f.Call(ctx, torture.Settings{
		URL: proxy.URL, HTTPClient: client, Retry: quick, Timeout: 2 * deadline, Observer: told.observe,
	})
	if f.shape.Slow {
		assert.Equal(t, deadline, time.Since(begun), "the call ends with its deadline")
	}
	carriedOut := atMostOnce(t, fake)
	if f.shape.Harmless {
		require.NoError(t, err)
		return
	}
	if f.Duplicate != nil && f.Kind == transport.Idempotent && carriedOut == 1 {
		// The second attempt is refused, and a refusal counts though its body is
		// broken; it names the payment, if enough of it is left.
		if err != nil {
			typed(t, f.Operation, err)
			assert.ErrorIs(t, err, transport.ErrOutcomeUnknown)
		}
		return
	}
	require.Error(t, err)
	assert.Empty(t, got)
	if f.shape.Cause != nil {
		assert.True(t, f.shape.Cause(err), "%#v", err)
	}
	typed(t, f.Operation, err)
	toldAlike(t, f.Operation, err, &told)
	unknown := !f.Reads() && !f.shape.Unsent
	assert.Equal(t, unknown, errors.Is(err, transport.ErrOutcomeUnknown), "%v", err)
	if f.shape.Unsent {
		assert.Zero(t, fake.Hits())
		assert.Zero(t, carriedOut)
	}
	if f.Width == 1 {
		assert.Len(t, told.all(), attemptsOf(f))
	}
}

// typed is an error with a status, or one of the transport; never one that
// prints the URL.
func typed(t *testing.T, o torture.Operation, err error) {
	t.Helper()
	var call *transport.Error
	_, answered := o.Status(err)
	stalled := o.Stalled != nil && errors.Is(err, o.Stalled) // after answers that are each a success, so it has no class
	assert.True(t, answered || errors.As(err, &call) || errors.Is(err, o.TooLarge) || stalled, "%v", err)
	assert.True(t, strings.HasPrefix(err.Error(), o.Package+": "), "%v", err)
	if o.Provider != control && !stalled { // rows that do not decode are of an answer that ends well
		assert.Equal(t, strings.Contains(err.Error(), "that do not decode"), classOf(t, err) == "", "%v", err)
	}
	var u *url.Error
	assert.NotErrorAs(t, err, &u)
}

// attemptsOf is how often a call with a fault that stays is tried.
func attemptsOf(f fault) int {
	if f.shape.Final || f.shape.Slow || !f.Kind.Repeatable() && !f.shape.Unsent {
		return 1
	}
	return quick.MaxAttempts
}
