package main

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"strconv"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

// referenceHooks give the library the rules of internal/wire for the types of a
// row, as far as regular pages need them.
var referenceHooks = json.WithUnmarshalers(json.JoinUnmarshalers(
	scalar(func(text []byte, _ bool) (string, error) { return string(text), nil }),
	scalar(referenceInt[int64]),
	scalar(referenceInt[int32]),
	scalar(referenceInt[int]),
	scalar(referenceDecimal),
	scalar(func(text []byte, number bool) (*decimal.Decimal, error) {
		if len(text) == 0 {
			return nil, nil //nolint:nilnil // null is nil
		}
		d, err := referenceDecimal(text, number)
		return &d, err
	}),
	scalar(func(text []byte, number bool) (time.Time, error) {
		if number {
			return time.Time{}, errors.New("a time as a number")
		}
		t, _ := wire.Time(string(text))
		return t, nil
	}),
	json.UnmarshalFromFunc(func(dec *jsontext.Decoder, raw *stdjson.RawMessage) error {
		text, err := dec.ReadValue()
		if *raw = nil; err == nil && text.Kind() != 'n' {
			*raw = bytes.Clone(text)
		}
		return err
	}),
))

// reference decodes an array of rows by the library, in one pass, and hands each
// row with a copy of its text to keep.
func reference[T any](page []byte, keep func(*T, stdjson.RawMessage)) ([]*T, error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(page))
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	var rows []*T
	for dec.PeekKind() != ']' {
		start, row := dec.InputOffset(), new(T)
		if err := json.UnmarshalDecode(dec, row, referenceHooks); err != nil {
			return nil, err
		}
		keep(row, bytes.Clone(bytes.TrimLeft(page[start:dec.InputOffset()], ", \t\r\n")))
		rows = append(rows, row)
	}
	_, err := dec.ReadToken()
	return rows, err
}

// scalar makes a hook of read, which gets a string without quotes and escapes, or
// a number; null is nil.
func scalar[T any](read func(text []byte, number bool) (T, error)) *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *T) error {
		text, err := dec.ReadValue()
		if err != nil {
			return err
		}
		number := false
		switch text.Kind() {
		case 'n':
			text = nil
		case '"':
			if text, err = jsontext.AppendUnquote([]byte{}, text); err != nil {
				return err
			}
		case '0':
			number = true
		default:
			return errors.New("not a scalar")
		}
		*v, err = read(text, number)
		return err
	})
}

func referenceInt[T int | int32 | int64](text []byte, _ bool) (T, error) {
	if len(text) == 0 {
		return 0, nil
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err == nil && int64(T(n)) != n {
		err = strconv.ErrRange
	}
	return T(n), err
}

func referenceDecimal(text []byte, _ bool) (decimal.Decimal, error) {
	if len(text) == 0 {
		return decimal.Decimal{}, nil
	}
	return wire.Decimal(string(text))
}
