package transactions

import (
	"net/url"
	"time"

	"github.com/govalues/decimal"
)

// filterField is one documented name: where its condition is in a filter, and
// whether a transaction meets it.
type filterField struct {
	name string
	of   func(f *Filter) condition
	met  func(f *Filter, t *Transaction) bool
}

// condition is *Range, *Exact or *Text.
type condition interface {
	IsZero() bool
	EncodeValues(name string, v *url.Values) error
	operations() []operation
	// faults says which of the operations do not go together.
	faults(name string, operations []operation) []string
	// set takes the operation from a query, or says what is wrong.
	set(operation string, given []string) (fault string)
}

// filterFields are the documented names, in the order of Filter.
var filterFields = []filterField{
	rangeField("id", func(f *Filter) *Range[int64] { return &f.ID }, func(t *Transaction) *int64 { return &t.ID }),
	exactField("status", func(f *Filter) *Exact[Status] { return &f.Status }, func(t *Transaction) *Status { return named(&t.Status) }),
	exactField("payType", func(f *Filter) *Exact[PayType] { return &f.PayType }, func(t *Transaction) *PayType { return named(&t.PayType) }),
	rangeField("date", func(f *Filter) *Range[time.Time] { return &f.Date }, func(t *Transaction) *time.Time { return known(&t.Date) }),

	textField("requestTrId", func(f *Filter) *Text { return &f.RequestTrID }, func(t *Transaction) string { return t.RequestTrID }),
	textField("requestLogin", func(f *Filter) *Text { return &f.RequestLogin }, func(t *Transaction) string { return t.RequestLogin }),
	rangeField("requestAmount", func(f *Filter) *Range[int64] { return &f.RequestAmount }, func(t *Transaction) *int64 { return t.RequestAmount }),
	rangeField("requestCcy", func(f *Filter) *Range[int32] { return &f.RequestCcy }, func(t *Transaction) *int32 { return t.RequestCcy }),

	textField("senderAccount", func(f *Filter) *Text { return &f.SenderAccount }, func(t *Transaction) string { return t.SenderAccount }),
	rangeField("senderServiceId", func(f *Filter) *Range[int64] { return &f.SenderServiceID }, func(t *Transaction) *int64 { return t.SenderServiceID }),
	rangeField("senderAmount", func(f *Filter) *Range[int64] { return &f.SenderAmount }, func(t *Transaction) *int64 { return t.SenderAmount }),
	rangeField("senderCcy", func(f *Filter) *Range[int32] { return &f.SenderCcy }, func(t *Transaction) *int32 { return t.SenderCcy }),
	textField("senderTrId", func(f *Filter) *Text { return &f.SenderTrID }, func(t *Transaction) string { return t.SenderTrID }),
	exactField("senderSuccess", func(f *Filter) *Exact[bool] { return &f.SenderSuccess }, func(t *Transaction) *bool { return t.SenderSuccess }),
	rangeField("senderDate", func(f *Filter) *Range[time.Time] { return &f.SenderDate }, func(t *Transaction) *time.Time { return known(&t.SenderDate) }),
	textField("senderGateway", func(f *Filter) *Text { return &f.SenderGateway }, func(t *Transaction) string { return t.SenderGateway }),

	rangeField("gatewayAmount", func(f *Filter) *Range[decimal.Decimal] { return &f.GatewayAmount }, func(t *Transaction) *decimal.Decimal { return t.GatewayAmount }),

	textField("recipientAccount", func(f *Filter) *Text { return &f.RecipientAccount }, func(t *Transaction) string { return t.RecipientAccount }),
	rangeField("recipientServiceId", func(f *Filter) *Range[int64] { return &f.RecipientServiceID }, func(t *Transaction) *int64 { return t.RecipientServiceID }),
	rangeField("recipientAmount", func(f *Filter) *Range[int64] { return &f.RecipientAmount }, func(t *Transaction) *int64 { return t.RecipientAmount }),
	rangeField("recipientCcy", func(f *Filter) *Range[int32] { return &f.RecipientCcy }, func(t *Transaction) *int32 { return t.RecipientCcy }),
	textField("recipientTrId", func(f *Filter) *Text { return &f.RecipientTrID }, func(t *Transaction) string { return t.RecipientTrID }),
	exactField("recipientSuccess", func(f *Filter) *Exact[bool] { return &f.RecipientSuccess }, func(t *Transaction) *bool { return t.RecipientSuccess }),
	rangeField("recipientDate", func(f *Filter) *Range[time.Time] { return &f.RecipientDate }, func(t *Transaction) *time.Time { return known(&t.RecipientDate) }),
	textField("recipientGateway", func(f *Filter) *Text { return &f.RecipientGateway }, func(t *Transaction) string { return t.RecipientGateway }),

	rangeField("systemCommissionUpAmount", func(f *Filter) *Range[int64] { return &f.SystemCommissionUpAmount },
		func(t *Transaction) *int64 { return t.SystemCommissionUpAmount }),
	rangeField("systemCommissionDownAmount", func(f *Filter) *Range[int64] { return &f.SystemCommissionDownAmount },
		func(t *Transaction) *int64 { return t.SystemCommissionDownAmount }),

	textField("eposMerchant", func(f *Filter) *Text { return &f.EposMerchant }, func(t *Transaction) string { return t.EposMerchant }),
	textField("eposTerminal", func(f *Filter) *Text { return &f.EposTerminal }, func(t *Transaction) string { return t.EposTerminal }),

	textField("senderStatus", func(f *Filter) *Text { return &f.SenderStatus }, func(t *Transaction) string { return t.SenderStatus }),
	textField("recipientStatus", func(f *Filter) *Text { return &f.RecipientStatus }, func(t *Transaction) string { return t.RecipientStatus }),
	textField("createdBy", func(f *Filter) *Text { return &f.CreatedBy }, func(t *Transaction) string { return t.CreatedBy }),
	textField("lastModifiedBy", func(f *Filter) *Text { return &f.LastModifiedBy }, func(t *Transaction) string { return t.LastModifiedBy }),
	rangeField("createdDate", func(f *Filter) *Range[time.Time] { return &f.CreatedDate }, func(t *Transaction) *time.Time { return known(&t.CreatedDate) }),
	rangeField("lastModifiedDate", func(f *Filter) *Range[time.Time] { return &f.LastModifiedDate },
		func(t *Transaction) *time.Time { return known(&t.LastModifiedDate) }),
	rangeField("senderBillId", func(f *Filter) *Range[int64] { return &f.SenderBillID }, func(t *Transaction) *int64 { return t.SenderBillID }),
	rangeField("recipientBillId", func(f *Filter) *Range[int64] { return &f.RecipientBillID }, func(t *Transaction) *int64 { return t.RecipientBillID }),
}

