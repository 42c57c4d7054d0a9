package sqltest_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

// maskedJSON is what the column raw has of a transaction: its fields, masked.
func maskedJSON(raw string) string {
	var t transactions.Transaction
	if err := t.UnmarshalJSON([]byte(raw)); err != nil {
		panic(err)
	}
	transactionssync.MaskAccounts(&t)
	text, err := t.WithoutRaw().MarshalJSON()
	if err != nil {
		panic(err)
	}
	return string(text)
}

// sample is a row as received, and what is stored of it: of times as they are on
// SQLite, and of digests in hexadecimal.
func sample(s subject, d database) (raw string, columns map[string]string) {
	hexed, yes, no := "lower(hex(digest))", "1", "0"
	if d.postgres {
		hexed, yes, no = "encode(digest, 'hex')", "true", "false"
	}
	switch s.(type) {
	case vimaSubject:
		raw = `{"operation_id":1067250921664811008,"operation_update_id":"1067250921664811010","operation_create_id":"1067250921664811009",
			"client_operation_id":"001768491979464","reference_id":"ab","project":"monetix","current_status":"in_process","payment_status":"success",
			"payment_method_code":"apm","create_params":{"method":"payment.in","params":{"payment":{"amount":{"value":10000,"currency":"INR"}}}},
			"complete_amount":99999999999.12345678,"complete_currency":"INR","complete_modified_at":"2026-01-15 15:46:20.195123",
			"card_finish":[{"charged_fee":1.50,"charged_currency":"USD"}],
			"operation_created_at":"2026-01-15T18:46:20.195+03:00","operation_modified_at":null}`
		return raw, map[string]string{
			"operation_id": "1067250921664811008", "operation_update_id": "1067250921664811010", "operation_create_id": "1067250921664811009",
			"client_operation_id": "001768491979464", "reference_id": "ab", "project": "monetix", "method": "payment.in",
			"status": "success", "current_status": "in_process", "payment_status": "success", "payment_method_code": "apm",
			d.exact("amount"): "99999999999.12345678", "amount_minor": "NULL", "currency": "INR", "class": "succeeded", "requested_minor": "10000", "requested_currency": "INR",
			d.exact("complete_amount"): "99999999999.12345678", "complete_amount_minor": "NULL", "complete_currency": "INR",
			d.exact("fee"): "1.50", "fee_minor": "150", "fee_currency": "USD", "complete_created_at": "NULL",
			d.instant("operation_created_at"): "2026-01-15T15:46:20.195000Z", d.instant("complete_modified_at"): "2026-01-15T15:46:20.195123Z",
			"operation_modified_at": "NULL", "raw": raw,
		}
	case ecommpaySubject:
		raw = `{"project_id":11,"operation_id":9223372036854775807,"payment_id":"001768491979464","operation_type":"sale","operation_status":"success",
			"account_number":"424242******4242","customer_ip":"192.0.2.1","payment_method_name":"visa","payment_method_type":"card",
			"payment_description":"order 1","operation_created_at":"2026-01-15T18:46:20+03:00","operation_completed_at":"2026-01-15T15:47:00+00:00",
			"provider_date":"2026-01-15 15:46:59","shipment_date":"","sum_initial":{"amount":9223372036854775807,"currency":"KWD"},
			"sum_converted":{"amount":"-50","currency":"JPY"},"arn":"74000000000000000000000","rrn":"000000000001",
			"payment_provider_code":"0","payment_provider_message":"Success"}`
		digest := sha256.Sum256([]byte(raw))
		return raw, map[string]string{
			"operation_id": "9223372036854775807", hexed: hex.EncodeToString(digest[:]), "checkpoint": "1",
			"project_id": "11", "payment_id": "001768491979464", "operation_type": "sale", "operation_status": "success", "class": "succeeded",
			"amount_minor": "9223372036854775807", "currency": "KWD", "converted_amount_minor": "-50", "converted_currency": "JPY",
			"payment_method_name": "visa", "payment_method_type": "card",
			d.instant("operation_created_at"): "2026-01-15T15:46:20.000000Z", d.instant("operation_completed_at"): "2026-01-15T15:47:00.000000Z",
			d.instant("provider_date"): "2026-01-15T15:46:59.000000Z", "shipment_date": "NULL",
			"arn": "74000000000000000000000", "rrn": "000000000001", "payment_provider_code": "0", "payment_provider_message": "Success", "raw": raw,
		}
	default:
		raw = `{"id":9223372036854775807,"status":"SUCCESS","payType":"PAYMENT","date":"2026-01-15T18:46:20.195+03:00",
			"requestTrId":"001768491979464","requestLogin":"login","requestAmount":9223372036854775807,"requestCcy":860,
			"senderAccount":"8600000000000001","senderName":"Test Payer","senderServiceId":0,"senderBillId":-1,"senderAmount":100500,"senderCcy":643,
			"senderTrId":"s-1","senderSuccess":false,"senderDate":"2026-01-15T15:46:21Z","senderStatus":"OK","senderGateway":"gate",
			"recipientAccount":"user","recipientName":"Provider Name","recipientServiceId":200001001,"recipientBillId":900000001,"recipientAmount":100000,"recipientCcy":860,
			"recipientTrId":"r-1","recipientSuccess":true,"recipientDate":1768491980195,"recipientStatus":"true","recipientGateway":"100%_gate",
			"gatewayAmount":1.0E7,"agentFeeAmount":1,"systemFeeAmount":2,"systemCommissionUpAmount":3,"systemCommissionDownAmount":4,"systemCurrency":840,
			"eposMerchant":"-","eposTerminal":"99","comment":"for the flat","createdDate":null,"lastModifiedDate":"2026-01-15T15:46:20.195123999Z"}`
		digest := sha256.Sum256([]byte(raw))
		return raw, map[string]string{
			"id": "9223372036854775807", "version": "1768491980195123", hexed: hex.EncodeToString(digest[:]), "status": "SUCCESS", "class": "succeeded", "pay_type": "PAYMENT",
			d.instant("date"): "2026-01-15T15:46:20.195000Z", "request_tr_id": "001768491979464",
			"request_amount": "9223372036854775807", "request_ccy": "860",
			"sender_account": "************0001", "sender_service_id": "0", "sender_bill_id": "-1", "sender_amount": "100500", "sender_ccy": "643",
			"sender_tr_id": "s-1", "sender_success": no, d.instant("sender_date"): "2026-01-15T15:46:21.000000Z", "sender_status": "OK", "sender_gateway": "gate",
			"recipient_account": "****", "recipient_service_id": "200001001", "recipient_bill_id": "900000001", "recipient_amount": "100000", "recipient_ccy": "860",
			"recipient_tr_id": "r-1", "recipient_success": yes, d.instant("recipient_date"): "2026-01-15T15:46:20.195000Z", "recipient_status": "true", "recipient_gateway": "100%_gate",
			d.exact("gateway_amount"): "10000000", "agent_fee_amount": "1", "system_fee_amount": "2",
			"system_commission_up_amount": "3", "system_commission_down_amount": "4", "system_currency": "840",
			"epos_merchant": "-", "epos_terminal": "99",
			d.instant("created_date"): "NULL", d.instant("last_modified_date"): "2026-01-15T15:46:20.195123Z", "raw": maskedJSON(raw),
		}
	}
}

