package sqltest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// transactionsSink masks accounts by hand as well, and keeps no digest there.
func transactionsSink(b *testing.B) sink {
	b.Helper()
	pages := paged(transactionstest.Plan{Transactions: benchRows, Seed: 1}.All(), 100, func(t *transactions.Transaction) *transactions.Transaction {
		decoded := new(transactions.Transaction)
		require.NoError(b, decoded.UnmarshalJSON(t.Raw))
		return decoded
	})
	return sink{
		subject: transactionsSubject{}, pages: len(pages),
		commit: func(ctx context.Context, r replica, from int64, page int) error {
			_, err := r.(transactionsReplica).Commit(ctx, "bench", transactionssync.Change{From: transactionssync.Checkpoint{Version: from}, Next: "{}", Rows: pages[page]})
			return err
		},
		table: func(d database) string {
			return `transactions_transactions (id, version, digest, status, pay_type, date, request_tr_id, request_amount, request_ccy,
sender_account, sender_service_id, sender_bill_id, sender_amount, sender_ccy, sender_tr_id, sender_success, sender_date, sender_status, sender_gateway,
recipient_account, recipient_service_id, recipient_bill_id, recipient_amount, recipient_ccy, recipient_tr_id, recipient_success, recipient_date,
recipient_status, recipient_gateway, ` + d.exact("gateway_amount") + `, agent_fee_amount, system_fee_amount, system_commission_up_amount, system_commission_down_amount,
system_currency, epos_merchant, epos_terminal, created_date, last_modified_date, class, stored_at, first_stored_at)`
		},
		byHand: func(d database, page int) (rows [][]any) {
			for _, t := range pages[page] {
				rows = append(rows, transactionByHand(d, t))
			}
			return rows
		},
	}
}

func transactionByHand(d database, t *transactions.Transaction) []any {
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
		string(t.Status), string(t.PayType), instant(d, t.Date), t.RequestTrID, t.RequestAmount, t.RequestCcy,
		masked(t.SenderAccount), t.SenderServiceID, t.SenderBillID, t.SenderAmount, t.SenderCcy, t.SenderTrID, t.SenderSuccess, instant(d, t.SenderDate), t.SenderStatus, t.SenderGateway,
		masked(t.RecipientAccount), t.RecipientServiceID, t.RecipientBillID, t.RecipientAmount, t.RecipientCcy, t.RecipientTrID, t.RecipientSuccess, instant(d, t.RecipientDate),
		t.RecipientStatus, t.RecipientGateway, gateway, t.AgentFeeAmount, t.SystemFeeAmount, t.SystemCommissionUpAmount, t.SystemCommissionDownAmount,
		t.SystemCurrency, t.EposMerchant, t.EposTerminal, instant(d, t.CreatedDate), instant(d, t.LastModifiedDate),
		string(t.Status.Class()), instant(d, time.Now()), instant(d, time.Now()),
	}
}
