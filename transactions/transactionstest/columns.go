package transactionstest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/transactions"
)

// kind is the Java type of a column.
type kind int

const (
	kindLong kind = iota
	kindInteger
	kindDouble
	kindInstant
	kindBoolean
	kindEnum
	kindString
)

// value is the content of a column, or what a query compares it with. Only the
// member of its kind is set; a boolean is the number 1 or 0.
type value struct {
	null   bool
	number int64
	amount decimal.Decimal
	at     time.Time
	text   string
}

// column is one attribute of the service's entity.
type column struct {
	name     string
	kind     kind
	filtered bool // has criteria; all columns sort
	loose    bool // strings compare without regard to case and to spaces at their ends
	get      func(r *row) value
}

// row is a stored transaction.
type row struct {
	id       int64
	modified time.Time
	fields   *transactions.Transaction
	empty    []string // text columns that hold "" and not NULL
	written  int64    // number of the last write: without a sort, rows come in this order

	shownFrom time.Time // when a late row becomes visible; zero is always
}

type tx = transactions.Transaction

// allColumns returns the columns by name.
func allColumns() map[string]*column {
	all := map[string]*column{}
	add := func(filtered bool, k kind, name string, get func(r *row) value) {
		all[name] = &column{name: name, kind: k, filtered: filtered, get: get}
	}
	for name, get := range map[string]func(t *tx) *int64{
		"id": func(t *tx) *int64 { return &t.ID }, "requestAmount": func(t *tx) *int64 { return t.RequestAmount },
		"senderServiceId": func(t *tx) *int64 { return t.SenderServiceID }, "senderAmount": func(t *tx) *int64 { return t.SenderAmount },
		"senderBillId": func(t *tx) *int64 { return t.SenderBillID }, "recipientBillId": func(t *tx) *int64 { return t.RecipientBillID },
		"recipientServiceId":         func(t *tx) *int64 { return t.RecipientServiceID },
		"recipientAmount":            func(t *tx) *int64 { return t.RecipientAmount },
		"systemCommissionUpAmount":   func(t *tx) *int64 { return t.SystemCommissionUpAmount },
		"systemCommissionDownAmount": func(t *tx) *int64 { return t.SystemCommissionDownAmount },
	} {
		add(true, kindLong, name, func(r *row) value { return long(get(r.fields)) })
	}
	for name, get := range map[string]func(t *tx) *int64{
		"agentFeeAmount": func(t *tx) *int64 { return t.AgentFeeAmount }, "systemFeeAmount": func(t *tx) *int64 { return t.SystemFeeAmount },
	} {
		add(false, kindLong, name, func(r *row) value { return long(get(r.fields)) })
	}
	for name, get := range map[string]func(t *tx) *int32{
		"requestCcy": func(t *tx) *int32 { return t.RequestCcy }, "senderCcy": func(t *tx) *int32 { return t.SenderCcy },
		"recipientCcy": func(t *tx) *int32 { return t.RecipientCcy },
	} {
		add(true, kindInteger, name, func(r *row) value { return integer(get(r.fields)) })
	}
	add(false, kindInteger, "systemCurrency", func(r *row) value { return integer(r.fields.SystemCurrency) })
	add(true, kindDouble, "gatewayAmount", func(r *row) value { return double(r.fields.GatewayAmount) })
	add(false, kindDouble, "roundAmount", func(r *row) value { return double(r.fields.RoundAmount) })
	add(false, kindDouble, "systemFee", func(r *row) value { return double(r.fields.SystemFee) })
	for name, get := range map[string]func(t *tx) time.Time{
		"date": func(t *tx) time.Time { return t.Date }, "senderDate": func(t *tx) time.Time { return t.SenderDate },
		"recipientDate": func(t *tx) time.Time { return t.RecipientDate }, "createdDate": func(t *tx) time.Time { return t.CreatedDate },
		"lastModifiedDate": func(t *tx) time.Time { return t.LastModifiedDate },
	} {
		add(true, kindInstant, name, func(r *row) value { at := get(r.fields); return value{null: at.IsZero(), at: at} })
	}
	add(true, kindBoolean, "senderSuccess", func(r *row) value { return boolean(r.fields.SenderSuccess) })
	add(true, kindBoolean, "recipientSuccess", func(r *row) value { return boolean(r.fields.RecipientSuccess) })
	add(false, kindBoolean, "main", func(r *row) value { return boolean(r.fields.Main) })
	add(true, kindEnum, "status", func(r *row) value { return name(string(r.fields.Status)) })
	add(true, kindEnum, "payType", func(r *row) value { return name(string(r.fields.PayType)) })
	for name, get := range textColumns {
		add(criteria[name], kindString, name, func(r *row) value {
			text := get(r.fields)
			return value{null: text == "" && !r.holdsEmpty(name), text: text}
		})
	}
	return all
}

