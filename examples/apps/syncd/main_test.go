package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima/vimatest"
)

const postgresVariable = "PAYCLIENTS_POSTGRES"

// TestMain makes the test binary the program where it is started by a test or as
// one of several processes.
func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" || os.Getenv("SYNCD_TEST_PROGRAM") != "" {
		main()
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "6"); err != nil { // they wait, for ticks most of all
		panic(err)
	}
	os.Exit(m.Run())
}

// ended is what a run of the program left.
type ended struct {
	code           int
	stdout, stderr string
}

// environment is a complete one.
func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

// start runs the program in this process.
func start(t *testing.T, env map[string]string, args ...string) ended {
	t.Helper()
	return startUntil(t.Context(), env, args...)
}

func startUntil(ctx context.Context, env map[string]string, args ...string) ended {
	var stdout, stderr locked
	code := program().Run(ctx, &cli.Call{Args: args, Env: environment(env), Out: &stdout, Err: &stderr}, run)
	return ended{code, stdout.String(), stderr.String()}
}

// process starts the program as a process of its own.
func process(t *testing.T, env map[string]string, args ...string) (*exec.Cmd, *locked) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "SYNCD_TEST_PROGRAM=1")
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	stderr := new(locked)
	cmd.Stderr = stderr
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, stderr
}

// locked is a buffer for several goroutines.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// empty is a database of a test without a table.
type empty struct {
	t     *testing.T // the test that it is of
	where string
}

// onEach runs a test on both kinds of databases.
func onEach(t *testing.T, test func(e empty)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(empty{t, filepath.Join(t.TempDir(), "sync.db")})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(empty{t, postgres(t)})
	})
}

// postgres is a schema of its own.
func postgres(t *testing.T) string {
	t.Helper()
	server := os.Getenv(postgresVariable)
	if server == "" {
		t.Skip("no PostgreSQL: set " + postgresVariable + " to a connection string to run this")
	}
	schema := fmt.Sprintf("syncd_test_%d_%d", os.Getpid(), rand.Uint32())
	admin, err := sql.Open("pgx", server)
	require.NoError(t, err)
	_, err = admin.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err, postgresVariable+" is set, so PostgreSQL has to answer")
	t.Cleanup(func() {
		_, err := admin.ExecContext(context.WithoutCancel(t.Context()), "DROP SCHEMA "+schema+" CASCADE")
		require.NoError(t, err)
		require.NoError(t, admin.Close())
	})
	address, err := url.Parse(server)
	require.NoError(t, err)
	query := address.Query()
	query.Set("search_path", schema)
	address.RawQuery = query.Encode()
	return address.String()
}

// open is a migrated database with the tables of all streams.
func open(t *testing.T, where string) *database {
	t.Helper()
	db, err := openDatabase(t.Context(), where)
	require.NoError(t, err)
	t.Cleanup(db.close)
	streams, err := openStreams(environment(nil), db, false, services)
	require.NoError(t, err)
	require.NoError(t, db.makeTables(t.Context(), streams))
	return db
}

// collector is a fake with operations, and the environment that leads to it.
func collector(t *testing.T, operations int, opts ...vimatest.Option) (*vimatest.Server, map[string]string) {
	t.Helper()
	srv := vimatest.NewServer(opts...)
	t.Cleanup(srv.Close)
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: operations, Seed: 1})...)
	return srv, map[string]string{"VIMA_URL": srv.URL(), "VIMA_API_KEY": vimatest.DefaultAPIKey}
}

// number is what a query counts.
func number(t *testing.T, db *database, query string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, db.sql.QueryRowContext(t.Context(), db.bind(query), args...).Scan(&n))
	return n
}

// eventually waits, with the patience that a busy machine needs.
func eventually(t *testing.T, what string, met func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !met(); {
		if time.Now().After(end) {
			t.Fatal("it never came to pass: " + what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// passes are the lines of a log that tell of passes: on a busy machine River may
// have something to say, too.
func passes(t *testing.T, log string) []map[string]any {
	t.Helper()
	return slices.DeleteFunc(lines(t, log), func(line map[string]any) bool { return line["msg"] != "pass" })
}

// lines are the lines of a log.
func lines(t *testing.T, log string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(log) {
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &fields), line)
		all = append(all, fields)
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}
