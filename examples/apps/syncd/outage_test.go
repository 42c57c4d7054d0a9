package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// An outage is a line at its start, one a minute and one at its end, whatever fails in
// the meantime.
func TestOutageIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		text := new(locked)
		log := newLogger(text, slog.LevelInfo)
		var down atomic.Bool
		o := newOutage(log, func(context.Context) error {
			if down.Load() {
				return errors.New("connect to 192.0.2.1:5432: refused")
			}
			return nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			o.watch(ctx)
		}()
		river := slog.New(outageHandler{quiet(log).Handler(), o})
		fails := func(what string) {
			if !o.on(ctx) {
				log.Warn(what)
			}
			river.With("queue", "vima").Error("River: " + what)
		}
		fails("not because of the database")
		down.Store(true)
		for range 200 {
			fails("because of the database")
			time.Sleep(time.Second)
		}
		down.Store(false)
		time.Sleep(2 * time.Second)
		river.Error("River: a late one")
		time.Sleep(settleTime)
		fails("again not")
		cancel()
		<-ended
		var told []string
		for _, line := range lines(t, text.String()) {
			told = append(told, line["msg"].(string))
		}
		assert.Equal(t, []string{
			"not because of the database", "River: not because of the database",
			"the database does not answer",
			"the database still does not answer", "the database still does not answer", "the database still does not answer",
			"the database answers again",
			"again not", "River: again not",
		}, told)
	})
}

// The lag is that of the database, grows while it does not answer, and has no value
// before a copy was complete.
func TestLag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lag time.Duration
		var known bool
		var err error
		s := stub(nil)
		s.lag = func(context.Context) (time.Duration, bool, error) { return lag, known, err }
		m := newMetrics([]*stream{s})
		shows := func() string {
			var all []string
			for line := range strings.SplitSeq(record(m.handler().ServeHTTP).Body.String(), "\n") {
				if strings.HasPrefix(line, "syncd_lag_") || strings.HasPrefix(line, "syncd_rejected_rows") {
					all = append(all, line)
				}
			}
			return strings.Join(all, "\n")
		}
		const rejects = `syncd_rejected_rows{stream="vima"} 7`
		err = errors.New("no database")
		assert.Empty(t, shows(), "the first look fails")
		err = nil
		assert.Equal(t, rejects, shows(), "it was never complete")
		lag, known = 41*time.Second, true
		assert.Equal(t, `syncd_lag_seconds{stream="vima"} 41`+"\n"+rejects, shows())
		err = errors.New("no database")
		time.Sleep(time.Minute)
		assert.Equal(t, `syncd_lag_seconds{stream="vima"} 101`+"\n"+rejects, shows(), "it grows")
		lag, err = time.Second, nil
		assert.Equal(t, `syncd_lag_seconds{stream="vima"} 1`+"\n"+rejects, shows(), "another process has read everything")
	})
}

// gate stands before a PostgreSQL database and can be shut.
type gate struct {
	t                 *testing.T
	network, to, addr string

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

// gated is the address of a database behind a gate that is shut.
func gated(t *testing.T, where string) (string, *gate) {
	t.Helper()
	u, err := url.Parse(where)
	require.NoError(t, err)
	config, err := pgconn.ParseConfig(where)
	require.NoError(t, err)
	network, to := pgconn.NetworkAddress(config.Host, config.Port) // which may be a socket of the machine
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := &gate{t: t, network: network, to: to, addr: listener.Addr().String()}
	require.NoError(t, listener.Close())
	t.Cleanup(g.shut)
	query := u.Query()
	query.Del("host")
	u.Host, u.RawQuery = g.addr, query.Encode()
	return u.String(), g
}

func (g *gate) open() {
	g.t.Helper()
	listener, err := new(net.ListenConfig).Listen(g.t.Context(), "tcp", g.addr)
	require.NoError(g.t, err)
	g.mu.Lock()
	g.listener = listener
	g.mu.Unlock()
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := new(net.Dialer).DialContext(context.Background(), g.network, g.to)
			if err != nil {
				_ = in.Close()
				continue
			}
			g.mu.Lock()
			g.conns = append(g.conns, in, out)
			g.mu.Unlock()
			go func() { _, _ = io.Copy(in, out) }()
			go func() { _, _ = io.Copy(out, in) }()
		}
	}()
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.listener != nil {
		_ = g.listener.Close()
	}
	for _, c := range g.conns {
		_ = c.Close()
	}
	g.conns = nil
}

// A daemon waits for its database at the start, and reports an outage in few lines.
func TestDatabaseComesAndGoes(t *testing.T) {
	t.Parallel()
	if os.Getenv(postgresVariable) == "" {
		t.Skip("no PostgreSQL: set " + postgresVariable + " to a connection string to run this")
	}
	where, g := gated(t, postgres(t))
	_, env := collector(t, 20)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	log, done := new(locked), make(chan int, 1)
	go func() {
		done <- program().Run(ctx, &cli.Call{Args: []string{"run", "-http", "127.0.0.1:0", "-every", "3s", "-db", where}, Env: environment(env), Out: io.Discard, Err: log}, run)
	}()
	has := func(text string) func() bool { return func() bool { return strings.Contains(log.String(), text) } }
	eventually(t, "the wait", has("waiting for the database"))
	g.open()
	eventually(t, "a pass", has(`"outcome":"ok"`))
	g.shut()
	eventually(t, "an outage", has("the database does not answer"))
	_, address, _ := strings.Cut(log.String(), `"address":"`)
	address, _, _ = strings.Cut(address, `"`)
	eventually(t, "failures", func() bool { // of ticks, and of River's own work beside them
		_, text := get(t, "http://"+address+"/metrics")
		_, n, _ := strings.Cut(text, `syncd_errors_total{class="database",stream="vima"} `)
		n, _, _ = strings.Cut(n, "\n")
		failed, _ := strconv.Atoi(n)
		return failed >= 3
	})
	g.open()
	eventually(t, "its end", has("the database answers again"))
	_, after, _ := strings.Cut(log.String(), "the database answers again")
	seen := len(after)
	eventually(t, "a pass after it", func() bool {
		_, after, _ := strings.Cut(log.String(), "the database answers again")
		return strings.Contains(after[seen:], `"outcome":"ok"`)
	})
	cancel()
	assert.Zero(t, <-done)
	_, during, _ := strings.Cut(log.String(), "the database does not answer")
	during, _, _ = strings.Cut(during, "the database answers again")
	assert.Equal(t, 1, strings.Count(during, "\n"), "nothing in between: %s", during)
}

// What ends a daemon is a line of JSON, as its log is. One that may come is waited for
// no longer than is said, and one that refuses is not waited for.
func TestFatalIsLogged(t *testing.T) {
	t.Parallel()
	_, env := collector(t, 1)
	for _, args := range [][]string{
		{"run", "-http", "", "-wait", "0", "-db", "postgres://nobody@127.0.0.1:1/none"},
		{"run", "-http", "", "-wait", "1s", "-db", "postgres://nobody@127.0.0.1:1/none"},
	} {
		got := start(t, env, args...)
		assert.Equal(t, 1, got.code)
		all := lines(t, got.stderr)
		require.NotEmpty(t, all)
		last := all[len(all)-1]
		assert.Equal(t, "ERROR", last["level"])
		assert.Equal(t, "ended", last["msg"])
		assert.Equal(t, "database", last["class"])
		assert.NotEmpty(t, last["advice"])
		assert.NotContains(t, got.stderr, "nobody")
	}
}
