package main

import (
	"context"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fewRows are what the race detector has time for.
const fewRows = "200"

var sound = regexp.MustCompile(`\nlost 0, doubled 0, stale 0\n\nThis was offline`)

// figures are the figures of a line of the summary, by their columns.
func figures(t *testing.T, summary, stream string) map[string]int {
	t.Helper()
	var columns []string
	for line := range strings.Lines(summary) {
		fields := regexp.MustCompile(`\s{2,}`).Split(strings.TrimSpace(line), -1)
		switch fields[0] {
		case "STREAM":
			columns = fields
		case stream:
			found := map[string]int{}
			require.Len(t, fields, len(columns))
			for i, f := range fields {
				found[columns[i]], _ = strconv.Atoi(f)
			}
			return found
		}
	}
	t.Fatal("no line of " + stream + " in " + summary)
	return nil
}

// An offline run goes on until it is interrupted, then catches up and compares.
func TestOfflineUntilCtrlC(t *testing.T) {
	t.Parallel()
	where := filepath.Join(t.TempDir(), "sync.db")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	done := make(chan ended, 1)
	go func() { done <- startUntil(ctx, nil, "-rows", fewRows, "-every", "30s", "-db", where) }()
	db := open(t, where)
	eventually(t, "a good pass of each stream", func() bool {
		select {
		case got := <-done:
			t.Fatalf("it ended with %d: %s", got.code, got.stderr)
		default:
		}
		return number(t, db, "SELECT count(DISTINCT queue) FROM river_job WHERE state = 'completed'") == len(services)
	})
	interrupt()
	got := <-done
	require.Zero(t, got.code, got.stderr)
	assert.Regexp(t, sound, got.stdout)
	for _, s := range services {
		f := figures(t, got.stdout, s.name)
		assert.GreaterOrEqual(t, f["AT SERVICE"], 200)
		assert.Equal(t, f["AT SERVICE"], f["STORED"])
		assert.Positive(t, f["PASSES"])
		assert.Zero(t, f["REJECTED"])
	}
}

// One in a PostgreSQL database leaves nothing behind.
func TestOfflineInPostgreSQL(t *testing.T) {
	t.Parallel()
	where := postgres(t)
	got := start(t, map[string]string{"SYNCD_DB": where}, "-rows", fewRows, "-for", "4s")
	require.Zero(t, got.code, got.stderr)
	assert.Regexp(t, sound, got.stdout)
	for _, s := range services {
		f := figures(t, got.stdout, s.name)
		assert.GreaterOrEqual(t, f["AT SERVICE"], 200)
		assert.Equal(t, f["AT SERVICE"], f["STORED"])
	}
	db, err := openDatabase(t.Context(), where)
	require.NoError(t, err)
	defer db.close()
	assert.Zero(t, number(t, db, "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"))
}

func TestOfflineWithProcessesThatAreKilled(t *testing.T) {
	t.Parallel()
	for name, db := range map[string]func(*testing.T) string{
		"SQLite": func(*testing.T) string { return "" }, "PostgreSQL": postgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := start(t, map[string]string{"SYNCD_DB": db(t)}, "-rows", fewRows, "-for", "10s", "-every", "3s", "-processes", "3", "-kill", "1300ms")
			require.Zero(t, got.code, got.stderr)
			assert.Regexp(t, sound, got.stdout)
			assert.Regexp(t, `\n3 processes, [1-9]\d* killed\n`, got.stdout)
			for _, s := range services {
				f := figures(t, got.stdout, s.name)
				assert.Equal(t, f["AT SERVICE"], f["STORED"])
			}
		})
	}
}

