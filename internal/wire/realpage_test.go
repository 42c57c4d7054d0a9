package wire_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// BenchmarkRows decodes pages as the fakes serve them, beside the library.
func BenchmarkRows(b *testing.B) {
	benchRows(b, "vima", vimatest.Generate(vimatest.Plan{Operations: 100, Seed: 1}), wire.RowsOf[vima.Operation], wire.Reference)
	benchRows(b, "ecommpay", ecommpaytest.Generate(ecommpaytest.Plan{Operations: 100, Seed: 1}), wire.RowsOfPHP[ecommpay.Operation], wire.ReferencePHP)
	benchRows(b, "transactions", transactionstest.Generate(transactionstest.Plan{Transactions: 100, Seed: 1}), wire.RowsOf[transactions.Transaction], wire.Reference)
}

func benchRows[T any](b *testing.B, name string, rows []*T, read func([]byte, func(*T) error) ([]*T, []wire.BadRow, error), reference func([]byte, any) error) {
	b.Helper()
	var parts [][]byte
	for _, row := range rows {
		raw, err := json.Marshal(row)
		require.NoError(b, err)
		parts = append(parts, raw)
	}
	data := append(append([]byte("["), bytes.Join(parts, []byte(","))...), ']')
	bare, _ := withoutMethods(reflect.TypeFor[T](), false)
	list := reflect.SliceOf(bare)
	for kind, decode := range map[string]func() error{
		"ours":      func() error { _, _, err := read(data, func(*T) error { return nil }); return err },
		"reference": func() error { return reference(data, reflect.New(list).Interface()) },
	} {
		b.Run(name+"/"+kind, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if err := decode(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
