package poll_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/poll"
	"github.com/payclients/payclients-go/internal/transport"
)

// refused is a refusal by a service.
type refused struct {
	status int
	wait   time.Duration
}

func (r *refused) Error() string { return fmt.Sprintf("status %d", r.status) }

func refusal(err error) (status int, retryAfter time.Duration, ok bool) {
	if r, ok := errors.AsType[*refused](err); ok {
		return r.status, r.wait, true
	}
	return 0, 0, false
}

var errNetwork = &transport.Error{Class: "reset", Err: io.ErrUnexpectedEOF}

func TestUntilReadsAtGrowingIntervals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var at []time.Duration
		answers := []error{nil, errNetwork, &refused{status: 503, wait: time.Minute}, &refused{status: 429}, nil, nil}
		got, err := poll.Poll[int]{
			Name: "p: Wait", Params: poll.Params{First: 5 * time.Second, MinInterval: time.Second, MaxInterval: 3 * time.Second},
			Read: func(context.Context) (*int, error) {
				at = append(at, time.Since(start))
				return new(len(at)), answers[len(at)-1]
			},
			Done:    func(n *int) bool { return *n == len(answers) },
			Refusal: refusal,
		}.Until(t.Context(), nil)
		require.NoError(t, err)
		assert.Equal(t, len(answers), *got)
		assert.Equal(t, []time.Duration{
			5 * time.Second, 6 * time.Second, 8 * time.Second,
			68 * time.Second, // Retry-After
			71 * time.Second, 74 * time.Second,
		}, at)
	})
}

func TestUntilEnds(t *testing.T) {
	t.Parallel()
	errFinal := errors.New("another payment")
	certificate := &transport.Error{Class: "tls", Err: &tls.CertificateVerificationError{Err: io.EOF}}
	for name, test := range map[string]struct {
		err, want error
		reads     int
		text      string
	}{
		"an error of the answer": {errFinal, errFinal, 1, "another payment"},
		"a refusal":              {&refused{status: 404}, &refused{status: 404}, 1, "status 404"},
		"credentials":            {&transport.Error{Class: "credentials", Err: errFinal}, errFinal, 1, ""},
		"a certificate":          {certificate, certificate, 1, ""},
		"the context":            {errNetwork, context.DeadlineExceeded, 3, "p: Wait: context deadline exceeded, last read: unexpected EOF"},
		"the context, unread":    {nil, context.DeadlineExceeded, 3, "p: Wait: context deadline exceeded"},
		"the context by itself":  {fmt.Errorf("read: %w: %w", context.DeadlineExceeded, errNetwork), context.DeadlineExceeded, 3, "read: context deadline exceeded: unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				reads, known := 0, 7
				last, err := poll.Poll[int]{
					Name: "p: Wait", Params: poll.Params{MinInterval: 10 * time.Second, MaxInterval: 15 * time.Second},
					Read:    func(context.Context) (*int, error) { reads++; return new(known), test.err },
					Done:    func(*int) bool { return false },
					Refusal: refusal,
				}.Until(ctx, &known)
				if is, ok := errors.AsType[*refused](test.want); ok {
					assert.Equal(t, is, err)
				} else {
					require.ErrorIs(t, err, test.want)
				}
				if test.text != "" {
					require.EqualError(t, err, test.text)
				}
				if strings.HasPrefix(test.text, "p: Wait") {
					var failed interface{ Class() string }
					require.ErrorAs(t, err, &failed)
					assert.Equal(t, "timeout", failed.Class())
				}
				assert.Equal(t, test.reads, reads)
				assert.Equal(t, known, *last, "what is known stays")
			})
		})
	}
}

func TestUntilReadsNothingOnceTheContextHasEnded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	last, err := poll.Poll[int]{Name: "p: Wait"}.Until(ctx, nil)
	assert.Nil(t, last)
	require.ErrorIs(t, err, context.Canceled)
	require.EqualError(t, err, "p: Wait: context canceled")
	var failed interface{ Class() string }
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "canceled", failed.Class())
}

func TestParams(t *testing.T) {
	t.Parallel()
	defaults := poll.Params{First: 4, MinInterval: 10, MaxInterval: 60}
	for _, test := range []struct{ given, want poll.Params }{
		{poll.Params{}, defaults},
		{poll.Params{First: 1}, poll.Params{First: 1, MinInterval: 10, MaxInterval: 60}},
		{poll.Params{MaxInterval: 5}, poll.Params{First: 4, MinInterval: 5, MaxInterval: 5}},
		{poll.Params{MinInterval: 90}, poll.Params{First: 4, MinInterval: 90, MaxInterval: 90}},
		{poll.Params{MinInterval: 2, MaxInterval: 3}, poll.Params{First: 4, MinInterval: 2, MaxInterval: 3}},
	} {
		assert.Empty(t, test.given.Problems())
		assert.Equal(t, test.want, test.given.Or(defaults))
	}
	const negative, crossed = "WaitParams: intervals must not be negative", "WaitParams: MinInterval must not be above MaxInterval"
	for _, p := range []poll.Params{{First: -1}, {MinInterval: -1}, {MaxInterval: -1}} {
		assert.Equal(t, []string{negative}, p.Problems())
	}
	assert.Equal(t, []string{crossed}, poll.Params{MinInterval: 2, MaxInterval: 1}.Problems())
}
