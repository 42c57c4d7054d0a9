package ecommpay_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// seeded is a server with n operations of January.
func seeded(t *testing.T, n int, opts ...ecommpaytest.Option) (*ecommpaytest.Server, *ecommpay.Client, []string) {
	t.Helper()
	srv, client := fake(t, opts...)
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: n, Seed: 1, From: newYear, Days: 31})...)
	var ids []string
	for _, o := range srv.Rows(january.From, january.To) {
		ids = append(ids, o.OperationID)
	}
	require.Len(t, ids, n)
	return srv, client, ids
}

// offsets are the offsets of the requests that the server received.
func offsets(srv *ecommpaytest.Server) []string {
	var out []string
	for _, r := range srv.Requests() {
		_, text, _ := strings.Cut(string(r.Body), `"offset":`)
		out = append(out, text[:strings.IndexAny(text, ",}")])
	}
	return out
}

func TestWalksInOrderWhateverIsReadAhead(t *testing.T) {
	t.Parallel()
	for _, ahead := range []int{0, 1, 5, 100} {
		t.Run(fmt.Sprint("ahead=", ahead), func(t *testing.T) {
			srv, client, ids := seeded(t, 95)
			p := january
			p.Limit = 20
			walk := client.OperationPages(t.Context(), p, ecommpay.Prefetch(ahead), ecommpay.Overlap(5))
			for range 2 { // each range starts over
				srv.ResetRequests()
				var got []string
				for page, err := range walk {
					require.NoError(t, err)
					assert.Equal(t, ecommpay.Interval{From: january.From, To: january.To}, page.Interval)
					for _, o := range page.Operations {
						got = append(got, o.OperationID)
					}
				}
				assert.Equal(t, ids, got)
				asked := offsets(srv)
				slices.Sort(asked)
				assert.Subset(t, asked, []string{"0", "15", "30", "45", "60", "75", "90", "95"})
				assert.Equal(t, "95", slices.MaxFunc(asked, func(a, b string) int { return number(a) - number(b) }), "nothing beyond the end is asked for")
				assert.Len(t, asked, 9, "pages, the empty one, and the last one again")
			}
		})
	}
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return n
}

func TestAnEmptyIntervalTakesOneRequest(t *testing.T) {
	t.Parallel()
	srv, client := fake(t)
	for range client.AllOperations(t.Context(), january) {
		t.Error("there is nothing")
	}
	assert.Len(t, srv.Requests(), 1)
}

func TestABreakLeaksNothingAndAsksNoMore(t *testing.T) {
	t.Parallel()
	srv, client, _ := seeded(t, 100)
	p := january
	p.Limit = 10
	for o, err := range client.AllOperations(t.Context(), p) {
		require.NoError(t, err)
		require.NotNil(t, o)
		break
	}
	assert.Len(t, srv.Requests(), 1)
}

func TestShortPagesAreNotTheEnd(t *testing.T) {
	t.Parallel()
	for _, most := range []int{2, 3, 7, 19, 50} {
		t.Run(fmt.Sprint("most=", most), func(t *testing.T) {
			_, client, ids := seeded(t, 50, ecommpaytest.WithPageLimit(most))
			var got []string
			for o, err := range client.AllOperations(t.Context(), january) {
				require.NoError(t, err)
				got = append(got, o.OperationID)
			}
			assert.Equal(t, ids, got, "at most %d", most)
		})
	}
}

func TestAWalkFromAnOffset(t *testing.T) {
	t.Parallel()
	_, client, ids := seeded(t, 50)
	p := january
	p.Offset, p.Limit = 17, 10
	var got []string
	for o, err := range client.AllOperations(t.Context(), p) {
		require.NoError(t, err)
		got = append(got, o.OperationID)
	}
	assert.Equal(t, ids[17:], got)
}

