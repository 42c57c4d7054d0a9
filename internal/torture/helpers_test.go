package torture_test

import (
	"io"
	"log"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

// Most cases wait for a deadline and hardly compute, so more of them run at a
// time than there are processors.
const atATime = 24

// each runs a subtest for every item, many at a time.
func each[T any](t *testing.T, items []T, name func(T) string, try func(*testing.T, T)) {
	t.Helper()
	var running sync.WaitGroup
	turn := make(chan struct{}, atATime)
	for _, item := range items {
		turn <- struct{}{}
		running.Go(func() {
			defer func() { <-turn }()
			t.Run(name(item), func(t *testing.T) { try(t, item) })
		})
	}
	running.Wait()
}

// quick repeats at once, three times in all.
var quick = transport.RetryPolicy{MaxAttempts: 3, MinWait: time.Microsecond, MaxWait: time.Millisecond}

// patient goes on for longer.
var patient = transport.RetryPolicy{MaxAttempts: 8, MinWait: time.Microsecond, MaxWait: time.Millisecond}

// start starts the fake of an operation.
func start(t *testing.T, o torture.Operation) *torture.Fake {
	t.Helper()
	fake := o.Start()
	t.Cleanup(fake.Close)
	return fake
}

// before puts a proxy before a fake.
func before(t *testing.T, fake *torture.Fake, secure bool) *torture.Proxy {
	t.Helper()
	proxy := torture.NewProxy(fake.URL, secure)
	t.Cleanup(proxy.Close)
	return proxy
}

// right is what an operation gives when nothing goes wrong.
func right(t *testing.T, o torture.Operation, fake *torture.Fake) []string {
	t.Helper()
	got, err := o.Call(t.Context(), torture.Settings{URL: fake.URL})
	require.NoError(t, err)
	require.NotEmpty(t, got)
	return got
}

// named names an operation.
func named(o torture.Operation) string { return o.Package + "." + o.Name }

// net/http prints the beginning of bytes that no request asked for to the
// standard logger, and offers no way to switch that off.
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	for _, o := range operations() {
		if _, known := basePaths[o.Package]; !known {
			basePaths[o.Package] = path(o)
		}
	}
	os.Exit(m.Run())
}

// basePaths are those of the packages' base URLs. They are found before any test: in
// a bubble it is the year 2000, and finik's timestamps are a digit short.
var basePaths = map[string]string{}

func path(o torture.Operation) string {
	fake := o.Start()
	defer fake.Close()
	u, err := url.Parse(fake.URL)
	if err != nil {
		panic(err)
	}
	return u.Path
}
