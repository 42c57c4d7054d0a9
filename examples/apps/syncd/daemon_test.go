package main

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// serving runs the program in this process with -http, and returns its address.
func serving(t *testing.T, env map[string]string, args ...string) (address string, log *locked, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	log = new(locked)
	done := make(chan int, 1)
	go func() {
		done <- program().Run(ctx, &cli.Call{Args: append([]string{"run", "-http", "127.0.0.1:0"}, args...), Env: environment(env), Out: io.Discard, Err: log}, run)
	}()
	code := -1
	stop = func() int {
		if code < 0 {
			cancel()
			code = <-done
		}
		return code
	}
	t.Cleanup(func() { stop() })
	eventually(t, "an address", func() bool {
		_, rest, found := strings.Cut(log.String(), `"address":"`)
		address, _, _ = strings.Cut(rest, `"`)
		return found
	})
	return "http://" + address, log, stop
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(body)
}

// A daemon follows the collector, tells of it, and stops when it is told to.
func TestItFollows(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		srv, env := collector(t, 250)
		srv.Seed(&vima.Operation{
			OperationID: "7", OperationCreateID: "7", OperationUpdateID: "7",
			Raw: []byte(`{"operation_id":"7","operation_create_id":"7","operation_update_id":"7","complete_amount":"much"}`),
		})
		address, log, stop := serving(t, env, "-db", where, "-every", "3s")
		db := open(t, where)
		eventually(t, "250 operations", func() bool { return number(t, db, "SELECT count(*) FROM vima_operations") == 250 })
		id := vimaIDs(t, srv)[100]
		srv.Update(id, func(o *vima.Operation) { o.CurrentStatus = "novel" })
		eventually(t, "the change", func() bool {
			return number(t, db, "SELECT count(*) FROM vima_operations WHERE status = 'novel' OR current_status = 'novel'") == 1
		})
		var text string
		eventually(t, "a pass that is counted", func() bool {
			_, text = get(t, address+"/metrics")
			text = strings.Join(regexp.MustCompile(`(?m)^(syncd_.*|go_goroutines.*) [0-9.e+]+$`).FindAllString(text, -1), "\n")
			return strings.Contains(text, `syncd_rows_total{result="updated",stream="vima"} 1`)
		})
		assert.Contains(t, text, `syncd_rows_total{result="inserted",stream="vima"} 250`)
		assert.Contains(t, text, `syncd_passes_total{outcome="fenced",stream="vima"} 0`)
		assert.Contains(t, text, `syncd_fenced_commits_total{stream="vima"} 0`)
		assert.Regexp(t, `syncd_lag_seconds\{stream="vima"\} [0-9.]+`, text, "of a pass that was complete, though it has rejected a row")
		assert.Contains(t, text, `syncd_rejected_rows{stream="vima"} 1`)
		assert.NotContains(t, text, `syncd_rows_total{result="rejected",stream="vima"} 0`)
		assert.NotContains(t, text, `syncd_last_success_timestamp_seconds{stream="vima"} 0`)
		assert.Contains(t, text, "go_goroutines")
		code, text := get(t, address+"/healthz")
		assert.Equal(t, http.StatusOK, code)
		assert.Contains(t, text, "vima: ok, the last good pass was ")
		code, _ = get(t, address+"/nothing")
		assert.Equal(t, http.StatusNotFound, code)

		assert.Zero(t, stop())
		assert.Contains(t, log.String(), `"msg":"stopped"`)
		assert.NotContains(t, log.String(), vimatest.DefaultAPIKey)
		assert.NotContains(t, log.String(), "much")
	})
}

// A pass that is under way ends, what it has committed stays, and its job goes
// back to the queue, where another process finds it.
func TestStoppedInTheMiddleOfAPass(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		srv, env := collector(t, 500)
		reached := make(chan struct{})
		pages := 0
		srv.Inject(vimatest.Fault{Delay: time.Hour, Match: func(vimatest.Request) bool {
			if pages++; pages == 3 {
				close(reached)
			}
			return pages == 3
		}})
		_, log, stop := serving(t, env, "-db", where, "-every", "8h")
		<-reached
		db := open(t, where)
		eventually(t, "a commit", func() bool { return number(t, db, "SELECT count(*) FROM vima_operations") > 0 })
		assert.Zero(t, stop())
		told := passes(t, log.String())
		require.Len(t, told, 1)
		assert.Equal(t, "stopped", told[0]["outcome"])
		assert.Equal(t, "INFO", told[0]["level"])
		assert.Equal(t, 1, number(t, db, "SELECT count(*) FROM river_job WHERE state = 'available'"))
		assert.Less(t, number(t, db, "SELECT count(*) FROM vima_operations"), 500)

		serving(t, env, "-db", where, "-every", "8h")
		eventually(t, "the rest", func() bool { return number(t, db, "SELECT count(*) FROM vima_operations") == 500 })
	})
}

