package vima_test

import (
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestOperationPagesByDay(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer(vimatest.WithInclusiveCursor(true))
	defer srv.Close()
	operations := generate(vimatest.Plan{Operations: 3000, Seed: 5, From: day, Days: 9})
	srv.Seed(operations...)
	srv.Inject(vimatest.Fault{Kind: vimatest.FaultTruncated, Probability: 0.1, Seed: 1})
	client := newClient(t, srv.URL(), vima.WithRetry(vima.RetryPolicy{MaxAttempts: 8, MinWait: 1, MaxWait: 1}))

	byDay := map[vima.Date][]string{}
	var r vima.Response
	for page, err := range client.OperationPagesByDay(t.Context(), day, day.AddDays(8), 4, vima.ListOperationsParams{}, vima.CaptureResponse(&r), vima.Prefetch(1)) {
		require.NoError(t, err)
		assert.Contains(t, string(r.Body), page.Operations[0].OperationID, "the answer of this page")
		byDay[page.Date] = append(byDay[page.Date], ids(page.Operations)...)
	}
	var got []string
	for i := range 9 {
		got = append(got, byDay[day.AddDays(i)]...)
	}
	sameIDs(t, operations, got)
}

func TestByDayEndsWithTheFirstErrorAndLeavesNothingBehind(t *testing.T) {
	srv := vimatest.NewServer()
	defer srv.Close()
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 2000, Seed: 5, From: day, Days: 9})...)
	srv.Inject(vimatest.Fault{Status: 400, Times: -1, Match: func(r vimatest.Request) bool { return r.Query().Get("date") == "2026-01-19" }})
	connections := &http.Transport{}
	client := newClient(t, srv.URL(), vima.WithHTTPClient(&http.Client{Transport: connections}))
	before := runtime.NumGoroutine()

	var failed error
	for page, err := range client.OperationPagesByDay(t.Context(), day, day.AddDays(8), 3, vima.ListOperationsParams{}) {
		require.NoError(t, failed)
		failed = err
		assert.Equal(t, err != nil, page == nil)
	}
	var e *vima.Error
	require.ErrorAs(t, failed, &e)
	assert.Equal(t, 400, e.StatusCode)

	for range client.OperationPagesByDay(t.Context(), day, day.AddDays(8), 3, vima.ListOperationsParams{}, vima.Prefetch(3)) {
		break
	}
	connections.CloseIdleConnections()
	for deadline := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(deadline); {
		<-time.After(time.Millisecond)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
}
