package wire

// The encoding of the JSON library, which that of this package is held against.

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
		json.MarshalToFunc(refEncodeDecimal),
		json.MarshalToFunc(refEncodeTime),
		json.MarshalToFunc(refEncodeRaw),
	)),
	json.Deterministic(true),
	json.FormatNilSliceAsNull(true),
	json.FormatNilMapAsNull(true),
	jsontext.AllowDuplicateNames(true),
	jsontext.PreserveRawStrings(true),
)

// ReferenceEncode is Encode by the library.
func ReferenceEncode(v any) ([]byte, error) {
	data, err := json.Marshal(v, encodeOptions)
	if err != nil {
		return nil, translate(err, reflect.TypeOf(v))
	}
	return data, nil
}

func refEncodeDecimal(enc *jsontext.Encoder, d decimal.Decimal) error {
	text, err := d.AppendText(enc.AvailableBuffer())
	if err != nil {
		return err
	}
	return enc.WriteValue(text)
}

func refEncodeTime(enc *jsontext.Encoder, t time.Time) error {
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

func refEncodeRaw(enc *jsontext.Encoder, raw stdjson.RawMessage) error {
	if len(raw) == 0 {
		return enc.WriteToken(jsontext.Null)
	}
	return enc.WriteValue(jsontext.Value(raw))
}