// bare are the columns of a row without anything but its version. Those of times
// and numbers are NULL.
func bare(s subject, d database) map[string]string {
	is := s.facts()
	columns := map[string]string{d.amount(is): "NULL", is.day: "NULL", is.text: "", "raw": "NULL"}
	more := map[string]map[string]string{
		"vima":         {d.exact("fee"): "NULL", "fee_minor": "NULL", "amount_minor": "NULL", "requested_minor": "NULL", "currency": ""},
		"ecommpay":     {"converted_amount_minor": "NULL", "currency": "", "operation_completed_at": "NULL"},
		"transactions": {"request_ccy": "NULL", "sender_success": "NULL", "sender_date": "NULL", d.exact("gateway_amount"): "NULL", "recipient_bill_id": "NULL", "sender_account": ""},
	}[is.name]
	for column, want := range more {
		columns[column] = want
	}
	return columns
}

// Every column of the table has what belongs there.
func TestColumns(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		r := d.store(t, s, db, options{keepRaw: new(true)})
		raw, columns := sample(s, d)
		for _, column := range []string{"stored_at IS NOT NULL", "first_stored_at = stored_at"} {
			columns[column] = map[bool]string{true: "true", false: "1"}[d.postgres]
		}
		_, err := put(t, r, raw)
		require.NoError(t, err)
		for column, want := range columns {
			assert.Equal(t, want, text(t, db, "SELECT "+column+" FROM "+is.table), column)
		}
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+is.table)
		require.NoError(t, err)
		defer rows.Close()
		names, err := rows.Columns()
		require.NoError(t, err)
		require.NoError(t, rows.Err())
		assert.Len(t, columns, len(names), "as many as the table has")

		execute(t, db, "DELETE FROM "+is.table)
		_, err = put(t, r, row{id: 2, version: 1})
		require.NoError(t, err)
		for column, want := range bare(s, d) {
			assert.Equal(t, want, text(t, db, "SELECT "+column+" FROM "+is.table), column)
		}
	})
}

