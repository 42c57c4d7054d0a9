package sqltest_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
)

// shownAt is a column of times as SQLite has them, on both databases.
func (d transactionsSide) shownAt(column string) string {
	if d.kind() == transactionssync.PostgreSQL {
		return "to_char(" + column + ` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
	}
	return column
}

func TestTransactionsColumns(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db, transactionssync.KeepRaw(true))
		raw := `"id":9223372036854775807,"status":"SUCCESS","payType":"PAYMENT","date":"2026-01-15T18:46:20.195+03:00",
			"requestTrId":"001768491979464","requestLogin":"login","requestAmount":9223372036854775807,"requestCcy":860,
			"senderAccount":"8600000000000001","senderName":"Test Payer","senderServiceId":0,"senderBillId":-1,"senderAmount":100500,"senderCcy":643,
			"senderTrId":"s-1","senderSuccess":false,"senderDate":"2026-01-15T15:46:21Z","senderStatus":"OK","senderGateway":"gate",
			"recipientAccount":"user","recipientName":"Provider Name","recipientServiceId":200001001,"recipientBillId":900000001,"recipientAmount":100000,"recipientCcy":860,
			"recipientTrId":"r-1","recipientSuccess":true,"recipientDate":1768491980195,"recipientStatus":"true","recipientGateway":"100%_gate",
			"gatewayAmount":1.0E7,"agentFeeAmount":1,"systemFeeAmount":2,"systemCommissionUpAmount":3,"systemCommissionDownAmount":4,"systemCurrency":840,
			"eposMerchant":"-","eposTerminal":"99","comment":"for the flat","createdDate":null,"lastModifiedDate":"2026-01-15T15:46:20.195123999Z"`
		require.NoError(t, transactionsCommit(t, s, transaction(t, raw)))
		const yes, no = "true", "false"
		boolean := map[string]string{yes: yes, no: no}
		if d.kind() == transactionssync.SQLite {
			boolean = map[string]string{yes: "1", no: "0"}
		}
		for column, want := range map[string]string{
			"id": "9223372036854775807", "version": "1768491980195123", "status": "SUCCESS", "pay_type": "PAYMENT",
			d.shownAt("date"): "2026-01-15T15:46:20.195000Z", "request_tr_id": "001768491979464",
			"request_amount": "9223372036854775807", "request_ccy": "860",
			"sender_account": "************0001", "sender_service_id": "0", "sender_bill_id": "-1", "sender_amount": "100500", "sender_ccy": "643",
			"sender_tr_id": "s-1", "sender_success": boolean[no], d.shownAt("sender_date"): "2026-01-15T15:46:21.000000Z", "sender_status": "OK", "sender_gateway": "gate",
			"recipient_account": "****", "recipient_service_id": "200001001", "recipient_bill_id": "900000001", "recipient_amount": "100000", "recipient_ccy": "860",
			"recipient_tr_id": "r-1", "recipient_success": boolean[yes], d.shownAt("recipient_date"): "2026-01-15T15:46:20.195000Z", "recipient_status": "true", "recipient_gateway": "100%_gate",
			"gateway_amount": "10000000", "agent_fee_amount": "1", "system_fee_amount": "2",
			"system_commission_up_amount": "3", "system_commission_down_amount": "4", "system_currency": "840",
			"epos_merchant": "-", "epos_terminal": "99",
			d.shownAt("created_date"): "NULL", d.shownAt("last_modified_date"): "2026-01-15T15:46:20.195123Z",
			"raw": "{" + raw + "}",
		} {
			assert.Equal(t, want, text(t, db, "SELECT "+column+" FROM transactions_transactions"), column)
		}

		require.NoError(t, transactionsCommit(t, s, transaction(t, `"id":2,"lastModifiedDate":"2026-01-15T15:46:20Z"`)))
		for column, want := range map[string]string{
			"date": "NULL", "request_amount": "NULL", "request_ccy": "NULL", "sender_success": "NULL", "sender_date": "NULL", "gateway_amount": "NULL",
			"recipient_bill_id": "NULL", "system_currency": "NULL", "status": "", "sender_account": "", "request_tr_id": "",
		} {
			assert.Equal(t, want, text(t, db, "SELECT "+column+" FROM transactions_transactions WHERE id = 2"), column)
		}
	})
}

// No column has what is personal in the sample of the documentation.
func TestTransactionsPersonalData(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		sample, err := os.ReadFile("../../transactions/testdata/transaction.json")
		require.NoError(t, err)
		row := new(transactions.Transaction)
		require.NoError(t, row.UnmarshalJSON(sample))
		personal := map[string]*string{
			"sender account": &row.SenderAccount, "recipient account": &row.RecipientAccount, "sender name": &row.SenderName, "recipient name": &row.RecipientName,
			"login": &row.RequestLogin, "sub-account": &row.RequestSubAccount, "comment": &row.Comment, "creator": &row.CreatedBy, "changer": &row.LastModifiedBy,
		}
		for what, field := range personal {
			*field = "secret " + what
		}
		require.NoError(t, transactionsCommit(t, s, row))
		columns, err := db.QueryContext(t.Context(), "SELECT * FROM transactions_transactions")
		require.NoError(t, err)
		defer columns.Close()
		names, err := columns.Columns()
		require.NoError(t, err)
		require.True(t, columns.Next())
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(any)
		}
		require.NoError(t, columns.Scan(values...))
		for i, name := range names {
			value, err := json.Marshal(*values[i].(*any))
			require.NoError(t, err)
			assert.NotContains(t, string(value), "secret", name)
		}
		require.NoError(t, columns.Err())
	})
}

// Texts that a database or an array's syntax could trip over are stored as they
// are; what PostgreSQL cannot hold becomes U+FFFD and stops nothing.
func TestTransactionsHostileTexts(t *testing.T) {
	t.Parallel()
	hostile := []string{
		"", "NULL", "null", `"`, `\`, `{}`, `{a,b}`, ",", "'", "';DROP TABLE transactions_transactions;--", "$1", "?", "%s", "\t\r\n ", " x ",
		"é", "日本", "😀", "\u202e", "\\x00", `\u0000`, strings.Repeat(`\"`, 1<<16),
	}
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db, transactionssync.KeepRaw(true))
		at := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
		var rows []*transactions.Transaction
		for i, value := range hostile {
			encoded, err := json.Marshal(value)
			require.NoError(t, err)
			rows = append(rows, transactionAt(t, int64(i+1), at, `,"requestTrId":`+string(encoded)))
		}
		rows = append(rows, transactionAt(t, 1001, at, `,"requestTrId":"a\u0000b"`), &transactions.Transaction{
			ID: 1002, LastModifiedDate: at, RequestTrID: "a\xffb", SenderAccount: "12345678\xff\x00\xff\xff", Raw: []byte("{\"\xff\x00\"}"),
		})
		require.NoError(t, transactionsCommit(t, s, rows...))
		is := func(column string, id int) string {
			return text(t, db, "SELECT "+column+" FROM transactions_transactions WHERE id = "+idText(int64(id)))
		}
		for i, value := range hostile {
			assert.Equal(t, value, is("request_tr_id", i+1))
		}
		assert.Equal(t, "a\uFFFDb", is("request_tr_id", 1001))
		assert.Equal(t, string(rows[len(rows)-2].Raw), is("raw", 1001))
		assert.Equal(t, "a\uFFFDb", is("request_tr_id", 1002))
		assert.Equal(t, "********\uFFFD\uFFFD\uFFFD\uFFFD", is("sender_account", 1002))
		assert.Equal(t, "{\"\uFFFD\uFFFD\"}", is("raw", 1002))
	})
}

