package main

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	goccy "github.com/goccy/go-json"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/wallet"
)

// The rows without their methods, so that the library decodes them itself.
type (
	plainOperation   vima.Operation
	plainData        ecommpay.Operation
	plainPayment     wallet.Payment
	plainService     finik.Service
	plainTransaction transactions.Transaction
)

// rowKind is a package's rows: a page of them, and decoders that return the same
// rows.
type rowKind struct {
	name            string
	page            func(testing.TB) []byte
	ours, reference func(page []byte) (any, error)
}

var rowKinds = []rowKind{
	{
		"vima", vimaPage, ours(wire.RowsOf[plainOperation]),
		byReference(func(o *plainOperation, raw json.RawMessage) { o.Raw = raw }),
	},
	{
		"ecommpay", ecommpayPage, ours(wire.RowsOfPHP[plainData]),
		byReference(func(o *plainData, raw json.RawMessage) { o.Raw = raw }),
	},
	{
		"wallet", walletPage, ours(wire.RowsOfPHP[plainPayment]),
		byReference(func(p *plainPayment, raw json.RawMessage) { p.Raw = raw }),
	},
	{
		"finik", finikPage, ours(wire.RowsOf[plainService]),
		byReference(func(s *plainService, raw json.RawMessage) { s.Raw = raw }),
	},
	{
		"transactions", transactionsPage, ours(wire.RowsOf[plainTransaction]),
		byReference(func(t *plainTransaction, raw json.RawMessage) { t.Raw = raw }),
	},
}

func ours[T any](decode func([]byte, func(*T) error) ([]*T, []wire.BadRow, error)) func([]byte) (any, error) {
	return func(page []byte) (any, error) {
		rows, bad, err := decode(page, func(*T) error { return nil })
		if len(bad) > 0 {
			return nil, errors.Join(err, bad[0].Err)
		}
		return rows, err
	}
}

func byReference[T any](keep func(*T, json.RawMessage)) func([]byte) (any, error) {
	return func(page []byte) (any, error) { return reference(page, keep) }
}

// BenchmarkPage decodes a page of each package. The decoders do not do the same:
// json.Valid decodes nothing, encoding/json and goccy make floats of amounts and
// check little, ours and the reference return the same rows.
func BenchmarkPage(b *testing.B) {
	for _, kind := range rowKinds {
		b.Run(kind.name, func(b *testing.B) {
			page := kind.page(b)
			sample, err := typeOfPage(page)
			require.NoError(b, err)
			into := func(unmarshal func([]byte, any) error) func([]byte) (any, error) {
				return func(page []byte) (any, error) {
					rows := reflect.New(sample).Interface()
					return rows, unmarshal(page, rows)
				}
			}
			for _, decoder := range []struct {
				name   string
				decode func([]byte) (any, error)
			}{
				{"json.Valid", func(page []byte) (any, error) { return json.Valid(page), nil }},
				{"ours", kind.ours},
				{"reference", kind.reference},
				{"goccy", into(func(data []byte, v any) error { return goccy.Unmarshal(data, v) })},
				{"encoding-json", into(json.Unmarshal)},
			} {
				b.Run(decoder.name, func(b *testing.B) {
					cost(b, func() error { _, err := decoder.decode(page); return err })
				})
			}
		})
	}
}

func TestTheReferenceReturnsTheSameRows(t *testing.T) {
	for _, kind := range rowKinds {
		t.Run(kind.name, func(t *testing.T) {
			page := kind.page(t)
			require.True(t, json.Valid(page))
			rows, err := kind.ours(page)
			require.NoError(t, err)
			want, err := kind.reference(page)
			require.NoError(t, err)
			require.True(t, reflect.DeepEqual(want, rows), "the rows differ") // they have no readable difference: they print no data
			sample, err := typeOfPage(page)
			require.NoError(t, err)
			for _, unmarshal := range []func([]byte, any) error{json.Unmarshal, func(data []byte, v any) error { return goccy.Unmarshal(data, v) }} {
				naive := reflect.New(sample)
				require.NoError(t, unmarshal(page, naive.Interface()))
				require.Equal(t, reflect.ValueOf(rows).Len(), naive.Elem().Len())
			}
		})
	}
}
