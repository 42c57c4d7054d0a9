package main

import (
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func vimaIDs(t *testing.T, srv *vimatest.Server) []string {
	t.Helper()
	var ids []string
	for _, raw := range srv.Rows() {
		o := new(vima.Operation)
		if o.UnmarshalJSON(raw) == nil {
			ids = append(ids, o.OperationID)
		}
	}
	return ids
}

func TestMigrateOnceCheck(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		srv, env := collector(t, 250)
		got := start(t, map[string]string{"SYNCD_DB": where}, "migrate")
		require.Zero(t, got.code, got.stderr)
		assert.Equal(t, "vima: the tables are there\necommpay: the tables are there\ntransactions: the tables are there\nriver: the tables are there\n", got.stdout)

		got = start(t, env, "once", "-db", where, "-migrate=false")
		require.Zero(t, got.code, got.stderr)
		assert.Regexp(t, `^vima: ok: inserted 250, updated 0, unchanged \d+, rejected 0; \d+ pages in \S+\n$`, got.stdout)
		assert.Empty(t, got.stderr)

		check := []string{"check", "-db", where, "-from", "2025-12-31", "-to", "2026-01-01"}
		got = start(t, env, check...)
		require.Zero(t, got.code, got.stderr)
		assert.Equal(t, "vima: 2025-12-31 ok: collector 0, stored 0, missing 0, stale 0, extra 0, rejected 0\n"+
			"vima: 2026-01-01 ok: collector 250, stored 250, missing 0, stale 0, extra 0, rejected 0\n", got.stdout)

		srv.Update(vimaIDs(t, srv)[9], func(o *vima.Operation) { o.CurrentStatus = "novel" })
		got = start(t, env, check...)
		assert.Equal(t, 1, got.code)
		assert.Contains(t, got.stdout, "vima: 2026-01-01 differs: collector 250, stored 250, missing 0, stale 1, ")
		assert.Equal(t, "syncd: the copy differs from the service\n", got.stderr)

		got = start(t, env, "check", "-db", where)
		assert.Zero(t, got.code, "yesterday there was nothing")
		assert.Len(t, regexp.MustCompile(`(?m)^vima: .* ok`).FindAllString(got.stdout, -1), 1)
	})
}

func TestOnceTellsWhatFailed(t *testing.T) {
	t.Parallel()
	srv, env := collector(t, 250)
	srv.Inject(vimatest.Fault{Kind: vimatest.FaultHTML, Match: func(r vimatest.Request) bool {
		return r.Query().Get("from_operation_create_id") != ""
	}})
	got := start(t, env, "once", "-db", filepath.Join(t.TempDir(), "sync.db"))
	assert.Equal(t, 1, got.code)
	assert.Regexp(t, `^vima: failed: inserted 100, updated 0,`, got.stdout)
	assert.Contains(t, got.stderr, "  The answer is not a list of operations: check VIMA_URL")
}

// Rows that do not decode end a pass as an error, and the rest is stored.
func TestOnceTellsOfRejectedRows(t *testing.T) {
	t.Parallel()
	srv, env := collector(t, 250)
	srv.Seed(&vima.Operation{
		OperationID: "7", OperationCreateID: "7", OperationUpdateID: "7",
		Raw: []byte(`{"operation_id":"7","operation_create_id":"7","operation_update_id":"7","complete_amount":"much"}`),
	})
	got := start(t, env, "once", "-db", filepath.Join(t.TempDir(), "sync.db"))
	assert.Equal(t, 1, got.code)
	assert.Regexp(t, `^vima: rejected: inserted 250, updated 0, unchanged \d+, rejected 1;`, got.stdout)
	assert.Contains(t, got.stderr, "vimasync: rows were rejected")
	assert.Contains(t, got.stderr, "Look at sync_rejects")
	assert.NotContains(t, got.stderr, "much")
}

func TestAStreamKeepsItsProject(t *testing.T) {
	t.Parallel()
	_, env := collector(t, 50)
	where := filepath.Join(t.TempDir(), "sync.db")
	env["VIMA_PROJECT"] = vima.ProjectMonetix
	require.Zero(t, start(t, env, "once", "-db", where).code)
	got := start(t, env, "check", "-db", where, "-from", "2026-01-01")
	assert.Zero(t, got.code, got.stdout)
	env["VIMA_PROJECT"] = ""
	got = start(t, env, "once", "-db", where)
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "keeps the VIMA_PROJECT that it was begun with")
}

// Processes that start at the same time on an empty database all find tables.
func TestTablesAreMadeByManyAtOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		var group sync.WaitGroup
		for range 6 {
			group.Go(func() {
				got := start(t, map[string]string{"SYNCD_DB": where}, "migrate")
				assert.Zero(t, got.code, got.stderr)
			})
		}
		group.Wait()
		assert.Zero(t, number(t, open(t, where), "SELECT count(*) FROM river_job"))
	})
}

func TestWithoutTables(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		_, env := collector(t, 1)
		got := start(t, env, "once", "-db", where, "-migrate=false")
		assert.Equal(t, 1, got.code)
		assert.Contains(t, got.stderr, "syncd migrate was run")
	})
}

func TestNoDatabase(t *testing.T) {
	t.Parallel()
	_, env := collector(t, 1)
	got := start(t, env, "once", "-db", "postgres://user:a-key-to-hide@127.0.0.1:1/x")
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stderr, "check -db or SYNCD_DB")
	assert.NotContains(t, got.stderr, "a-key-to-hide")
}

// Any of the services may be configured, and each does all that a stream has to.
func TestEachServiceByItself(t *testing.T) {
	t.Parallel()
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(e empty) {
				t, where := e.t, e.where
				f := s.fake(200)
				defer f.close()
				got := start(t, f.env, "once", "-db", where)
				require.Zero(t, got.code, got.stderr)
				assert.Regexp(t, `^`+s.name+`: ok: inserted \d{3}, `, got.stdout)
				db, err := openDatabase(t.Context(), where)
				require.NoError(t, err)
				defer db.close()
				assert.Equal(t, len(f.versions()), number(t, db, "SELECT count(*) FROM "+f.table))
				days := []string{"check", "-db", where, "-from", f.first.Format(time.DateOnly), "-to", f.last.Format(time.DateOnly)}
				got = start(t, f.env, days...)
				require.Zero(t, got.code, got.stdout+got.stderr)
				assert.Equal(t, int(f.last.Sub(f.first)/(24*time.Hour))+1, strings.Count(got.stdout, " ok: "))

				random := rand.New(rand.NewPCG(1, 2))
				for range 20 { // most of which are changes, and visible
					f.stir(random)
				}
				got = start(t, f.env, days...)
				assert.Equal(t, 1, got.code)
				assert.Regexp(t, ` differs: .* stale [1-9]`, got.stdout)
			})
		})
	}
}
