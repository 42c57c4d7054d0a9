package transactionssync

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/transactions"
)

// table returns the table of transactions in a dialect.
func table(d syncer.Dialect) syncer.Table {
	return syncer.Table{
		Name: "transactions_transactions", ID: "id", Version: "version", Digest: "digest",
		Columns: []string{
			"status", "class", "pay_type", "date",
			"request_tr_id", "request_amount", "request_ccy",
			"sender_account", "sender_service_id", "sender_bill_id", "sender_amount", "sender_ccy",
			"sender_tr_id", "sender_success", "sender_date", "sender_status", "sender_gateway",
			"recipient_account", "recipient_service_id", "recipient_bill_id", "recipient_amount", "recipient_ccy",
			"recipient_tr_id", "recipient_success", "recipient_date", "recipient_status", "recipient_gateway",
			d.Exact("gateway_amount"), "agent_fee_amount", "system_fee_amount",
			"system_commission_up_amount", "system_commission_down_amount", "system_currency",
			"epos_merchant", "epos_terminal",
			"created_date", "last_modified_date",
			"raw",
		},
		Status: "status", Amount: "request_amount", Currency: "request_ccy",
		From: []string{"status"}, Derived: []string{"class"}, Derive: derive,
	}
}

// values returns the values of a transaction for the columns of table.
func (o storeOptions) values(t *transactions.Transaction, _ int64) []any {
	return []any{
		string(t.Status), string(t.Status.Class()), string(t.PayType), t.Date,
		t.RequestTrID, number(t.RequestAmount), number(t.RequestCcy),
		t.SenderAccount, number(t.SenderServiceID), number(t.SenderBillID), number(t.SenderAmount), number(t.SenderCcy),
		t.SenderTrID, boolean(t.SenderSuccess), t.SenderDate, t.SenderStatus, t.SenderGateway,
		t.RecipientAccount, number(t.RecipientServiceID), number(t.RecipientBillID), number(t.RecipientAmount), number(t.RecipientCcy),
		t.RecipientTrID, boolean(t.RecipientSuccess), t.RecipientDate, t.RecipientStatus, t.RecipientGateway,
		exact(t.GatewayAmount), number(t.AgentFeeAmount), number(t.SystemFeeAmount),
		number(t.SystemCommissionUpAmount), number(t.SystemCommissionDownAmount), number(t.SystemCurrency),
		t.EposMerchant, t.EposTerminal,
		t.CreatedDate, t.LastModifiedDate,
		o.rawText(t.Raw),
	}
}

// derive returns the derived column of table.
func derive(from []sql.NullString) []any {
	return []any{string(transactions.Status(from[0].String).Class())}
}

// number returns a number for a column; nil is NULL.
func number[T int32 | int64](n *T) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

// boolean returns a boolean for a column; nil is NULL.
func boolean(b *bool) any {
	if b == nil {
		return nil
	}
	return *b
}

// exact returns an amount for a column; nil is NULL.
func exact(d *decimal.Decimal) any {
	if d == nil {
		return nil
	}
	return d.String()
}

// key returns the row of a transaction without its values. Its version is at most
// the time up to which next has read everything. It returns an error for a
// transaction without a positive ID or without LastModifiedDate.
func key(t *transactions.Transaction, next state) (syncer.Row, error) {
	if t.ID <= 0 {
		return syncer.Row{}, errors.New("id must be positive")
	}
	version := t.LastModifiedDate
	if version.IsZero() {
		return syncer.Row{}, errors.New("lastModifiedDate is missing")
	}
	if settled := next.settled(); version.After(settled) {
		version = settled
	}
	digest, err := digest(t)
	if err != nil {
		return syncer.Row{}, err
	}
	return syncer.Row{ID: t.ID, Version: version.UnixMicro(), Digest: digest}, nil
}

// digest returns a hash of what was received, which differs between versions. It
// fails if a transaction without Raw does not encode.
func digest(t *transactions.Transaction) ([]byte, error) {
	raw, err := t.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("transaction %d does not encode: %w", t.ID, err)
	}
	sum := sha256.Sum256(raw)
	return sum[:], nil
}

// before returns a stored row as Before. It fails if a stored number does not
// parse.
func before(s *syncer.Stored) (Before, error) {
	b := Before{Version: s.VersionText(), Status: transactions.Status(s.Status.String)}
	var err error
	if b.Amount, err = syncer.Whole[int64](s.Amount); err != nil {
		return b, err
	}
	b.Currency, err = syncer.Whole[int32](s.Currency)
	return b, err
}