func rangeField[T int32 | int64 | decimal.Decimal | time.Time](
	name string, of func(*Filter) *Range[T], value func(*Transaction) *T,
) filterField {
	return filterField{
		name: name,
		of:   func(f *Filter) condition { return of(f) },
		met: func(f *Filter, t *Transaction) bool {
			r := of(f)
			return r.IsZero() || met(r, value(t), t, name)
		},
	}
}

func exactField[T Status | PayType | bool](
	name string, of func(*Filter) *Exact[T], value func(*Transaction) *T,
) filterField {
	return filterField{
		name: name,
		of:   func(f *Filter) condition { return of(f) },
		met: func(f *Filter, t *Transaction) bool {
			e := of(f)
			return e.IsZero() || met(e, value(t), t, name)
		},
	}
}

func textField(name string, of func(*Filter) *Text, value func(*Transaction) string) filterField {
	return filterField{
		name: name,
		of:   func(f *Filter) condition { return of(f) },
		met: func(f *Filter, t *Transaction) bool {
			c := of(f)
			return c.IsZero() || c.met(value(t), t, name)
		},
	}
}

// named is nil for the empty name, which stands for NULL.
func named[T Status | PayType](name *T) *T {
	if *name == "" {
		return nil
	}
	return name
}

// known is nil for the zero time, which stands for NULL or an unknown layout.
func known(t *time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return t
}
