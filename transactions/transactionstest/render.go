package transactionstest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/transactions"
)

// spelling is how a row is written.
type spelling struct {
	doubles   int      // 0: 1000.0 and 1.0E7, as Java prints them; 1: 1000 where whole; 2: all digits
	empty     []string // strings that are "" and not null
	omitNulls bool
}

// writer appends the members of a JSON object.
type writer struct {
	how spelling
	out []byte
}

// render returns the JSON of a row as the service writes it, its members in the
// order of their names.
func render(t *transactions.Transaction, how spelling) []byte {
	w := &writer{how: how, out: append(make([]byte, 0, 1600), '{')}
	w.number("agentFeeAmount", t.AgentFeeAmount)
	w.double("amountRatio", t.AmountRatio)
	w.text("category", t.Category)
	w.number("ccyRate", t.CcyRate)
	w.text("comment", t.Comment)
	w.text("createdBy", t.CreatedBy)
	w.instant("createdDate", t.CreatedDate)
	w.instant("date", t.Date)
	w.text("eposMerchant", t.EposMerchant)
	w.text("eposTerminal", t.EposTerminal)
	w.double("gatewayAmount", t.GatewayAmount)
	w.number("id", &t.ID)
	w.text("lastModifiedBy", t.LastModifiedBy)
	w.instant("lastModifiedDate", t.LastModifiedDate)
	w.boolean("main", t.Main)
	w.text("payType", string(t.PayType))
	w.text("promo", t.Promo)
	w.text("recipientAccount", t.RecipientAccount)
	w.number("recipientAmount", t.RecipientAmount)
	w.number("recipientBillId", t.RecipientBillID)
	w.code("recipientCcy", t.RecipientCcy)
	w.instant("recipientDate", t.RecipientDate)
	w.text("recipientGateway", t.RecipientGateway)
	w.text("recipientName", t.RecipientName)
	w.number("recipientServiceId", t.RecipientServiceID)
	w.text("recipientStatus", t.RecipientStatus)
	w.text("recipientStatusText", t.RecipientStatusText)
	w.boolean("recipientSuccess", t.RecipientSuccess)
	w.text("recipientTrId", t.RecipientTrID)
	w.number("requestAmount", t.RequestAmount)
	w.code("requestCcy", t.RequestCcy)
	w.text("requestGroup", t.RequestGroup)
	w.text("requestLogin", t.RequestLogin)
	w.text("requestSubAccount", t.RequestSubAccount)
	w.text("requestTrId", t.RequestTrID)
	w.double("roundAmount", t.RoundAmount)
	w.text("senderAccount", t.SenderAccount)
	w.number("senderAmount", t.SenderAmount)
	w.text("senderBean", t.SenderBean)
	w.number("senderBillId", t.SenderBillID)
	w.code("senderCcy", t.SenderCcy)
	w.instant("senderDate", t.SenderDate)
	w.text("senderGateway", t.SenderGateway)
	w.text("senderName", t.SenderName)
	w.number("senderServiceId", t.SenderServiceID)
	w.text("senderStatus", t.SenderStatus)
	w.text("senderStatusText", t.SenderStatusText)
	w.boolean("senderSuccess", t.SenderSuccess)
	w.text("senderTrId", t.SenderTrID)
	w.text("status", string(t.Status))
	w.number("systemCommissionDownAmount", t.SystemCommissionDownAmount)
	w.number("systemCommissionUpAmount", t.SystemCommissionUpAmount)
	w.code("systemCurrency", t.SystemCurrency)
	w.double("systemFee", t.SystemFee)
	w.number("systemFeeAmount", t.SystemFeeAmount)
	return append(w.out, '}')
}

// number appends a number; nil is null.
func (w *writer) number(name string, n *int64) {
	if w.present(name, n != nil) {
		w.out = strconv.AppendInt(w.out, *n, 10)
	}
}

// code appends a currency's code; nil is null.
func (w *writer) code(name string, n *int32) {
	if w.present(name, n != nil) {
		w.out = strconv.AppendInt(w.out, int64(*n), 10)
	}
}

// boolean appends a boolean; nil is null.
func (w *writer) boolean(name string, b *bool) {
	if w.present(name, b != nil) {
		w.out = strconv.AppendBool(w.out, *b)
	}
}

// text appends a string; "" is null, except for the names in empty.
func (w *writer) text(name, text string) {
	if !w.present(name, text != "" || slices.Contains(w.how.empty, name)) {
		return
	}
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			w.out = append(w.out, fakeapi.Marshal(text)...)
			return
		}
	}
	w.out = append(append(append(w.out, '"'), text...), '"')
}

// instant appends a time with a fraction of 0, 3, 6 or 9 digits, as Java does; the
// zero time is null.
func (w *writer) instant(name string, at time.Time) {
	if !w.present(name, !at.IsZero()) {
		return
	}
	layout := "2006-01-02T15:04:05"
	switch n := at.Nanosecond(); {
	case n == 0:
	case n%int(time.Millisecond) == 0:
		layout += ".000"
	case n%int(time.Microsecond) == 0:
		layout += ".000000"
	default:
		layout += ".000000000"
	}
	w.out = append(at.UTC().AppendFormat(append(w.out, '"'), layout), `Z"`...)
}

// double appends a decimal as a double; nil is null.
func (w *writer) double(name string, d *decimal.Decimal) {
	if w.present(name, d != nil) {
		w.out = append(w.out, w.how.double(*d)...)
	}
}

// double returns a decimal in the spelling of doubles.
func (how spelling) double(d decimal.Decimal) string {
	switch how.doubles {
	case 0:
		return javaDouble(d)
	case 1:
		return d.Trim(0).String()
	}
	return d.String()
}

// javaDouble returns what Java's Double.toString does: at least one digit after the
// point, and scientific notation from ten million on and below a thousandth.
func javaDouble(d decimal.Decimal) string {
	d = d.Trim(1).Pad(1)
	size := d.Abs()
	if size.IsZero() || size.Cmp(decimal.MustNew(1, 3)) >= 0 && size.Cmp(decimal.MustNew(10_000_000, 0)) < 0 {
		return d.String()
	}
	text, sign := size.String(), ""
	if d.IsNeg() {
		sign = "-"
	}
	point := strings.IndexByte(text, '.')
	digits := strings.TrimLeft(text[:point]+text[point+1:], "0")
	exponent := len(digits) - (len(text) - point - 1) - 1
	digits = strings.TrimRight(digits, "0")
	fraction := digits[1:]
	if fraction == "" {
		fraction = "0"
	}
	return sign + digits[:1] + "." + fraction + "E" + strconv.Itoa(exponent)
}

// present appends the name of a member and returns ok. Where ok is false it also
// appends null, or nothing at all with omitNulls.
func (w *writer) present(name string, ok bool) bool {
	if !ok && w.how.omitNulls {
		return false
	}
	if len(w.out) > 1 {
		w.out = append(w.out, ',')
	}
	w.out = append(append(append(w.out, '"'), name...), '"', ':')
	if !ok {
		w.out = append(w.out, "null"...)
	}
	return ok
}
