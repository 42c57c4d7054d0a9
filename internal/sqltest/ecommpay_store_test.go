package sqltest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// Two sync packages share a database, also where they create it at the same time.
func TestEcommpayMigrateBesideVima(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		var group sync.WaitGroup
		for range 3 {
			db := d.pool(t)
			s, err := ecommpaysync.NewSQLStore(db, d.kind())
			require.NoError(t, err)
			other, err := vimasync.NewSQLStore(db, d.dialect)
			require.NoError(t, err)
			group.Go(func() { assert.NoError(t, s.Migrate(t.Context())) })
			group.Go(func() { assert.NoError(t, other.Migrate(t.Context())) })
		}
		group.Wait()
		db := d.pool(t)
		assert.Equal(t, "3", text(t, db, "SELECT count(*) FROM sync_migrations"))

		// Streams of the same name are apart.
		ours, err := ecommpaysync.NewSQLStore(db, d.kind())
		require.NoError(t, err)
		theirs, err := vimasync.NewSQLStore(db, d.dialect)
		require.NoError(t, err)
		_, err = ours.Commit(t.Context(), "s", ecommpaysync.Checkpoint{}, "{}", nil, nil)
		require.NoError(t, err)
		at, err := theirs.Load(t.Context(), "s")
		require.NoError(t, err)
		assert.Zero(t, at)
	})
}

func TestEcommpayColumns(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		raw := `"project_id":11,"operation_id":9223372036854775807,"payment_id":"001768491979464","operation_type":"sale","operation_status":"success",
			"account_number":"424242******4242","customer_ip":"192.0.2.1","payment_method_name":"visa","payment_method_type":"card",
			"payment_description":"order 1","operation_created_at":"2026-01-15T18:46:20+03:00","operation_completed_at":"2026-01-15T15:47:00+00:00",
			"provider_date":"2026-01-15 15:46:59","shipment_date":"","sum_initial":{"amount":9223372036854775807,"currency":"KWD"},
			"sum_converted":{"amount":"-50","currency":"JPY"},"arn":"74000000000000000000000","rrn":"000000000001",
			"payment_provider_code":"0","payment_provider_message":"Success"`
		require.NoError(t, ecommpayCommit(t, s, ecommpayOperation(t, raw)))
		digest := sha256.Sum256([]byte("{" + raw + "}"))
		hexed, at := "lower(hex(digest))", func(column string) string { return column }
		if d.kind() == ecommpaysync.PostgreSQL {
			hexed = "encode(digest, 'hex')"
			at = func(column string) string {
				return "to_char(" + column + ` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
			}
		}
		for column, want := range map[string]string{
			"operation_id": "9223372036854775807", hexed: hex.EncodeToString(digest[:]), "checkpoint": "1",
			"project_id": "11", "payment_id": "001768491979464", "operation_type": "sale", "operation_status": "success",
			"amount_minor": "9223372036854775807", "currency": "KWD", "converted_amount_minor": "-50", "converted_currency": "JPY",
			"payment_method_name": "visa", "payment_method_type": "card",
			at("operation_created_at"): "2026-01-15T15:46:20.000000Z", at("operation_completed_at"): "2026-01-15T15:47:00.000000Z",
			at("provider_date"): "2026-01-15T15:46:59.000000Z", "shipment_date": "NULL",
			"arn": "74000000000000000000000", "rrn": "000000000001", "payment_provider_code": "0", "payment_provider_message": "Success",
			"raw": "{" + raw + "}",
		} {
			assert.Equal(t, want, text(t, db, "SELECT "+column+" FROM ecommpay_operations"), column)
		}

		require.NoError(t, ecommpayCommit(t, s, ecommpayOperation(t, `"operation_id":"2","sum_initial":{"amount":5,"currency":""},"sum_converted":[]`)))
		for column, want := range map[string]string{"amount_minor": "NULL", "converted_amount_minor": "NULL", "currency": "", "operation_created_at": "NULL"} {
			assert.Equal(t, want, text(t, db, "SELECT "+column+" FROM ecommpay_operations WHERE operation_id = 2"), column)
		}
	})
}

// Texts that a database or an array's syntax could trip over are stored as they
// are; what PostgreSQL cannot hold becomes U+FFFD and stops nothing.
func TestEcommpayHostileTexts(t *testing.T) {
	t.Parallel()
	hostile := []string{
		"", "NULL", "null", `"`, `\`, `""`, `{a,b}`, ",", "'", "';DROP TABLE ecommpay_operations;--", "$1", "?", "%s", "\t\r\n ", " x ",
		"é", "日本", "😀", "\u202e", "\\x00", `\u0000`, strings.Repeat(`\"`, 1<<16),
	}
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		var rows []*ecommpay.Operation
		for i, value := range hostile {
			text, err := json.Marshal(value)
			require.NoError(t, err)
			rows = append(rows, ecommpayOperation(t, `"operation_id":`+idText(int64(i+1))+`,"payment_id":`+string(text)))
		}
		rows = append(rows,
			ecommpayOperation(t, `"operation_id":1001,"payment_id":"a\u0000b"`),
			&ecommpay.Operation{OperationID: "1002", PaymentID: "a\xffb", Raw: []byte("{\"\xff\x00\"}")})
		require.NoError(t, ecommpayCommit(t, s, rows...))
		for i, value := range hostile {
			assert.Equal(t, value, text(t, db, "SELECT payment_id FROM ecommpay_operations WHERE operation_id = "+idText(int64(i+1))))
		}
		assert.Equal(t, "a\uFFFDb", text(t, db, "SELECT payment_id FROM ecommpay_operations WHERE operation_id = 1001"))
		assert.Equal(t, string(rows[len(rows)-2].Raw), text(t, db, "SELECT raw FROM ecommpay_operations WHERE operation_id = 1001"))
		assert.Equal(t, "a\uFFFDb", text(t, db, "SELECT payment_id FROM ecommpay_operations WHERE operation_id = 1002"))
		assert.Equal(t, "{\"\uFFFD\uFFFD\"}", text(t, db, "SELECT raw FROM ecommpay_operations WHERE operation_id = 1002"))
	})
}

