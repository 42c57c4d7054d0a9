package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

const child = "VIMA_BACKFILL_TEST_CHILD"

// TestMain makes the test binary the program itself where a test starts it so.
func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		main()
	}
	os.Exit(m.Run())
}

// january is the range of the servers in these tests.
var january = []string{"-from", "2026-01-01", "-to", "2026-01-31"}

// serve has a month of operations in short pages, and two rows that do not decode
// if asked for.
func serve(t *testing.T, operations int, bad bool) *vimatest.Server {
	t.Helper()
	srv := vimatest.NewServer(vimatest.WithInclusiveCursor(true), vimatest.WithPageLimit(20))
	t.Cleanup(srv.Close)
	plan := demoPlan()
	plan.Operations = operations
	all := vimatest.Generate(plan)
	if bad {
		for _, i := range []int{operations / 3, operations / 2} {
			all[i].Raw = fmt.Appendf(nil, "{ \"operation_id\": [ %d ],\n\"operation_create_id\": %q }", i, all[i].OperationCreateID)
		}
	}
	srv.Seed(all...)
	return srv
}

func environment(srv *vimatest.Server) map[string]string {
	return map[string]string{"VIMA_URL": srv.URL(), "VIMA_API_KEY": vimatest.DefaultAPIKey}
}

type result struct {
	code           int
	stdout, stderr string
}

// start runs the program in this process.
func start(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := program().Run(t.Context(), &cli.Call{Args: args, Env: func(name string) string { return env[name] }, Out: &stdout, Err: &stderr}, run)
	return result{code, stdout.String(), stderr.String()}
}

// command is the program in a process of its own.
func command(t *testing.T, env map[string]string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), child+"=1")
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestDemoGivesTheGoldenFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := filepath.Join(dir, "january.csv")
	got := start(t, nil, "-out", out)
	require.Zero(t, got.code, got.stderr)
	assert.Contains(t, got.stderr, "january.csv: 31 days, 9300 operations, 0 rejected; 138 requests, ")
	assert.Equal(t, []string{"january.csv", "january.csv.state"}, names(t, dir))
	text := read(t, out)
	assert.Equal(t, read(t, "testdata/january-head.csv"), strings.Join(slices.Collect(strings.Lines(text))[:20], ""))
	sum := sha256.Sum256([]byte(text))
	assert.Equal(t, "9171891d7d3c3f3f4f0c6cdd00394c406171d74d3fce38d01b855cd2765af487", hex.EncodeToString(sum[:]))
}

func TestEachOperationIsThereOnceWhateverTheWorkers(t *testing.T) {
	t.Parallel()
	srv := serve(t, 900, false)
	var want []string
	for _, raw := range srv.Rows() {
		var o vima.Operation
		require.NoError(t, o.UnmarshalJSON(raw))
		want = append(want, o.OperationID)
	}
	slices.Sort(want)
	outputs := map[string]bool{}
	for _, workers := range []string{"1", "2", "7", "64"} {
		t.Run(workers, func(t *testing.T) {
			got := start(t, environment(srv), append(january, "-workers", workers)...)
			require.Zero(t, got.code, got.stderr)
			outputs[got.stdout] = true
			records, err := csv.NewReader(strings.NewReader(got.stdout)).ReadAll()
			require.NoError(t, err)
			var ids []string
			for _, record := range records[1:] {
				ids = append(ids, record[0])
			}
			slices.Sort(ids)
			require.Equal(t, want, ids)
		})
	}
	assert.Len(t, outputs, 1)
}

func TestFlagsReachTheService(t *testing.T) {
	t.Parallel()
	srv := serve(t, 100, false)
	got := start(t, environment(srv), "-from", "2026-01-05", "-to", "2026-01-06", "-project", "monetix", "-status", "success")
	require.Zero(t, got.code, got.stderr)
	var days []string
	for _, r := range srv.Requests() {
		assert.Equal(t, "monetix", r.Query().Get("project"))
		assert.Equal(t, "success", r.Query().Get("status"))
		days = append(days, r.Query().Get("date"))
	}
	slices.Sort(days)
	assert.Equal(t, []string{"", "2026-01-04", "2026-01-05", "2026-01-06"}, slices.Compact(days), "of the day before, where to begin")
}