// A text of any length is stored and can be looked up.
func TestTransactionsLongTexts(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		db := d.pool(t)
		db.SetMaxOpenConns(1)
		s := d.store(t, db)
		r := rand.New(rand.NewPCG(1, 1))
		var long strings.Builder
		for range 6000 { // that do not compress
			long.WriteRune(rune(0x4E00 + r.IntN(0x5000)))
		}
		row := &transactions.Transaction{ID: 1, LastModifiedDate: time.Now(), RequestTrID: long.String(), SenderAccount: long.String()}
		require.NoError(t, transactionsCommit(t, s, row))
		where, explain, column := "request_tr_id = '"+long.String()+"'", "EXPLAIN QUERY PLAN ", "detail"
		if d.kind() == transactionssync.PostgreSQL {
			where, explain, column = "left(request_tr_id, 255) = left('"+long.String()+"', 255) AND "+where, "EXPLAIN ", "QUERY PLAN"
			_, err := db.ExecContext(t.Context(), "SET enable_seqscan = off") // which a table of one row is read by
			require.NoError(t, err)
		}
		query := "SELECT id FROM transactions_transactions WHERE " + where
		assert.Equal(t, "1", text(t, db, query))
		assert.Contains(t, explained(t, db, explain+query, column), "transactions_transactions_request_tr_id")
	})
}

// A version replaces another one if it is not older and differs. Times are
// compared as instants, to the microsecond.
func TestTransactionsVersions(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		noon := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
		put := func(changed time.Time, status, more string) {
			t.Helper()
			require.NoError(t, transactionsCommit(t, s, transactionAt(t, 5, changed, `,"status":"`+status+`"`+more)))
		}
		is := func(status string) {
			t.Helper()
			assert.Equal(t, status, text(t, db, "SELECT status FROM transactions_transactions WHERE id = 5"))
		}
		put(noon, "a", "")
		is("a")
		put(noon.Add(time.Microsecond), "b", "")
		is("b")
		put(noon, "c", "")
		is("b")
		put(noon.Add(time.Microsecond), "d", "") // not told apart by time
		is("d")
		put(noon.Add(time.Microsecond), "d", `,"comment":"another"`)
		is("d")
		put(noon.Add(time.Microsecond), "d", `,"comment":"another"`)
		assert.Equal(t, "4", text(t, db, "SELECT count(*) FROM ledger"))
		two := func(first, second time.Time) []*transactions.Transaction {
			return []*transactions.Transaction{transactionAt(t, 6, first, `,"status":"first"`), transactionAt(t, 6, second, `,"status":"second"`)}
		}
		require.NoError(t, transactionsCommit(t, s, two(noon.Add(time.Hour), noon)...))
		assert.Equal(t, "first", text(t, db, "SELECT status FROM transactions_transactions WHERE id = 6"))
		require.NoError(t, transactionsCommit(t, s, two(noon.Add(time.Hour), noon.Add(time.Hour))...))
		assert.Equal(t, "second", text(t, db, "SELECT status FROM transactions_transactions WHERE id = 6"))
	})
}