// A payment's id of any length can be looked up by the index.
func TestEcommpayLongTexts(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		r := rand.New(rand.NewPCG(1, 1))
		var long strings.Builder
		for range 6000 {
			long.WriteRune(rune(0x4E00 + r.IntN(0x5000)))
		}
		require.NoError(t, ecommpayCommit(t, s, &ecommpay.Operation{OperationID: "1", PaymentID: long.String(), Raw: []byte(long.String())}))
		where, plan, column := "payment_id = '"+long.String()+"'", "EXPLAIN QUERY PLAN ", "detail"
		db.SetMaxOpenConns(1)
		if d.kind() == ecommpaysync.PostgreSQL {
			where = "left(payment_id, 255) = left('" + long.String() + "', 255) AND " + where
			plan, column = "EXPLAIN ", "QUERY PLAN"
			_, err := db.ExecContext(t.Context(), "SET enable_seqscan = off") // it reads a table of one row as it is
			require.NoError(t, err)
		}
		query := "SELECT operation_id FROM ecommpay_operations WHERE " + where
		assert.Equal(t, "1", text(t, db, query))
		assert.Contains(t, explained(t, db, plan+query, column), "ecommpay_operations_payment_id")
	})
}

// Versions are told apart by their bytes; what is committed last counts.
func TestEcommpayDigests(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		applied := 0
		for _, c := range []struct {
			put  *ecommpay.Operation
			new  int
			want string
		}{
			{ecommpayOperation(t, `"operation_id":"5","operation_status":"a"`), 1, "a"},
			{ecommpayOperation(t, `"operation_id":"5","operation_status":"a"`), 0, "a"},
			{ecommpayOperation(t, `"operation_id":5,"operation_status":"a"`), 1, "a"}, // spelled in another way
			{ecommpayOperation(t, `"operation_id":"0005","operation_status":"b"`), 1, "b"},
			{ecommpayOperation(t, `"operation_id":"5","operation_status":"a"`), 1, "a"},
			{&ecommpay.Operation{OperationID: "5", OperationStatus: "c"}, 1, "c"},
			{&ecommpay.Operation{OperationID: "5", OperationStatus: "c"}, 0, "c"},
			{&ecommpay.Operation{OperationID: "5", OperationStatus: "d"}, 1, "d"},
		} {
			require.NoError(t, ecommpayCommit(t, s, c.put))
			applied += c.new
			assert.Equal(t, c.want, text(t, db, "SELECT operation_status FROM ecommpay_operations WHERE operation_id = 5"))
			assert.Equal(t, idText(int64(applied)), text(t, db, "SELECT count(*) FROM ledger"))
		}
	})
}

