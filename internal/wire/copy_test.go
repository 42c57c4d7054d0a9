package wire_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// withoutRaw calls the method of a row.
func withoutRaw(row reflect.Value) reflect.Value {
	return row.MethodByName("WithoutRaw").Call(nil)[0]
}

// What is encoded without Raw decodes to the same fields, and shows what was
// changed in them.
func TestWithoutRaw(t *testing.T) {
	t.Parallel()
	for _, c := range strictMembers {
		of := reflect.TypeOf(c.row).Elem()
		t.Run(of.String(), func(t *testing.T) {
			t.Parallel()
			checkWithoutRaw(t, decoded(t, of, textOf(of, "", "", "")))
			checkWithoutRaw(t, reflect.New(of).Elem())
		})
	}
	for _, row := range rowsOfFakes() {
		checkWithoutRaw(t, row)
	}
	balance := ecommpay.Balance{Name: "b", AmountsMinor: map[string]int64{"EUR": 5}, Raw: []byte(`{"name":"a","EUR":5}`)}
	copied := balance.WithoutRaw()
	copied.AmountsMinor["USD"] = 7
	assert.Equal(t, map[string]int64{"EUR": 5}, balance.AmountsMinor)
	out, err := json.Marshal(copied)
	require.NoError(t, err)
	assert.JSONEq(t, `{"name":"b","EUR":"5","USD":"7"}`, string(out))
	assert.Nil(t, ecommpay.Balance{}.WithoutRaw().AmountsMinor)
}

func rowsOfFakes() (rows []reflect.Value) {
	for _, o := range vimatest.Generate(vimatest.Plan{Operations: 50, Seed: 1}) {
		rows = append(rows, reflect.ValueOf(o).Elem())
	}
	for _, o := range ecommpaytest.Generate(ecommpaytest.Plan{Operations: 50, Seed: 1}) {
		rows = append(rows, reflect.ValueOf(o).Elem())
	}
	for _, c := range ecommpaytest.GenerateChargebacks(ecommpaytest.Plan{Operations: 500, Seed: 1}) {
		rows = append(rows, reflect.ValueOf(c).Elem())
	}
	for _, f := range ecommpaytest.GenerateFraud(ecommpaytest.Plan{Operations: 500, Seed: 1}) {
		rows = append(rows, reflect.ValueOf(f).Elem())
	}
	for _, o := range transactionstest.Generate(transactionstest.Plan{Transactions: 50, Seed: 1}) {
		rows = append(rows, reflect.ValueOf(o).Elem())
	}
	return rows
}

func checkWithoutRaw(t *testing.T, row reflect.Value) {
	t.Helper()
	before := snapshot(row)
	copied := withoutRaw(row)
	noRaw(t, copied)
	out, err := json.Marshal(copied.Interface())
	require.NoError(t, err)
	again := reflect.New(row.Type())
	if err := json.Unmarshal(out, again.Interface()); !row.IsZero() { // a row without its key is none
		require.NoError(t, err, string(out))
		want, got := copied.Interface(), withoutRaw(again.Elem()).Interface()
		assert.Equal(t, snapshot(reflect.ValueOf(want)), snapshot(reflect.ValueOf(got)), string(out))
	}
	fresh := reflect.New(copied.Type()).Elem()
	fresh.Set(copied)
	scribble(fresh)
	assert.Equal(t, before, snapshot(row), "%v shares memory with its copy", row.Type())
}

// snapshot is all of a row as text, Raw included.
func snapshot(row reflect.Value) string {
	var parts [][]byte
	var add func(v reflect.Value)
	add = func(v reflect.Value) {
		if free, ok := v.Interface().(json.RawMessage); ok {
			var compact bytes.Buffer
			_ = json.Compact(&compact, free)
			parts = append(parts, compact.Bytes())
			return
		}
		switch x := v.Interface().(type) {
		case time.Time:
			parts = append(parts, []byte(x.Format(time.RFC3339Nano)))
			return
		case decimal.Decimal:
			parts = append(parts, []byte(x.String()))
			return
		}
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				add(v.Field(i))
			}
		case reflect.Pointer:
			if v.IsNil() {
				parts = append(parts, []byte("nil"))
			} else {
				add(v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				add(v.Index(i))
			}
		default:
			text, _ := wire.Encode(v.Interface())
			parts = append(parts, text)
		}
	}
	add(row)
	return string(bytes.Join(parts, []byte("\n")))
}

// noRaw holds that a row keeps no bytes of its own, nor do rows in it.
func noRaw(t *testing.T, row reflect.Value) {
	t.Helper()
	for f, v := range row.Fields() {
		switch {
		case f.Name == "Raw":
			assert.True(t, v.IsNil(), "%v", row.Type())
		case isObject(v.Type()):
			noRaw(t, v)
		}
	}
}

// scribble changes everything that a value points to.
func scribble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scribble(v.Field(i))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			scribble(v.Elem())
			v.Elem().SetZero()
		}
	case reflect.Slice:
		for i := range v.Len() {
			scribble(v.Index(i))
			v.Index(i).SetZero()
		}
	}
}
