package ecommpay_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/internal/testform"
)

const faulty = 0.12

// movingRows is how many operations the longest walk begins with.
var movingRows = testform.Scale(10_000, 25_000)

// moving is a server with a month of operations that leave, arrive and change
// place, and 12 faults in a hundred requests.
func moving(t *testing.T, rows int, opts ...ecommpaytest.Option) (*ecommpaytest.Server, *ecommpay.Client) {
	t.Helper()
	moves := ecommpaytest.Moves{Leave: 7, Arrive: 5, Change: 6, Requests: 40, Seed: 3}
	srv, _ := fake(t, append([]ecommpaytest.Option{ecommpaytest.WithMoves(moves)}, opts...)...)
	client := newClient(t, srv.URL(), patient)
	srv.Seed(rendered()[:rows]...)
	for i, f := range []ecommpaytest.Fault{
		{Status: 503},
		{Status: 500},
		{Status: 429},
		{Kind: ecommpaytest.FaultResetAfter},
		{Kind: ecommpaytest.FaultTruncated},
		{Kind: ecommpaytest.FaultResetBefore},
	} {
		f.Probability, f.Seed = faulty/6, uint64(i)
		srv.Inject(f)
	}
	return srv, client
}

// rendered are made once, with their bytes: several servers have them.
var rendered = sync.OnceValue(func() []*ecommpay.Operation {
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: movingRows, Seed: 1, From: newYear, Days: 31})...)
	return srv.Rows(january.From, january.To)
})

// versions are the operations of January on the server, by id.
func versions(srv *ecommpaytest.Server) map[string]string {
	out := map[string]string{}
	for _, o := range srv.Rows(january.From, january.To) {
		out[o.OperationID] = string(o.Raw)
	}
	return out
}

// lost are the operations that were there before and after, and did not come.
func lost(before, after map[string]string, came map[string]bool) int {
	n := 0
	for id := range before {
		if _, still := after[id]; still && !came[id] {
			n++
		}
	}
	return n
}

func TestAWalkOfRowsThatMoveLosesNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows  int
		opts  []ecommpaytest.Option
		ahead int
	}{
		"earliest first":             {movingRows, nil, 3},
		"earliest first, one by one": {movingRows / 5, nil, 0},
		"newest first":               {movingRows / 5, []ecommpaytest.Option{ecommpaytest.WithNewestFirst()}, 0},
		"short pages":                {movingRows / 5, []ecommpaytest.Option{ecommpaytest.WithPageLimit(300)}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client := moving(t, c.rows, c.opts...)
			before := versions(srv)
			require.Len(t, before, c.rows)
			came := map[string]bool{}
			delivered := map[string]bool{}
			again := 0
			for o, err := range client.AllOperations(t.Context(), january, ecommpay.Prefetch(c.ahead)) {
				if err != nil {
					require.NoError(t, err)
				}
				if delivered[string(o.Raw)] {
					require.Fail(t, "twice in the same version", "%s", o)
				}
				if delivered[string(o.Raw)] = true; came[o.OperationID] {
					again++
				}
				came[o.OperationID] = true
			}
			after := versions(srv)
			left, arrived := missing(before, after), missing(after, before)
			require.Positive(t, left)
			require.Positive(t, arrived)
			require.Positive(t, again, "some have changed place")
			assert.Zero(t, lost(before, after, came))
			t.Logf("%d requests: %d operations left, %d arrived, %d came again, %d lost",
				len(srv.Requests()), left, arrived, again, lost(before, after, came))
		})
	}
}

// missing counts what is in a and not in b.
func missing(a, b map[string]string) int {
	n := 0
	for id := range a {
		if _, ok := b[id]; !ok {
			n++
		}
	}
	return n
}

// The control: what the walk above protects from does happen.
func TestAPlainWalkByOffsetLosesRows(t *testing.T) {
	t.Parallel()
	srv, client := moving(t, movingRows/5)
	srv.ClearFaults()
	before := versions(srv)
	came := map[string]bool{}
	p := january
	p.Limit = 100
	for {
		page, err := client.ListOperations(context.Background(), p)
		require.NoError(t, err)
		if page.NextOffset == page.Offset {
			break
		}
		for _, o := range page.Operations {
			came[o.OperationID] = true
		}
		p.Offset = page.NextOffset
	}
	n := lost(before, versions(srv), came)
	assert.Greater(t, n, 10)
	t.Logf("%d requests, %d lost", len(srv.Requests()), n)
}

// A row that moves from one part of a long interval to the next comes again only
// if it changed.
func TestALongIntervalIsWalkedInParts(t *testing.T) {
	t.Parallel()
	srv, client := fake(t)
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 500, Seed: 1, From: newYear, Days: 400})...)
	p := ecommpay.ListOperationsParams{From: newYear, To: newYear.AddDate(2, 0, 0)}
	came := map[string]bool{}
	parts := map[time.Time]bool{}
	for page, err := range client.OperationPages(t.Context(), p) {
		require.NoError(t, err)
		assert.LessOrEqual(t, page.Interval.To.Sub(page.Interval.From), 180*24*time.Hour)
		parts[page.Interval.From] = true
		for _, o := range page.Operations {
			require.False(t, came[o.OperationID])
			came[o.OperationID] = true
		}
	}
	assert.Len(t, came, 500)
	assert.Len(t, parts, 3, "the last two are empty")
}
