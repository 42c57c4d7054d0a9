package torture_test

import (
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

// Cases wait for one another's connections, so more of them run at a time than
// there are processors.
const atATime = 8

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

// behind runs try with a proxy before a fake. It runs slow shapes in a bubble,
// where a deadline comes at once and nothing else takes time.
func behind(t *testing.T, o torture.Operation, shape torture.Shape, try func(*testing.T, *torture.Fake, *torture.Proxy, *http.Client)) {
	t.Helper()
	fake := start(t, o)
	if !shape.Slow {
		proxy := before(t, fake, shape.Secure)
		client := proxy.Client()
		defer client.CloseIdleConnections()
		try(t, fake, proxy, client)
		return
	}
	now := time.Now()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(now)) // the fake has the time of this day
		proxy := torture.NewProxyInMemory(fake.URL)
		defer proxy.Close()
		client := proxy.Client()
		defer client.CloseIdleConnections()
		try(t, fake, proxy, client)
	})
}

// right is what an operation returns when nothing goes wrong. Fakes are filled
// alike, so one call of an operation tells it for all.
func right(t *testing.T, o torture.Operation) []string {
	t.Helper()
	answer, _ := answers.LoadOrStore(named(o), &rightAnswer{})
	known := answer.(*rightAnswer)
	known.once.Do(func() {
		client := &http.Client{Transport: &http.Transport{}}
		defer client.CloseIdleConnections()
		known.ids, known.err = o.Call(t.Context(), torture.Settings{URL: start(t, o).URL, HTTPClient: client})
	})
	require.NoError(t, known.err)
	require.NotEmpty(t, known.ids)
	return known.ids
}

type rightAnswer struct {
	once sync.Once
	ids  []string
	err  error
}

var answers sync.Map

// tried are the operations of the form: in the short one the first of each kind
// of call in each package, alone, as a walk, and with several requests at a time.
func tried() []torture.Operation {
	return firsts(func(o torture.Operation) any {
		return [...]any{o.Package, o.Kind, strings.Contains(o.Name, "Pages"), o.Width > 1}
	})
}

// kinds are tried without the walks, for tests in which one request is like another.
func kinds() []torture.Operation {
	return firsts(func(o torture.Operation) any { return [...]any{o.Package, o.Kind} })
}

// firsts are the operations of the form: in the short one the first of each sort,
// and all that are made up.
func firsts(sort func(torture.Operation) any) []torture.Operation {
	if testform.Long() {
		return operations()
	}
	known := map[any]bool{}
	return slices.DeleteFunc(operations(), func(o torture.Operation) bool {
		s := sort(o)
		if o.Provider == control {
			s = named(o)
		}
		double := known[s]
		known[s] = true
		return double
	})
}

// share keeps every n-th item in the short form, from the k-th one on: with k
// different for each operation, all items are tried by some operation.
func share[T any](items []T, k, n int) []T {
	if testform.Long() {
		return items
	}
	var some []T
	for i, item := range items {
		if (i+k)%n == 0 {
			some = append(some, item)
		}
	}
	return some
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

// basePaths are the paths of the packages' base URLs. They are found before any test: in
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