// Texts that a database or an array's syntax could trip over are stored as they
// are; what PostgreSQL cannot hold becomes U+FFFD and stops nothing.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	hostile := []string{
		"", "NULL", "null", `"`, `\`, `\\`, `""`, `{}`, `{a,b}`, ",", "'", "';DROP TABLE sync_state;--", "$1", "?", "%s", "\t\r\n ", " x ",
		"é", "日本", "😀", "\u202e", "\\x00", `\u0000`, strings.Repeat(`\"`, 1<<16),
	}
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		r := d.store(t, s, db, options{keepRaw: new(true)})
		var rows []any
		for i, value := range hostile {
			rows = append(rows, s.json(row{id: int64(i + 1), version: 1, text: value}))
		}
		nul := s.json(row{id: 1001, version: 1, text: "a\x00b"})
		_, err := put(t, r, append(rows, nul, handmade{row{id: 1002, version: 1, text: "a\xffb"}, []byte("{\"\xff\x00\"}")})...)
		require.NoError(t, err)
		of := func(column string, id int) string {
			return text(t, db, fmt.Sprintf("SELECT %s FROM %s WHERE %s = %d", column, is.table, is.id, id))
		}
		for i, value := range hostile {
			assert.Equal(t, value, of(is.text, i+1))
		}
		for _, id := range []int{1001, 1002} {
			assert.Equal(t, "a\uFFFDb", of(is.text, id))
		}
		assert.Equal(t, nul, of("raw", 1001))
		assert.Equal(t, "{\"\uFFFD\uFFFD\"}", of("raw", 1002))
	})
}

// A text of any length is stored and can be looked up; an entry of PostgreSQL's
// indexes has a limit, which what does not compress meets first.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		db.SetMaxOpenConns(1)
		r := d.store(t, s, db, options{keepRaw: new(true)})
		random := rand.New(rand.NewPCG(1, 1))
		var long strings.Builder
		for range 6000 {
			long.WriteRune(rune(0x4E00 + random.IntN(0x5000)))
		}
		value := quoted(long.String())
		_, err := r.commit(t.Context(), "s", 0, "{}", []any{s.json(row{id: 1, version: 1, text: long.String(), status: long.String()})},
			[]string{`{"` + is.id + `":"` + long.String() + `"}`})
		require.NoError(t, err)
		where, plan, column := is.text+" = "+value, "EXPLAIN QUERY PLAN ", "detail"
		if d.postgres {
			plan, column = "EXPLAIN ", "QUERY PLAN"
			execute(t, db, "SET enable_seqscan = off") // which a table of one row is read by
		}
		query := "SELECT " + is.id + " FROM " + is.table + " WHERE " + where
		assert.Equal(t, "1", text(t, db, query))
		assert.Contains(t, explained(t, db, plan+query, column), is.table+"_"+is.text)
	})
}

// explained is the column of a plan.
func explained(t testing.TB, db *sql.DB, query, column string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	var plan strings.Builder
	for rows.Next() {
		into := make([]any, len(names))
		for i := range into {
			into[i] = new(any)
		}
		require.NoError(t, rows.Scan(into...))
		fmt.Fprintln(&plan, *into[slices.Index(names, column)].(*any))
	}
	require.NoError(t, rows.Err())
	return plan.String()
}
