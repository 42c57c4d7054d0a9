package sqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

func TestKeepRaw(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db, vimasync.KeepRaw(false))
		at, err := s.Commit(t.Context(), "s", vimasync.Checkpoint{}, "{}", []*vima.Operation{operation(t, `"operation_id":"1","operation_update_id":"1"`)},
			[]vima.BadRow{{Raw: []byte(`{"contact":"payer@example.com"}`), Err: errors.New("no")}})
		require.NoError(t, err)
		assert.Equal(t, "NULL", text(t, db, "SELECT raw FROM vima_operations"))
		assert.Equal(t, "NULL", text(t, db, "SELECT raw FROM sync_rejects"))
		// Told apart all the same.
		_, err = s.Commit(t.Context(), "s", at, "{}", nil, []vima.BadRow{{Raw: []byte(`{"contact":"payer@example.com"}`)}, {Raw: []byte(`{}`)}})
		require.NoError(t, err)
		assert.Equal(t, "2", text(t, db, "SELECT count(*) FROM sync_rejects"))
	})
}

func TestMapRow(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		db := d.pool(t)
		var applied []string
		s := d.store(t, db,
			vimasync.MapRow(func(o *vima.Operation) {
				o.OperationID, o.OperationCreateID, o.OperationUpdateID = "99", "98", "97"
				o.ClientOperationID, o.Project = "masked", "mapped"
			}),
			vimasync.OnApply(func(_ context.Context, _ *sql.Tx, o *vima.Operation) error {
				applied = append(applied, o.ClientOperationID, o.OperationID, o.OperationCreateID, o.OperationUpdateID)
				return nil
			}))
		o := operation(t, `"operation_id":"1","operation_create_id":"2","operation_update_id":"3","project":"monetix","client_operation_id":"5"`)
		require.NoError(t, commit(t, s, o))
		assert.Equal(t, "monetix", o.Project, "the caller's is not changed")
		assert.Equal(t, "mapped", text(t, db, "SELECT project FROM vima_operations WHERE operation_id = 1"))
		assert.Equal(t, "2", text(t, db, "SELECT operation_create_id FROM vima_operations"))
		assert.Equal(t, "3", text(t, db, "SELECT operation_update_id FROM vima_operations"))
		assert.Equal(t, "NULL", text(t, db, "SELECT raw FROM vima_operations"))
		assert.Equal(t, []string{"masked", "1", "2", "3"}, applied)
	})
}

// What MapRow masks is in the rows as received too: they are stored where that is
// asked for, and those that do not decode never pass through it.
func TestMapRowAndKeepRaw(t *testing.T) {
	t.Parallel()
	mask := vimasync.MapRow(func(o *vima.Operation) { o.Contact = "" })
	maskRaw := vimasync.MapRow(func(o *vima.Operation) { o.Raw = []byte(`{}`) })
	row := `{"operation_id":"1","operation_update_id":"1","contact":"payer@example.com"}`
	bad := `{"contact":"payer@example.com"}`
	for _, c := range []struct {
		opts        []vimasync.StoreOption
		row, reject string
	}{
		{nil, row, bad},
		{[]vimasync.StoreOption{vimasync.KeepRaw(true)}, row, bad},
		{[]vimasync.StoreOption{mask}, "NULL", "NULL"},
		{[]vimasync.StoreOption{maskRaw}, "NULL", "NULL"},
		{[]vimasync.StoreOption{vimasync.KeepRaw(false), mask}, "NULL", "NULL"},
		{[]vimasync.StoreOption{mask, vimasync.KeepRaw(true)}, row, bad},
		{[]vimasync.StoreOption{vimasync.KeepRaw(true), maskRaw}, "{}", bad},
	} {
		d := sqlite(t)
		db := d.pool(t)
		s := d.store(t, db, c.opts...)
		_, err := s.Commit(t.Context(), "s", vimasync.Checkpoint{}, "{}", []*vima.Operation{operation(t, row[1:len(row)-1])},
			[]vima.BadRow{{Raw: []byte(bad), Err: errors.New("no")}})
		require.NoError(t, err)
		assert.Equal(t, c.row, text(t, db, "SELECT raw FROM vima_operations"))
		assert.Equal(t, c.reject, text(t, db, "SELECT raw FROM sync_rejects"))
	}
}

func TestOnApply(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		db := d.pool(t)
		var order []string
		refusal := errors.New("not now")
		refuse := true
		s := d.store(t, db, vimasync.OnApply(func(ctx context.Context, tx *sql.Tx, o *vima.Operation) error {
			order = append(order, o.OperationID)
			if refuse && o.OperationID == "2" {
				return refusal
			}
			return d.ledger(ctx, tx, o)
		}))
		rows := []*vima.Operation{
			operation(t, `"operation_id":"3","operation_update_id":"1"`),
			operation(t, `"operation_id":"2","operation_update_id":"1"`),
			operation(t, `"operation_id":"1","operation_update_id":"1"`),
		}
		err := commit(t, s, rows...)
		require.ErrorIs(t, err, refusal)
		assert.Equal(t, []string{"3", "2"}, order)
		for _, table := range []string{"vima_operations", "ledger", "sync_state"} {
			assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM "+table), table)
		}

		refuse, order = false, nil
		require.NoError(t, commit(t, s, rows...))
		require.NoError(t, commit(t, s, rows...))
		assert.Equal(t, []string{"3", "2", "1"}, order, "in the order of the page, and once")
	})
}

// A panic of the caller's function leaves no transaction behind.
func TestOnApplyPanics(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		db := d.pool(t)
		db.SetMaxOpenConns(1)
		s := d.store(t, db, vimasync.OnApply(func(context.Context, *sql.Tx, *vima.Operation) error { panic("oh") }))
		row := operation(t, `"operation_id":"3","operation_update_id":"1"`)
		assert.PanicsWithValue(t, "oh", func() { _ = commit(t, s, row) })
		assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM vima_operations"))
	})
}