// criteria are the text columns with criteria.
var criteria = map[string]bool{
	"requestTrId": true, "requestLogin": true, "senderAccount": true, "senderTrId": true, "senderStatus": true,
	"senderGateway": true, "recipientAccount": true, "recipientTrId": true, "recipientStatus": true,
	"recipientGateway": true, "eposMerchant": true, "eposTerminal": true, "createdBy": true, "lastModifiedBy": true,
	"recipientName": true, "category": true, "comment": true,
}

// textColumns are the text columns with their fields.
var textColumns = map[string]func(t *tx) string{
	"requestTrId": func(t *tx) string { return t.RequestTrID }, "requestLogin": func(t *tx) string { return t.RequestLogin },
	"requestGroup": func(t *tx) string { return t.RequestGroup }, "requestSubAccount": func(t *tx) string { return t.RequestSubAccount },
	"senderAccount": func(t *tx) string { return t.SenderAccount }, "senderName": func(t *tx) string { return t.SenderName },
	"senderTrId": func(t *tx) string { return t.SenderTrID }, "senderStatus": func(t *tx) string { return t.SenderStatus },
	"senderStatusText": func(t *tx) string { return t.SenderStatusText }, "senderGateway": func(t *tx) string { return t.SenderGateway },
	"senderBean": func(t *tx) string { return t.SenderBean }, "recipientAccount": func(t *tx) string { return t.RecipientAccount },
	"recipientName": func(t *tx) string { return t.RecipientName }, "recipientTrId": func(t *tx) string { return t.RecipientTrID },
	"recipientStatus": func(t *tx) string { return t.RecipientStatus }, "recipientStatusText": func(t *tx) string { return t.RecipientStatusText },
	"recipientGateway": func(t *tx) string { return t.RecipientGateway }, "eposMerchant": func(t *tx) string { return t.EposMerchant },
	"eposTerminal": func(t *tx) string { return t.EposTerminal }, "promo": func(t *tx) string { return t.Promo },
	"category": func(t *tx) string { return t.Category }, "comment": func(t *tx) string { return t.Comment },
	"createdBy": func(t *tx) string { return t.CreatedBy }, "lastModifiedBy": func(t *tx) string { return t.LastModifiedBy },
}

// newRow returns the row of a transaction.
func newRow(t *tx) *row {
	r := &row{id: t.ID, modified: t.LastModifiedDate, fields: t}
	var members map[string]json.RawMessage
	if bytes.Contains(t.Raw, []byte(`""`)) && json.Unmarshal(t.Raw, &members) == nil {
		for name := range textColumns {
			if string(members[name]) == `""` {
				r.empty = append(r.empty, name)
			}
		}
	}
	return r
}

// holdsEmpty reports whether a text column holds "" and not NULL.
func (r *row) holdsEmpty(name string) bool {
	return slices.Contains(r.empty, name)
}

// long returns a number as a value; nil is NULL.
func long(n *int64) value {
	if n == nil {
		return value{null: true}
	}
	return value{number: *n}
}

// integer returns a number as a value; nil is NULL.
func integer(n *int32) value {
	if n == nil {
		return value{null: true}
	}
	return value{number: int64(*n)}
}

// boolean returns a boolean as a value; nil is NULL.
func boolean(b *bool) value {
	switch {
	case b == nil:
		return value{null: true}
	case *b:
		return value{number: 1}
	}
	return value{}
}

// double returns a decimal as a value; nil is NULL.
func double(d *decimal.Decimal) value {
	if d == nil {
		return value{null: true}
	}
	return value{amount: *d}
}

// name returns a name as a value; "" is NULL.
func name(text string) value { return value{null: text == "", text: text} }

// compare compares two values of the column; neither is NULL.
func (c *column) compare(a, b value) int {
	switch c.kind {
	case kindDouble:
		return a.amount.Cmp(b.amount)
	case kindInstant:
		return a.at.Compare(b.at)
	case kindEnum, kindString:
		if c.loose {
			return strings.Compare(strings.ToLower(strings.TrimRight(a.text, " ")), strings.ToLower(strings.TrimRight(b.text, " ")))
		}
		return strings.Compare(a.text, b.text)
	case kindLong, kindInteger, kindBoolean:
	}
	return cmp.Compare(a.number, b.number)
}