// The walk ends with an error where the service returns the same page for ever,
// and gets over it where it does so once.
func TestAServiceThatGivesTheSamePage(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 5, 95} {
		t.Run(fmt.Sprint("n=", n), func(t *testing.T) {
			srv, client, ids := seeded(t, n)
			srv.Inject(ecommpaytest.Fault{Kind: ecommpaytest.FaultStalledPage, Times: -1})
			p := january
			p.Limit = 20
			var failed error
			got := map[string]bool{}
			for o, err := range client.AllOperations(t.Context(), p) {
				if failed = err; err == nil {
					got[o.OperationID] = true
				}
			}
			require.ErrorIs(t, failed, ecommpay.ErrPaginationStalled)
			assert.Len(t, got, min(n, 20))
			assert.Less(t, len(srv.Requests()), 150)

			srv.ClearFaults()
			times := 0
			srv.Inject(ecommpaytest.Fault{Kind: ecommpaytest.FaultStalledPage, Match: func(ecommpaytest.Request) bool { times++; return times == 3 }})
			for o, err := range client.AllOperations(t.Context(), p) {
				require.NoError(t, err)
				got[o.OperationID] = true
			}
			assert.Len(t, got, len(ids))
		})
	}
}

func TestARowThatChangesComesAgain(t *testing.T) {
	t.Parallel()
	srv, client, ids := seeded(t, 30)
	p := january
	p.Limit = 10
	seen := map[string][]ecommpay.OperationStatus{}
	for o, err := range client.AllOperations(t.Context(), p) {
		require.NoError(t, err)
		if len(seen) == 9 {
			srv.Update(ids[0], january.To, func(o *ecommpay.Operation) { o.OperationStatus = ecommpay.StatusExpired })
		}
		seen[o.OperationID] = append(seen[o.OperationID], o.OperationStatus)
	}
	assert.Len(t, seen, 30)
	assert.Len(t, seen[ids[0]], 2)
	assert.Equal(t, ecommpay.StatusExpired, seen[ids[0]][1])
	assert.Len(t, seen[ids[10]], 1)
}

func TestBadRowsInWalks(t *testing.T) {
	t.Parallel()
	srv, client, ids := seeded(t, 30)
	for i := range 3 {
		srv.Seed(&ecommpay.Operation{
			OperationID: fmt.Sprint("bad-", i), OperationCreatedAt: january.To,
			Raw: []byte(fmt.Sprintf(`{"operation_id":"bad-%d","sum_initial":{"amount":"x%d"}}`, i, i)),
		})
	}
	p := january
	p.Limit = 10
	good, bad := 0, 0
	for page, err := range client.OperationPages(t.Context(), p) {
		require.NoError(t, err)
		good += len(page.Operations)
		bad += len(page.Bad)
	}
	assert.Equal(t, len(ids), good)
	assert.Equal(t, 3, bad, "each once")

	var failed error
	good = 0
	for _, err := range client.AllOperations(t.Context(), p) {
		if failed = err; err == nil {
			good++
		}
	}
	assert.Equal(t, len(ids), good, "those of its page come first")
	var e *ecommpay.DecodeError
	require.ErrorAs(t, failed, &e)
	assert.Contains(t, string(e.Body), "bad-0")
	assert.NotContains(t, failed.Error(), "x0")
}

func TestWalksByIntervals(t *testing.T) {
	t.Parallel()
	srv, _, ids := seeded(t, 500)
	client := newClient(t, srv.URL(), patient)
	srv.Inject(ecommpaytest.Fault{Status: 503, Probability: 0.12, Seed: 1})
	for _, workers := range []int{1, 4} {
		t.Run(fmt.Sprint("workers=", workers), func(t *testing.T) {
			p := january
			p.Limit = 20
			var got []string
			at := map[ecommpay.Interval]int{}
			var captured ecommpay.Response
			for page, err := range client.OperationPagesByInterval(t.Context(), 24*time.Hour, workers, p, ecommpay.CaptureResponse(&captured), ecommpay.Prefetch(1)) {
				require.NoError(t, err)
				assert.NotEmpty(t, captured.Body)
				assert.Equal(t, 24*time.Hour-time.Second, page.Interval.To.Sub(page.Interval.From))
				assert.GreaterOrEqual(t, page.Offset, at[page.Interval], "in order within an interval")
				at[page.Interval] = page.NextOffset - 19
				for _, o := range page.Operations {
					got = append(got, o.OperationID)
				}
			}
			assert.Len(t, at, 31)
			slices.Sort(got)
			want := slices.Sorted(slices.Values(ids))
			assert.Equal(t, want, got)
		})
	}
}

