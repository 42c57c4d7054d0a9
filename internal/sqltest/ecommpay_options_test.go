package sqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
)

// What MapRow masks is in the rows as received too: they are stored where that is
// asked for, and those that do not decode never pass through it.
func TestEcommpayMapRowAndKeepRaw(t *testing.T) {
	t.Parallel()
	mask := ecommpaysync.MapRow(func(o *ecommpay.Operation) { o.CustomerIP = "" })
	maskRaw := ecommpaysync.MapRow(func(o *ecommpay.Operation) { o.Raw = []byte(`{}`) })
	row := `{"operation_id":"1","customer_ip":"192.0.2.1"}`
	bad := `{"customer_ip":"192.0.2.1"}`
	for _, c := range []struct {
		opts        []ecommpaysync.StoreOption
		row, reject string
	}{
		{nil, row, bad},
		{[]ecommpaysync.StoreOption{ecommpaysync.KeepRaw(true)}, row, bad},
		{[]ecommpaysync.StoreOption{ecommpaysync.KeepRaw(false)}, "NULL", "NULL"},
		{[]ecommpaysync.StoreOption{mask}, "NULL", "NULL"},
		{[]ecommpaysync.StoreOption{maskRaw}, "NULL", "NULL"},
		{[]ecommpaysync.StoreOption{ecommpaysync.KeepRaw(false), mask}, "NULL", "NULL"},
		{[]ecommpaysync.StoreOption{mask, ecommpaysync.KeepRaw(true)}, row, bad},
		{[]ecommpaysync.StoreOption{ecommpaysync.KeepRaw(true), maskRaw}, "{}", bad},
	} {
		d := ecommpaySide{sqlite(t)}
		db := d.pool(t)
		s := d.store(t, db, c.opts...)
		at := ecommpaysync.Checkpoint{}
		for range 2 { // told apart all the same
			next, err := s.Commit(t.Context(), "s", at, "{}", []*ecommpay.Operation{ecommpayOperation(t, row[1:len(row)-1])},
				[]ecommpay.BadRow{{Raw: []byte(bad), Err: errors.New("no")}})
			require.NoError(t, err)
			at = next
			assert.Equal(t, c.row, text(t, db, "SELECT raw FROM ecommpay_operations"))
			assert.Equal(t, c.reject, text(t, db, "SELECT raw FROM sync_rejects"))
			assert.Equal(t, "1", text(t, db, "SELECT checkpoint FROM ecommpay_operations"))
			assert.Equal(t, "1", text(t, db, "SELECT count(*) FROM sync_rejects"))
		}
	}
}

func TestEcommpayMapRow(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		db := d.pool(t)
		var applied []string
		s := d.store(t, db,
			ecommpaysync.MapRow(func(o *ecommpay.Operation) { o.OperationID, o.PaymentID, o.ARN = "99", "masked", "" }),
			ecommpaysync.OnApply(func(_ context.Context, _ *sql.Tx, o *ecommpay.Operation) error {
				applied = append(applied, o.OperationID, o.PaymentID)
				return nil
			}))
		o := ecommpayOperation(t, `"operation_id":"1","payment_id":"secret","arn":"74"`)
		require.NoError(t, ecommpayCommit(t, s, o))
		require.NoError(t, ecommpayCommit(t, s, o))
		// The digest is that of what was received.
		require.NoError(t, ecommpayCommit(t, s, ecommpayOperation(t, `"operation_id":"1","payment_id":"another","arn":"74"`)))
		assert.Equal(t, "secret", o.PaymentID, "the caller's is not changed")
		assert.Equal(t, "masked", text(t, db, "SELECT payment_id FROM ecommpay_operations WHERE operation_id = 1"))
		assert.Empty(t, text(t, db, "SELECT arn FROM ecommpay_operations"))
		assert.Equal(t, []string{"1", "masked", "1", "masked"}, applied)
	})
}

func TestEcommpayOnApply(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		db := d.pool(t)
		var order []string
		refusal := errors.New("not now")
		refuse := true
		s := d.store(t, db, ecommpaysync.OnApply(func(ctx context.Context, tx *sql.Tx, o *ecommpay.Operation) error {
			order = append(order, o.OperationID)
			if refuse && o.OperationID == "2" {
				return refusal
			}
			return d.ledger(ctx, tx, o)
		}))
		rows := []*ecommpay.Operation{
			ecommpayOperation(t, `"operation_id":"3"`), ecommpayOperation(t, `"operation_id":"2"`), ecommpayOperation(t, `"operation_id":"1"`),
		}
		err := ecommpayCommit(t, s, rows...)
		require.ErrorIs(t, err, refusal)
		assert.Equal(t, []string{"3", "2"}, order)
		for _, table := range []string{"ecommpay_operations", "ledger", "sync_state"} {
			assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM "+table), table)
		}
		refuse, order = false, nil
		require.NoError(t, ecommpayCommit(t, s, rows...))
		require.NoError(t, ecommpayCommit(t, s, rows...))
		assert.Equal(t, []string{"3", "2", "1"}, order, "in the order of the page, and once")
	})
}