// A row that is stamped in the future is not the last one for that.
func TestTransactionsStampsInTheFuture(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		noon := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
		at := transactionssync.Checkpoint{}
		// As a pass does that has read all that was changed before settled.
		put := func(changed, settled time.Time, status string) {
			t.Helper()
			text, err := settled.MarshalText()
			require.NoError(t, err)
			at, err = s.Commit(t.Context(), "s", at, transactionssync.State(`{"sweep":{"safe":"`+string(text)+`"}}`),
				[]*transactions.Transaction{transactionAt(t, 5, changed, `,"status":"`+status+`"`)}, nil)
			require.NoError(t, err)
		}
		is := func(status string) {
			t.Helper()
			assert.Equal(t, status, text(t, db, "SELECT status FROM transactions_transactions WHERE id = 5"))
		}
		put(noon, noon.Add(time.Minute), "a")
		is("a")
		put(noon.AddDate(90, 0, 0), noon.Add(2*time.Minute), "of the future")
		is("of the future")
		put(noon.Add(3*time.Minute), noon.Add(4*time.Minute), "b")
		is("b")
		assert.Equal(t, "2026-01-15T12:03:00.000000Z", text(t, db, "SELECT "+d.shownAt("last_modified_date")+" FROM transactions_transactions"))

		// A State that is not of this package does not tell; then the present counts.
		require.NoError(t, transactionsCommit(t, s, transactionAt(t, 6, time.Now().AddDate(90, 0, 0), `,"status":"of the future"`)))
		require.NoError(t, transactionsCommit(t, s, transactionAt(t, 6, time.Now().Add(-time.Hour), `,"status":"old"`)))
		assert.Equal(t, "of the future", text(t, db, "SELECT status FROM transactions_transactions WHERE id = 6"))
		require.NoError(t, transactionsCommit(t, s, transactionAt(t, 6, time.Now(), `,"status":"new"`)))
		assert.Equal(t, "new", text(t, db, "SELECT status FROM transactions_transactions WHERE id = 6"))
	})
}

func TestTransactionsCommitRefuses(t *testing.T) {
	t.Parallel()
	d := transactionsSide{sqlite(t)}
	db := d.pool(t)
	s := d.store(t, db)
	good := transactionAt(t, 1, time.Now(), "")
	for want, row := range map[string]*transactions.Transaction{
		"transactionssync: invalid request: rows[1]: id must be positive":         {ID: -1, LastModifiedDate: time.Now()},
		"transactionssync: invalid request: rows[1]: lastModifiedDate is missing": {ID: 1},
	} {
		err := transactionsCommit(t, s, good, row)
		require.ErrorIs(t, err, transactionssync.ErrInvalidRequest)
		require.EqualError(t, err, want)
	}
	assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM sync_state"))
}

func TestTransactionsFence(t *testing.T) {
	t.Parallel()
	onEachOfTransactions(t, func(d transactionsSide) {
		t := d.t
		first, second := d.store(t, d.pool(t)), d.store(t, d.pool(t))
		zero, err := first.Load(t.Context(), "s")
		require.NoError(t, err)
		assert.Zero(t, zero)
		one, err := first.Commit(t.Context(), "s", zero, `{"a":1}`, []*transactions.Transaction{transactionAt(t, 1, time.Now(), "")}, nil)
		require.NoError(t, err)
		assert.Equal(t, transactionssync.Checkpoint{Version: 1, State: `{"a":1}`}, one)
		bad := []transactions.BadRow{{Raw: []byte(`{}`), Err: errors.New("no")}}
		_, err = second.Commit(t.Context(), "s", zero, `{"b":1}`, []*transactions.Transaction{transactionAt(t, 2, time.Now(), "")}, bad)
		require.ErrorIs(t, err, transactionssync.ErrFenced)
		assert.EqualError(t, err, `transactionssync: another process has moved on: stream "s"`)
		now, err := second.Load(t.Context(), "s")
		require.NoError(t, err)
		assert.Equal(t, one, now)
		db := d.pool(t)
		assert.Equal(t, "1", text(t, db, "SELECT count(*) FROM transactions_transactions"))
		assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM sync_rejects"))
	})
}