// What is not over is walked last: operations that change move there.
func TestIntervalsThatAreNotOverComeLast(t *testing.T) {
	t.Parallel()
	srv, client := fake(t)
	now := time.Now().Truncate(time.Second)
	p := ecommpay.ListOperationsParams{From: now.Add(-10 * time.Hour), To: now.Add(5 * time.Hour)}
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 240, Seed: 1, From: now.Add(-12 * time.Hour)})...)
	var mu sync.Mutex
	moved := map[string]int{}
	first := true
	for page, err := range client.OperationPagesByInterval(t.Context(), time.Hour, 4, p) {
		require.NoError(t, err)
		mu.Lock()
		for _, o := range page.Operations {
			moved[o.OperationID]++
		}
		mu.Unlock()
		if first { // what has not been read of the past moves to the present
			for _, o := range srv.Rows(p.From, p.To) {
				if moved[o.OperationID] == 0 && o.OperationCompletedAt.Before(now.Add(-2*time.Hour)) {
					srv.Update(o.OperationID, now, func(o *ecommpay.Operation) { o.OperationStatus = ecommpay.StatusExpired })
				}
			}
			first = false
		}
	}
	for _, o := range srv.Rows(p.From, p.To) {
		assert.Positive(t, moved[o.OperationID], o)
	}
}

func TestWalksOfChargebacksAndFraud(t *testing.T) {
	t.Parallel()
	srv, _ := fake(t)
	client := newClient(t, srv.URL(), patient)
	for i := range 250 {
		srv.SeedChargebacks(&ecommpay.Chargeback{ChargebackID: strconv.Itoa(i), ProjectID: "11", Status: ecommpay.ChargebackWon, ReportDate: newYear})
		srv.SeedFraud(&ecommpay.FraudOperation{OperationID: strconv.Itoa(i), IssuerCountry: "GB", PurchaseDate: newYear})
	}
	srv.Inject(ecommpaytest.Fault{Status: 500, Probability: 0.12, Seed: 2})
	n := 0
	filter := ecommpay.ListChargebacksParams{
		Statuses: []ecommpay.ChargebackStatus{ecommpay.ChargebackWon}, ReportDate: ecommpay.Interval{From: newYear, To: newYear},
	}
	for c, err := range client.AllChargebacks(t.Context(), filter, ecommpay.Prefetch(2)) {
		require.NoError(t, err)
		assert.Equal(t, strconv.Itoa(n), c.ChargebackID)
		n++
	}
	assert.Equal(t, 250, n)
	n = 0
	for page, err := range client.FraudOperationPages(t.Context(), ecommpay.ListFraudOperationsParams{IssuerCountries: []string{"GB"}, Limit: 60}) {
		require.NoError(t, err)
		assert.Empty(t, page.Bad)
		n += len(page.Operations)
	}
	assert.Equal(t, 250, n)
	for _, err := range client.AllFraudOperations(t.Context(), ecommpay.ListFraudOperationsParams{IssuerCountries: []string{"FR"}}) {
		require.NoError(t, err)
		t.Error("there is none")
	}
}

func TestTheEnvelopeOfRawsIsKept(t *testing.T) {
	t.Parallel()
	_, client, _ := seeded(t, 3)
	var captured ecommpay.Response
	page, err := client.ListOperations(t.Context(), january, ecommpay.CaptureResponse(&captured), ecommpay.WithHeader("X-Trace", "1"))
	require.NoError(t, err)
	var envelope struct {
		Operations []json.RawMessage `json:"operations"`
	}
	require.NoError(t, json.Unmarshal(captured.Body, &envelope))
	for i, o := range page.Operations {
		assert.Equal(t, string(envelope.Operations[i]), string(o.Raw))
	}
	assert.Equal(t, 1, captured.Attempts)
}
