package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// The whole of vimasync on a SQLite file, against a collector in this process.
func Example_vima() {
	ctx := context.Background()
	srv := vimatest.NewServer()
	defer srv.Close()
	day := vima.Date{Year: 2026, Month: time.January, Day: 15}
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 250, Seed: 1, From: day})...)
	client, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "vimasync")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(dir, "vima.db"))+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()

	store, err := vimasync.NewSQLStore(db, vimasync.SQLite)
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	err = vimasync.Loop(ctx, client, store, vimasync.Params{OnPass: func(r vimasync.Result, err error) {
		fmt.Println(r.Inserted, "inserted, caught up:", r.CaughtUp, err)
		cancel() // one pass is enough here
	}}, vimasync.DefaultInterval)
	if err != nil {
		log.Fatal(err)
	}
	report, err := vimasync.Check(context.Background(), client, store, vimasync.CheckParams{From: day, To: day})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Days[0])
	// Output:
	// 250 inserted, caught up: true <nil>
	// 2026-01-15 ok: collector 250, stored 250, missing 0, stale 0, extra 0, rejected 0
}
