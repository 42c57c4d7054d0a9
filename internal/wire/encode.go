package wire

import (
	stdjson "encoding/json"
	"reflect"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/govalues/decimal"
)

// Names cannot repeat in what Go builds; in the raw parts they may, and their
// strings stay as they were written.
var encodeOptions = json.JoinOptions(
	json.WithMarshalers(json.JoinMarshalers(
		json.MarshalToFunc(encodeDecimal),
		json.MarshalToFunc(encodeTime),
		json.MarshalToFunc(encodeRaw),
	)),
	json.Deterministic(true),
	json.FormatNilSliceAsNull(true),
	json.FormatNilMapAsNull(true),
	jsontext.AllowDuplicateNames(true),
	jsontext.PreserveRawStrings(true),
)

// Encode is the inverse of [Decode] for values built in Go, in a spelling that
// every provider reads: times as RFC 3339 in UTC with as many digits of the
// fraction as needed, the zero time as null; decimals as numbers with their
// scale; strings without HTML escapes; map keys sorted; a nil slice or map as
// null. Fields tagged omitzero are left out when zero. Text that is not valid
// UTF-8 is refused. The error is an [*Error].
func Encode(v any) ([]byte, error) {
	data, err := json.Marshal(v, encodeOptions)
	if err != nil {
		return nil, translate(err, reflect.TypeOf(v))
	}
	return data, nil
}

func encodeDecimal(enc *jsontext.Encoder, d decimal.Decimal) error {
	text, err := d.AppendText(enc.AvailableBuffer())
	if err != nil {
		return err
	}
	return enc.WriteValue(text)
}

func encodeTime(enc *jsontext.Encoder, t time.Time) error {
	if t.IsZero() {
		return enc.WriteToken(jsontext.Null)
	}
	t = t.UTC()
	if year := t.Year(); year < 0 || year > 9999 {
		return errRange
	}
	text := append(enc.AvailableBuffer(), '"')
	text = t.AppendFormat(text, time.RFC3339Nano)
	return enc.WriteValue(append(text, '"'))
}

func encodeRaw(enc *jsontext.Encoder, raw stdjson.RawMessage) error {
	if len(raw) == 0 {
		return enc.WriteToken(jsontext.Null)
	}
	return enc.WriteValue(jsontext.Value(raw))
}
