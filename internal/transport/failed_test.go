package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

var errOurs = errors.New("pkg: response too large")

// What a package returns without an answer has a class, and all else that the
// cause has; the class is not that of an error inside the cause.
func TestFailuresHaveAClass(t *testing.T) {
	t.Parallel()
	inner := transport.Classed(errors.New("of another call"), "unauthorized")
	for name, tt := range map[string]struct {
		err     error
		text    string
		class   string
		is      error
		unknown bool
	}{
		"network":          {&transport.Error{Class: "reset", Err: io.EOF}, "pkg: Call: EOF", "reset", io.EOF, false},
		"in doubt":         {&transport.Error{Class: "reset", Err: io.EOF, Ambiguous: true}, "pkg: Call: EOF, payment outcome unknown", "reset", io.EOF, true},
		"too large":        {&transport.Error{Class: "too_large", Err: transport.ErrTooLarge}, "pkg: response too large: Call", "too_large", errOurs, false},
		"large, in doubt":  {&transport.Error{Class: "too_large", Err: transport.ErrTooLarge, Ambiguous: true}, "pkg: response too large: Call, payment outcome unknown", "too_large", errOurs, true},
		"credentials":      {&transport.Error{Class: "credentials", Err: inner}, "pkg: Call: credentials were not available", "credentials", inner, false},
		"of somebody else": {context.Canceled, "pkg: Call: context canceled", "canceled", context.Canceled, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := fmt.Errorf("wrapped: %w", transport.Failure("pkg", "Call", tt.err, transport.Sentinels{TooLarge: errOurs, Unknown: transport.ErrOutcomeUnknown}))
			var failed interface{ Class() string }
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, tt.class, failed.Class())
			require.ErrorIs(t, err, tt.is)
			assert.Equal(t, tt.unknown, errors.Is(err, transport.ErrOutcomeUnknown))
			for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
				assert.Equal(t, tt.text, fmt.Sprintf(verb, failed))
			}
			var call *transport.Error
			assert.Equal(t, !errors.Is(err, errOurs) && name != "of somebody else", errors.As(err, &call), "an answer came where it is too large")
		})
	}
}

func TestAnErrorWithAClass(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"not_found": transport.Classed(io.EOF, "not_found"),
		"canceled":  transport.Ended(io.EOF, context.Canceled),
		"timeout":   transport.Ended(io.EOF, context.DeadlineExceeded),
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			var failed interface{ Class() string }
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, want, failed.Class())
			require.ErrorIs(t, err, io.EOF)
			require.EqualError(t, err, "EOF")
			assert.NotErrorIs(t, err, transport.ErrOutcomeUnknown)
		})
	}
}