// To be stopped before it has started is not a failure.
func TestStoppedBeforeItHasStarted(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		_, env := collector(t, 5)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		got := startUntil(ctx, env, "run", "-db", where, "-http", "")
		assert.Zero(t, got.code, got.stderr)
		assert.Empty(t, got.stderr)
		assert.Equal(t, 130, startUntil(ctx, env, "once", "-db", where).code)
	})
}

// A stream is healthy because of a good pass in another process, and no longer
// when three ticks have gone without one; and not without a database.
func TestHealth(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		db := open(t, where)
		const every = time.Hour
		fail := false
		other := daemonOf(t, db, every, silent(), stub(func(context.Context) (result, error) {
			if fail {
				return result{}, stubError("broken")
			}
			return result{CaughtUp: true}, nil
		}))
		d := daemonOf(t, db, every, silent(), stub(nil))
		is := func(code int, text string) {
			t.Helper()
			w := record(d.healthz)
			assert.Equal(t, code, w.Code)
			assert.Contains(t, w.Body.String(), text)
		}
		is(http.StatusOK, "vima: ok, the last good pass was never")
		d.began = time.Now().Add(-patience*every - time.Second)
		is(http.StatusServiceUnavailable, "vima: late, the last good pass was never")

		fail = true
		stop := runs(t, other)
		eventually(t, "a failure", func() bool { return number(t, db, "SELECT count(*) FROM river_job WHERE state = 'discarded'") > 0 })
		stop()
		is(http.StatusServiceUnavailable, "vima: late, the last good pass was never")

		_, err := db.sql.ExecContext(t.Context(), "DELETE FROM river_job")
		require.NoError(t, err)
		fail = false
		stop = runs(t, daemonOf(t, db, every, silent(), other.streams[0]))
		eventually(t, "a good pass", func() bool { return number(t, db, "SELECT count(*) FROM river_job WHERE state = 'completed'") > 0 })
		stop()
		is(http.StatusOK, "s ago")
		d.every = time.Nanosecond
		is(http.StatusServiceUnavailable, "vima: late, the last good pass was ")

		d.every = every
		db.close()
		is(http.StatusServiceUnavailable, "vima: the database does not answer")
	})
}

func TestTwoDoNotListenOnOneAddress(t *testing.T) {
	t.Parallel()
	_, env := collector(t, 1)
	address, _, _ := serving(t, env, "-db", filepath.Join(t.TempDir(), "a.db"))
	got := start(t, env, "run", "-db", filepath.Join(t.TempDir(), "b.db"), "-http", strings.TrimPrefix(address, "http://"))
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "-http: listen tcp")
}

// What goes wrong is told in the log, with what to do, and in no other words than
// those that may be.
func TestTroubleIsTold(t *testing.T) {
	t.Parallel()
	srv, env := collector(t, 10)
	env["VIMA_API_KEY"] = "a-key-to-hide"
	gone, away := collector(t, 1)
	gone.Close()
	away["VIMA_API_KEY"] = "a-key-to-hide"
	for want, env := range map[string]map[string]string{"credentials": env, "network": away} {
		where := filepath.Join(t.TempDir(), "sync.db")
		_, log, stop := serving(t, env, "-db", where, "-every", "8h")
		eventually(t, "an error", func() bool { return strings.Contains(log.String(), `"failed"`) })
		assert.Zero(t, stop())
		assert.NotContains(t, log.String(), "a-key-to-hide")
		assert.NotContains(t, log.String(), srv.URL())
		for _, line := range passes(t, log.String()) {
			assert.Equal(t, "WARN", line["level"])
			assert.Equal(t, want, line["class"])
			assert.Contains(t, line["advice"], "VIMA_")
			assert.Contains(t, line["error"], "vima: ListOperations")
		}
		db := open(t, where)
		assert.Positive(t, number(t, db, "SELECT count(*) FROM river_job WHERE state = 'discarded'"))
		assert.Zero(t, number(t, db, "SELECT count(*) FROM river_job WHERE json_extract(errors, '$') LIKE '%a-key-to-hide%'"))
		assert.Positive(t, number(t, db, "SELECT count(*) FROM river_job WHERE json_extract(errors, '$') LIKE '%ListOperations%'"))
	}
}
