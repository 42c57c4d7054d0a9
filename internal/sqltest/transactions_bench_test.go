package sqltest_test

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// As BenchmarkSink, with transactions, their digests and masks. The insert by hand
// masks accounts as well, and keeps no digest.
func BenchmarkTransactionsSink(b *testing.B) {
	pages := transactionsBenchPages(b)
	for name, open := range map[string]func(testing.TB) database{"SQLite": sqlite, "PostgreSQL": postgres} {
		b.Run(name, func(b *testing.B) {
			var sink, byHand, again time.Duration
			for b.Loop() {
				s, at := transactionsBenchStore(b, transactionsSide{open(b)}), transactionssync.Checkpoint{}
				other := transactionsSide{open(b)}
				transactionsBenchStore(b, other)
				db := other.pool(b)
				commit := func(page []*transactions.Transaction) time.Duration {
					start := time.Now()
					next, err := s.Commit(b.Context(), "bench", at, "{}", page, nil)
					require.NoError(b, err)
					at = next
					return time.Since(start)
				}
				for _, page := range pages {
					sink += commit(page)
					start := time.Now()
					require.NoError(b, insertTransactionsByHand(b.Context(), other, db, page))
					byHand += time.Since(start)
				}
				for _, page := range pages {
					again += commit(page)
				}
			}
			rate := func(d time.Duration) float64 { return float64(benchRows) * float64(b.N) / d.Seconds() }
			b.ReportMetric(rate(sink), "rows/s")
			b.ReportMetric(rate(byHand), "byhand-rows/s")
			b.ReportMetric(rate(again), "again-rows/s")
			b.ReportMetric(100*byHand.Seconds()/sink.Seconds(), "%ofhand")
		})
	}
}

func transactionsBenchPages(b *testing.B) [][]*transactions.Transaction {
	b.Helper()
	var pages [][]*transactions.Transaction
	var page []*transactions.Transaction
	for row := range (transactionstest.Plan{Transactions: benchRows, Seed: 1}).All() {
		decoded := new(transactions.Transaction)
		require.NoError(b, decoded.UnmarshalJSON(row.Raw))
		if page = append(page, decoded); len(page) == benchPage {
			pages, page = append(pages, page), nil
		}
	}
	return pages
}

func transactionsBenchStore(b *testing.B, d transactionsSide) *transactionssync.SQLStore {
	b.Helper()
	s, err := transactionssync.NewSQLStore(d.pool(b), d.kind())
	require.NoError(b, err)
	require.NoError(b, s.Migrate(b.Context()))
	return s
}

// insertTransactionsByHand is what one writes without this module.
func insertTransactionsByHand(ctx context.Context, d transactionsSide, db *sql.DB, page []*transactions.Transaction) error {
	const columns = 39
	var statement strings.Builder
	statement.WriteString(`INSERT INTO transactions_transactions (id, version, digest, status, pay_type, date, request_tr_id, request_amount, request_ccy,
sender_account, sender_service_id, sender_bill_id, sender_amount, sender_ccy, sender_tr_id, sender_success, sender_date, sender_status, sender_gateway,
recipient_account, recipient_service_id, recipient_bill_id, recipient_amount, recipient_ccy, recipient_tr_id, recipient_success, recipient_date,
recipient_status, recipient_gateway, gateway_amount, agent_fee_amount, system_fee_amount, system_commission_up_amount, system_commission_down_amount,
system_currency, epos_merchant, epos_terminal, created_date, last_modified_date) VALUES `)
	args := make([]any, 0, len(page)*columns)
	for i, row := range page {
		if i > 0 {
			statement.WriteByte(',')
		}
		values := transactionByHand(d, row)
		for j := range values {
			statement.WriteByte("(,"[min(j, 1)])
			if d.kind() == transactionssync.PostgreSQL {
				statement.WriteByte('$')
				statement.WriteString(strconv.Itoa(len(args) + j + 1))
			} else {
				statement.WriteByte('?')
			}
		}
		statement.WriteByte(')')
		args = append(args, values...)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, statement.String(), args...); err != nil {
		return err
	}
	return tx.Commit()
}

func transactionByHand(d transactionsSide, t *transactions.Transaction) []any {
	instant := func(t time.Time) any {
		if t.IsZero() {
			return nil
		}
		if d.kind() == transactionssync.PostgreSQL {
			return t
		}
		return t.Format("2006-01-02T15:04:05.000000Z")
	}
	masked := func(account string) string {
		if len(account) <= 8 {
			return strings.Repeat("*", len(account))
		}
		return strings.Repeat("*", len(account)-4) + account[len(account)-4:]
	}
	var gateway any
	if t.GatewayAmount != nil {
		gateway = t.GatewayAmount.String()
	}
	return []any{
		t.ID, t.LastModifiedDate.UnixMicro(),
		[]byte{},
		string(t.Status), string(t.PayType), instant(t.Date), t.RequestTrID, t.RequestAmount, t.RequestCcy,
		masked(t.SenderAccount), t.SenderServiceID, t.SenderBillID, t.SenderAmount, t.SenderCcy, t.SenderTrID, t.SenderSuccess, instant(t.SenderDate), t.SenderStatus, t.SenderGateway,
		masked(t.RecipientAccount), t.RecipientServiceID, t.RecipientBillID, t.RecipientAmount, t.RecipientCcy, t.RecipientTrID, t.RecipientSuccess, instant(t.RecipientDate),
		t.RecipientStatus, t.RecipientGateway, gateway, t.AgentFeeAmount, t.SystemFeeAmount, t.SystemCommissionUpAmount, t.SystemCommissionDownAmount,
		t.SystemCurrency, t.EposMerchant, t.EposTerminal, instant(t.CreatedDate), instant(t.LastModifiedDate),
	}
}