func TestOfflineOnceAndCheck(t *testing.T) {
	t.Parallel()
	today := func() string { return time.Now().UTC().Format(time.DateOnly) }
	for {
		day, where := today(), filepath.Join(t.TempDir(), "sync.db")
		once := start(t, nil, "once", "-rows", fewRows, "-db", where)
		again := start(t, nil, "check", "-rows", fewRows, "-db", where)
		checked := start(t, nil, "check", "-rows", fewRows)
		if day != today() {
			continue // the services are the same as long as the day is
		}
		require.Zero(t, once.code, once.stderr)
		require.Zero(t, again.code, again.stdout+again.stderr)
		require.Zero(t, checked.code, checked.stdout+checked.stderr)
		for _, s := range services {
			assert.Regexp(t, `(?m)^`+s.name+`: ok: inserted `+fewRows+`,`, once.stdout)
			assert.Regexp(t, `(?m)^`+s.name+`: 20\d\d-\d\d-\d\d ok: `, checked.stdout)
		}
		assert.Equal(t, checked.stdout, again.stdout)
		return
	}
}

// Made-up operations do not get among those of real services, nor the other way
// round, nor those of one run into another one.
func TestRealAndMadeUpStayApart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, env := collector(t, 10)
	real, madeUp := filepath.Join(dir, "real.db"), filepath.Join(dir, "made-up.db")
	require.Zero(t, start(t, env, "once", "-db", real).code)
	require.Zero(t, start(t, nil, "run", "-rows", fewRows, "-for", "3s", "-every", "1s", "-db", madeUp).code)

	for _, command := range []string{"run", "once", "check"} {
		got := start(t, nil, command, "-db", real)
		assert.Equal(t, 2, got.code)
		assert.Contains(t, got.stderr, "the database holds operations of real services, and the environment names none")
		got = start(t, env, command, "-db", madeUp)
		assert.Equal(t, 2, got.code)
		assert.Contains(t, got.stderr, "the database holds made-up operations of an offline run")
	}
	got := start(t, nil, "run", "-rows", fewRows, "-db", madeUp)
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "holds operations of an earlier run")
}

// The verdict has to notice what it is there for.
func TestTheVerdictNotices(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		db := open(t, where)
		_, err := db.sql.ExecContext(t.Context(), ledgerTable)
		require.NoError(t, err)
		f := services[0].fake(200)
		defer f.close()
		streams, err := openStreams(overlay([]*fake{f}, environment(nil)), db, true, services[:1])
		require.NoError(t, err)
		d := demonstration{db: db, streams: streams, fakes: []*fake{f}}
		_, err = d.catchUp(t.Context())
		require.NoError(t, err)
		is := func(want string) {
			t.Helper()
			v, err := db.audit(t.Context(), f)
			require.NoError(t, err)
			assert.Equal(t, want, v.String())
			assert.Equal(t, want == "lost 0, doubled 0, stale 0", v.ok())
		}
		do := func(statement string) {
			t.Helper()
			_, err := db.sql.ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		is("lost 0, doubled 0, stale 0")
		const some = "(SELECT min(operation_id) FROM vima_operations)"
		do("UPDATE vima_operations SET operation_update_id = 1 WHERE operation_id = " + some)
		is("lost 0, doubled 0, stale 1, extra 0, unrecorded 1")
		do("DELETE FROM vima_operations WHERE operation_id = " + some)
		is("lost 1, doubled 0, stale 0")
		do("INSERT INTO syncd_ledger SELECT * FROM syncd_ledger WHERE id = CAST(" + some + " AS text)")
		is("lost 1, doubled 1, stale 0")
		do("UPDATE vima_operations SET operation_id = 5 WHERE operation_id = " + some)
		is("lost 2, doubled 1, stale 0, extra 1, unrecorded 1")
	})
}

// The doc shows a summary as it is printed.
func TestTheDocShowsASummary(t *testing.T) {
	t.Parallel()
	doc := strings.ReplaceAll(read(t, "main.go"), "//\t", "")
	for _, s := range services {
		f := figures(t, doc, s.name)
		assert.Equal(t, f["AT SERVICE"], f["STORED"])
		assert.Contains(t, f, "LAG")
	}
	assert.Contains(t, doc, "lost 0, doubled 0, stale 0\n")
	assert.Regexp(t, `\n3 processes, \d+ killed\n`, doc)
}
