package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// An outbox: a row for each change of an operation's class, written in the transaction
// that stores the operation. Before says what the class was. What a sender then takes
// out of the table is neither lost nor doubled by the sync.
func Example_outbox() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "outbox")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(dir, "vima.db")))
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	store, err := vimasync.NewSQLStore(db, vimasync.SQLite, vimasync.OnApply(func(ctx context.Context, tx *sql.Tx, a vimasync.Applied) error {
		now, was := a.Row.Outcome().Class(), vima.StatusClass("new")
		if a.Before != nil {
			was = a.Before.Status.Class()
		}
		if now == was || a.Backfill { // history is no news
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO outbox (operation_id, version, was, now) VALUES (?, ?, ?, ?)`,
			a.Row.OperationID, a.Version, was, now)
		return err
	}))
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, `CREATE TABLE outbox (number INTEGER PRIMARY KEY, operation_id TEXT, version TEXT, was TEXT, now TEXT)`); err != nil {
		log.Fatal(err)
	}

	// What passes read: one operation in four versions, the last of them twice.
	var at vimasync.Checkpoint
	for version, status := range []vima.Status{"in_process", "user_input_required", "success", "fail", "fail"} {
		op := &vima.Operation{OperationID: "1", OperationUpdateID: fmt.Sprint(min(version, 3)), CurrentStatus: status}
		done, err := store.Commit(ctx, "example", vimasync.Change{From: at, Rows: []*vima.Operation{op}})
		if err != nil {
			log.Fatal(err)
		}
		at = done.Checkpoint
	}
	rows, err := db.QueryContext(ctx, `SELECT number, version, was, now FROM outbox ORDER BY number`)
	if err != nil {
		log.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var number int
		var version, was, now string
		if err := rows.Scan(&number, &version, &was, &now); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d: version %s, %s -> %s\n", number, version, was, now)
	}
	if err := rows.Err(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1: version 0, new -> pending
	// 2: version 2, pending -> succeeded
	// 3: version 3, succeeded -> failed
}
