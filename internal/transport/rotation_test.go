package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

// Two hundred calls are refused at a time: one renewal, well or badly.
func TestConcurrentRenewals(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{"renewed": nil, "failing": errors.New("no")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var renewals atomic.Int64
				var current atomic.Value
				current.Store("old")
				c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
					time.Sleep(time.Second) // all are on the way together
					if r.Header.Get("Authorization") != "Bearer new" {
						return answer(401, ""), nil
					}
					return answer(200, "{}"), nil
				}))
				c.Authorizer = transport.Bearer(tokens(func(_ context.Context, rejected string) (string, error) {
					if rejected == "" {
						return current.Load().(string), nil
					}
					renewals.Add(1)
					time.Sleep(time.Second)
					if failure != nil {
						return "", failure
					}
					current.Store("new")
					return "new", nil
				}), nil)
				client := transport.New(c)
				start := time.Now()
				want := 200
				if failure != nil {
					want = 401
				}
				var all sync.WaitGroup
				for range 200 {
					all.Go(func() {
						got, err := client.Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
						assert.NoError(t, err)
						assert.Equal(t, want, got.StatusCode)
					})
				}
				all.Wait()
				assert.EqualValues(t, 1, renewals.Load())
				assert.LessOrEqual(t, time.Since(start), 3*time.Second)
				_, err := client.Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
				require.NoError(t, err)
				if failure != nil { // a later call asks again
					assert.EqualValues(t, 2, renewals.Load())
				}
			})
		})
	}
}

// A source that does not keep what it mints returns the configured token each
// time. It is known to be dead once it was refused: what was minted for it is sent
// at once, and replaced in the call that finds that it has run out.
func TestAMintedTokenThatHasRunOutIsReplaced(t *testing.T) {
	t.Parallel()
	valid, minted := "minted-1", 0
	var sent, rejections []string
	c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if sent = append(sent, token); token != valid {
			return answer(401, ""), nil
		}
		return answer(200, "{}"), nil
	}))
	c.Authorizer = transport.Bearer(tokens(func(_ context.Context, rejected string) (string, error) {
		if rejected == "" {
			return "configured", nil
		}
		rejections = append(rejections, rejected)
		minted++
		return fmt.Sprint("minted-", minted), nil
	}), nil)
	client := transport.New(c)
	for _, step := range []struct {
		valid            string
		sent, rejections []string
		status           int
	}{
		{"configured", []string{"configured"}, nil, 200},
		{"minted-1", []string{"configured", "minted-1"}, []string{"configured"}, 200},
		{"minted-1", []string{"minted-1"}, nil, 200},
		{"minted-2", []string{"minted-1", "minted-2"}, []string{"minted-1"}, 200},
		{"minted-2", []string{"minted-2"}, nil, 200},
		{"nothing", []string{"minted-2", "minted-3"}, []string{"minted-2"}, 401},
		{"minted-4", []string{"minted-3", "minted-4"}, []string{"minted-3"}, 200},
	} {
		valid, sent, rejections = step.valid, nil, nil
		got, err := client.Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
		require.NoError(t, err)
		assert.Equal(t, step.status, got.StatusCode)
		assert.Equal(t, step.sent, sent)
		assert.Equal(t, step.rejections, rejections)
	}
}

// Two hundred calls find out at a time that a minted token has run out.
func TestConcurrentRenewalsOfAMintedToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var valid atomic.Value
		var minted atomic.Int64
		valid.Store("minted-1")
		c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second) // all are on the way together
			if r.Header.Get("Authorization") != "Bearer "+valid.Load().(string) {
				return answer(401, ""), nil
			}
			return answer(200, "{}"), nil
		}))
		c.Authorizer = transport.Bearer(tokens(func(_ context.Context, rejected string) (string, error) {
			if rejected == "" {
				return "configured", nil
			}
			time.Sleep(time.Second)
			return fmt.Sprint("minted-", minted.Add(1)), nil
		}), nil)
		client := transport.New(c)
		for n := int64(1); n <= 3; n++ {
			valid.Store(fmt.Sprint("minted-", n))
			var all sync.WaitGroup
			for range 200 {
				all.Go(func() {
					got, err := client.Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
					assert.NoError(t, err)
					assert.Equal(t, 200, got.StatusCode)
				})
			}
			all.Wait()
			assert.Equal(t, n, minted.Load())
		}
	})
}

// A source that gives back what was refused is asked again by the next call.
func TestARefusedTokenIsNotKept(t *testing.T) {
	t.Parallel()
	asked := 0
	c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") != "Bearer new" {
			return answer(401, ""), nil
		}
		return answer(200, "{}"), nil
	}))
	c.Authorizer = transport.Bearer(tokens(func(_ context.Context, rejected string) (string, error) {
		if rejected == "" {
			return "old", nil
		}
		if asked++; asked < 3 {
			return rejected, nil
		}
		return "new", nil
	}), nil)
	client := transport.New(c)
	for _, want := range []int{401, 401, 200, 200} {
		got, err := client.Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
		require.NoError(t, err)
		assert.Equal(t, want, got.StatusCode)
	}
	assert.Equal(t, 3, asked)
}

// A call that ends while it renews neither holds up the others nor fails them.
func TestRenewalOfACancelledCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		renewals := 0
		c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("Authorization") != "Bearer new" {
				return answer(401, ""), nil
			}
			return answer(200, "{}"), nil
		}))
		c.Authorizer = transport.Bearer(tokens(func(ctx context.Context, rejected string) (string, error) {
			if rejected == "" {
				return "old", nil
			}
			if renewals++; renewals == 1 {
				<-ctx.Done()
				return "", ctx.Err()
			}
			return "new", nil
		}), nil)
		client := transport.New(c)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			got, err := client.Do(ctx, request(t, transport.Once, "POST", api, "{}"))
			assert.NoError(t, err)
			assert.Equal(t, 401, got.StatusCode)
		})
		synctest.Wait()
		for range 10 {
			all.Go(func() {
				got, err := client.Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
				assert.NoError(t, err)
				assert.Equal(t, 200, got.StatusCode)
			})
		}
		synctest.Wait()
		cancel()
		all.Wait()
		assert.Equal(t, 2, renewals)
	})
}

// keys have no equality: nobody knows whether two are the same.
type keys struct{ sign func() string }

// Two hundred calls are refused at a time: credentials that cannot be compared are
// renewed once too.
func TestConcurrentRenewalsWithoutEquality(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var renewals atomic.Int64
		named := func(name string) keys { return keys{func() string { return name }} }
		rotation := transport.NewRotation(func(_ context.Context, rejected *keys) (keys, error) {
			if rejected == nil {
				return named("old"), nil
			}
			assert.Equal(t, "old", rejected.sign())
			renewals.Add(1)
			time.Sleep(time.Second)
			return named("new"), nil
		}, func(keys, keys) bool { return false })
		c := config(t, api, wire(func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second) // all are on the way together
			if r.Header.Get("Key") != "new" {
				return answer(401, ""), nil
			}
			return answer(200, "{}"), nil
		}))
		c.Authorizer = rotation.Authorizer(func(r *http.Request, _ []byte, k keys) error { r.Header.Set("Key", k.sign()); return nil })
		client := transport.New(c)
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() {
				got, err := client.Do(t.Context(), request(t, transport.Once, "POST", api, "{}"))
				assert.NoError(t, err)
				assert.Equal(t, 200, got.StatusCode)
			})
		}
		all.Wait()
		assert.EqualValues(t, 1, renewals.Load())
	})
}
