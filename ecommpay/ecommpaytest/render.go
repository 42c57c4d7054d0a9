package ecommpaytest

import (
	"bytes"
	"hash/fnv"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

const isoTime = "2006-01-02T15:04:05-07:00"

// spelling is how a row differs from the documentation's sample. It depends on
// the row's id only, so that a row looks the same each time.
type spelling struct {
	numericIDs  bool // ids as numbers
	textAmounts bool // amounts of sums as strings
	nulls       bool // null instead of "" for what is missing
}

func spellingOf(id string) spelling {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	n := h.Sum32()
	return spelling{numericIDs: n%19 == 0, textAmounts: n%7 == 0, nulls: n%5 == 0}
}

// render returns the JSON of an operation in the provider's order of members: the
// given fields, or the default ones for nil.
func render(o *ecommpay.Operation, fields []ecommpay.Field, zone *time.Location) []byte {
	if fields == nil {
		fields = ecommpay.DefaultFields()
	}
	how := spellingOf(o.OperationID)
	row := reflect.ValueOf(*o)
	out := []byte{'{'}
	for i := range row.NumField() {
		name := row.Type().Field(i).Tag.Get("json")
		value := row.Field(i).Interface()
		if sum, ok := value.(ecommpay.Sum); ok {
			if text := how.sum(name, sum, fields); text != "" {
				out = member(out, name, text)
			}
			continue
		}
		if slices.Contains(fields, ecommpay.Field(name)) {
			out = member(out, name, how.value(name, value, zone))
		}
	}
	return append(out, '}')
}

// renderFlat returns the JSON of an operation as the endpoint by payment spells
// it.
func renderFlat(o *ecommpay.Operation) []byte {
	how := spellingOf(o.OperationID)
	out := []byte{'{'}
	out = member(out, "arn", how.value("", o.ARN, nil))
	out = member(out, "operation_completed_at", how.value("operation_completed_at", o.OperationCompletedAt, time.UTC))
	out = member(out, "operation_type", how.value("", string(o.OperationType), nil))
	out = member(out, "operation_id", how.value("operation_id", o.OperationID, nil))
	out = member(out, "amount", strconv.FormatInt(o.SumInitial.AmountMinor, 10))
	out = member(out, "currency", quote(o.SumInitial.Currency))
	out = member(out, "operation_created_at", how.value("operation_created_at", o.OperationCreatedAt, time.UTC))
	out = member(out, "rrn", how.value("", o.RRN, nil))
	out = member(out, "payment_provider_code", how.value("", o.PaymentProviderCode, nil))
	out = member(out, "payment_provider_message", how.value("", o.PaymentProviderMessage, nil))
	return append(out, '}')
}

func member(out []byte, name, value string) []byte {
	if !bytes.HasSuffix(out, []byte{'{'}) {
		out = append(out, ',')
	}
	return append(append(append(out, '"'), name...), `":`+value...)
}

// sum returns the requested members of a sum, "" if none are requested. A missing
// sum is an empty array, as PHP encodes an empty map.
func (how spelling) sum(name string, sum ecommpay.Sum, fields []ecommpay.Field) string {
	whole := slices.Contains(fields, ecommpay.Field(name))
	if whole && sum == (ecommpay.Sum{}) {
		return "[]"
	}
	out := []byte{'{'}
	if whole || slices.Contains(fields, ecommpay.Field(name+".amount")) {
		amount := strconv.FormatInt(sum.AmountMinor, 10)
		if how.textAmounts {
			amount = quote(amount)
		}
		out = member(out, "amount", amount)
	}
	if whole || slices.Contains(fields, ecommpay.Field(name+".currency")) {
		out = member(out, "currency", quote(sum.Currency))
	}
	if len(out) == 1 {
		return ""
	}
	return string(out) + "}"
}

// value returns the JSON of a field. Times have one of two layouts, by the
// field's name.
func (how spelling) value(name string, value any, zone *time.Location) string {
	text := ""
	switch v := value.(type) {
	case time.Time:
		switch {
		case v.IsZero():
		case name == "operation_created_at" || name == "operation_completed_at":
			text = v.In(zone).Format(isoTime)
		default:
			text = v.In(zone).Format(timeForm)
		}
	case *int64:
		if v != nil {
			text = strconv.FormatInt(*v, 10)
		}
	case *decimal.Decimal:
		if v != nil {
			text = v.String()
		}
	default:
		text = reflect.ValueOf(value).String()
	}
	switch {
	case text == "" && how.nulls:
		return "null"
	case how.numericIDs && (name == "operation_id" || name == "project_id") && strings.Trim(text, "0123456789") == "" && text != "":
		return text
	}
	return quote(text)
}

func quote(text string) string { return string(fakeapi.Marshal(text)) }

// Chargebacks and fraud operations without Raw are rendered here.

func renderChargeback(c *ecommpay.Chargeback) []byte {
	return renderFields(reflect.ValueOf(*c), map[string]string{"report_date": dateForm})
}

func renderFraud(o *ecommpay.FraudOperation) []byte {
	return renderFields(reflect.ValueOf(*o), map[string]string{
		"fraud_report_date": dateForm, "received_on": dateForm, "purchase_date": dateForm,
	})
}

// renderFields writes every field as a string or null, except the two numbers of
// fraud operations.
func renderFields(row reflect.Value, layouts map[string]string) []byte {
	fraud := row.Type() == reflect.TypeFor[ecommpay.FraudOperation]()
	out := []byte{'{'}
	for i := range row.NumField() {
		name := row.Type().Field(i).Tag.Get("json")
		if name == "-" {
			continue
		}
		text := ""
		switch v := row.Field(i).Interface().(type) {
		case time.Time:
			layout := timeForm
			if layouts[name] != "" {
				layout = layouts[name]
			}
			if !v.IsZero() {
				text = v.UTC().Format(layout)
			}
		case *decimal.Decimal:
			if v != nil {
				text = v.String()
			}
		case *int64:
			if text = "null"; v != nil {
				text = strconv.FormatInt(*v, 10)
			}
		default:
			text = reflect.ValueOf(v).String()
		}
		switch {
		case fraud && (name == "operation_id" || name == "report_and_purchase_date_difference"):
			out = member(out, name, text)
		case text == "":
			out = member(out, name, "null")
		default:
			out = member(out, name, quote(text))
		}
	}
	return append(out, '}')
}