// Whatever the service takes for a day, each operation is written once, in the same
// place with any number of workers.
func TestDaysOfTheService(t *testing.T) {
	t.Parallel()
	operations := vimatest.Generate(vimatest.Plan{Operations: 400, Seed: 4, From: demoPlan().From, Days: 31})
	for i := range 30 { // in the last second of a day, and created after the first of the next one
		created := demoPlan().From.AddDays(i + 1).Time().Add(-200 * time.Millisecond)
		cursor, err := strconv.ParseInt(vima.CursorAt(created.Add(2*time.Second)), 10, 64)
		require.NoError(t, err)
		id := strconv.FormatInt(cursor+7, 10)
		operations = append(operations, &vima.Operation{OperationID: id, OperationCreateID: id, OperationUpdateID: id, OperationCreatedAt: created})
	}
	outputs := map[string]bool{}
	for name, opt := range map[string]vimatest.Option{
		"UTC": vimatest.WithDayZone(nil), "a zone": vimatest.WithDayZone(time.FixedZone("", -8*3600)),
		"short days": vimatest.WithShortDays(), "no date": vimatest.WithIgnoredDate(),
	} {
		srv := vimatest.Run(t, opt)
		srv.Seed(operations...)
		for _, workers := range []string{"1", "8", "64"} {
			got := start(t, environment(srv), append(january[:len(january):len(january)], "-workers", workers)...)
			require.Zero(t, got.code, got.stderr)
			assert.Equal(t, 431, strings.Count(got.stdout, "\n"), "%s, %s workers", name, workers)
			outputs[got.stdout] = true
		}
	}
	assert.Len(t, outputs, 1)
}

func TestBasicAuthentication(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer(vimatest.WithBasicAuth("reader", "secret"))
	defer srv.Close()
	got := start(t, map[string]string{"VIMA_URL": srv.URL(), "VIMA_USERNAME": "reader", "VIMA_PASSWORD": "secret"}, january...)
	assert.Zero(t, got.code, got.stderr)
	assert.Equal(t, string(newEncoder(config{}).header()), got.stdout, "no operations, and still a header")
}

func TestBadFlagsAreToldBeforeAnythingIsTouched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := filepath.Join(dir, "out.csv")
	real := map[string]string{"VIMA_URL": vima.ProductionURL, "VIMA_API_KEY": "a-key-to-hide"}
	today := vima.DateOf(time.Now()).String()
	for _, c := range []struct {
		env  map[string]string
		args string
		want string
	}{
		{nil, "-out OUT -nonsense", "vima-backfill -h lists flags"},
		{nil, "-out OUT more", `there is an argument behind the flags`},
		{nil, "-out OUT -from 2026-02-30", "must be a day of the calendar as YYYY-MM-DD"},
		{nil, "-out OUT -from 2026-01-02 -to 2026-01-01", "-from 2026-01-02 is after -to 2026-01-01"},
		{nil, "-out OUT -workers 0", "-workers must be 1 to 64"},
		{nil, "-out OUT -workers 65", "-workers must be 1 to 64"},
		{nil, "-out OUT -format xml", "-format must be csv or jsonl"},
		{nil, "-out OUT -format jsonl -personal", "-personal is for csv"},
		{nil, "-state OUT", "-state needs -out"},
		{nil, "-out OUT -state OUT.part", "-state must not be a file"},
		{nil, "-out " + dir, "is not a file"},
		{nil, "-out OUT -demo=false -from 2026-01-01", "VIMA_URL is not set"},
		{real, "-out OUT", "-from is needed"},
		{real, "-out OUT -from 2026-01-01 -to " + today, "is not over yet"},
		{map[string]string{"VIMA_URL": vima.SandboxURL}, "-out OUT -from 2026-01-01", "VIMA_URL needs VIMA_API_KEY"},
		{
			map[string]string{"VIMA_URL": vima.SandboxURL, "VIMA_API_KEY": "k", "VIMA_USERNAME": "u"},
			"-out OUT -from 2026-01-01", "but not both",
		},
		{map[string]string{"VIMA_URL": "https://%zz", "VIMA_API_KEY": "k"}, "-out OUT -from 2026-01-01", "VIMA_URL is not a URL"},
		{
			map[string]string{"VIMA_URL": "http://collector.example", "VIMA_API_KEY": "k"},
			"-out OUT -from 2026-01-01", "plain http is refused",
		},
	} {
		got := start(t, c.env, strings.Fields(strings.ReplaceAll(c.args, "OUT", out))...)
		assert.Equal(t, 2, got.code, c.args)
		assert.Contains(t, got.stderr, c.want, c.args)
		assert.NotContains(t, got.stderr, "a-key-to-hide")
		assert.Empty(t, names(t, dir), c.args)
	}
	help := start(t, nil, "-h")
	assert.Zero(t, help.code)
	assert.Contains(t, help.stdout, "-workers int")
}

func TestTheDocListsTheColumns(t *testing.T) {
	t.Parallel()
	_, doc, ok := strings.Cut(read(t, "main.go"), "//	operation_id, ")
	require.True(t, ok)
	doc, _, ok = strings.Cut("//	operation_id, "+doc, "// Amounts are exact")
	require.True(t, ok)
	var listed []string
	for line := range strings.Lines(doc) {
		line, tabbed := strings.CutPrefix(line, "//\t")
		if line, _, _ = strings.Cut(strings.TrimSpace(line), "  "); tabbed {
			listed = append(listed, regexp.MustCompile(`\w+`).FindAllString(line, -1)...)
		}
	}
	all := newEncoder(config{personal: true}).header()
	assert.Equal(t, strings.Split(strings.TrimSpace(string(all)), ","), listed)
}