func TestEcommpayCommitRefuses(t *testing.T) {
	t.Parallel()
	d := ecommpaySide{sqlite(t)}
	db := d.pool(t)
	s := d.store(t, db)
	for _, id := range []string{"", "abc", "-1", "+1", "1.0", "0x1", "9223372036854775808", "99999999999999999999999"} {
		err := ecommpayCommit(t, s, &ecommpay.Operation{OperationID: id})
		require.ErrorIs(t, err, ecommpaysync.ErrInvalidRequest)
		assert.EqualError(t, err, "ecommpaysync: invalid request: rows[0]: operation_id must be a number of at most 63 bits")
	}
	err := ecommpayCommit(t, s, &ecommpay.Operation{OperationID: "1", PaymentID: "a\xffb"})
	require.ErrorIs(t, err, ecommpaysync.ErrInvalidRequest, "no JSON, and so no digest")
	assert.ErrorContains(t, err, "rows[0]: ")
	assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM sync_state"))
}

func TestEcommpayFence(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		first, second := d.store(t, d.pool(t)), d.store(t, d.pool(t))
		zero, err := first.Load(t.Context(), "s")
		require.NoError(t, err)
		assert.Zero(t, zero)
		one, err := first.Commit(t.Context(), "s", zero, `{"a":1}`, []*ecommpay.Operation{ecommpayOperation(t, `"operation_id":"1"`)}, nil)
		require.NoError(t, err)
		assert.Equal(t, ecommpaysync.Checkpoint{Version: 1, State: `{"a":1}`}, one)

		late := []*ecommpay.Operation{ecommpayOperation(t, `"operation_id":"2"`)}
		bad := []ecommpay.BadRow{{Raw: []byte(`{}`), Err: errors.New("no")}}
		_, err = second.Commit(t.Context(), "s", zero, `{"b":1}`, late, bad)
		require.ErrorIs(t, err, ecommpaysync.ErrFenced)
		two, err := second.Commit(t.Context(), "s", one, `{"b":2}`, nil, nil)
		require.NoError(t, err)
		_, err = first.Commit(t.Context(), "s", one, `{"c":1}`, late, bad)
		require.ErrorIs(t, err, ecommpaysync.ErrFenced)
		assert.EqualError(t, err, `ecommpaysync: another process has moved on: stream "s"`)
		now, err := first.Load(t.Context(), "s")
		require.NoError(t, err)
		assert.Equal(t, two, now)
		db := d.pool(t)
		assert.Equal(t, "1", text(t, db, "SELECT count(*) FROM ecommpay_operations"))
		assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM sync_rejects"))
	})
}

func TestEcommpayRejects(t *testing.T) {
	t.Parallel()
	onEachOfEcommpay(t, func(d ecommpaySide) {
		t := d.t
		srv, db := ecommpaySeeded(t, 20), d.pool(t)
		raws := map[string]string{
			"7":                    `{"operation_id":"7","customer_email":"payer@example.com","sum_initial":{"amount":"much","currency":"EUR"}}`,
			"18446744073709551615": `{"operation_id":18446744073709551615}`,
			"9":                    `{"operation_id":"9","arn":{"a":1}}`,
		}
		for id, raw := range raws {
			srv.Seed(&ecommpay.Operation{OperationID: id, OperationCreatedAt: time.Now().Add(-time.Minute), Raw: []byte(raw)})
		}
		s := d.store(t, db)
		for _, inserted := range []int{20, 0} {
			result, err := ecommpaysync.RunOnce(t.Context(), ecommpayClient(t, srv), s, fromBegun)
			require.ErrorIs(t, err, ecommpaysync.ErrRejected)
			assert.EqualError(t, err, `ecommpaysync: rows were rejected: 3 of stream "default"`)
			assert.Equal(t, 3, result.Rejected)
			assert.Equal(t, inserted, result.Inserted)
			assert.True(t, result.CaughtUp)
			assert.Equal(t, "3", text(t, db, "SELECT count(*) FROM sync_rejects"))
		}
		for id, raw := range raws {
			assert.Equal(t, raw, text(t, db, "SELECT raw FROM sync_rejects WHERE row_id = '"+id+"'"))
		}
		assert.Contains(t, text(t, db, "SELECT reason FROM sync_rejects WHERE row_id = '18446744073709551615'"), "63 bits")
		reason := text(t, db, "SELECT reason FROM sync_rejects WHERE row_id = '7'")
		assert.Contains(t, reason, "amount")
		assert.NotContains(t, reason, "much")
		assert.Equal(t, "20", text(t, db, "SELECT count(*) FROM ecommpay_operations"))
	})
}
