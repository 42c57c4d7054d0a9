package wire_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/wallet"
)

// Every type that decodes itself and that an exported signature leads to can be
// decoded: there is no other decoder that would take over.
func TestEveryReachableTypeHasAPlan(t *testing.T) {
	t.Parallel()
	reached := map[reflect.Type]bool{}
	for _, root := range []any{
		new(vima.Client), new(ecommpay.Client), new(wallet.Client), new(finik.Client), new(transactions.Client), new(wallet.Webhook), new(finik.Webhook),
	} {
		reach(reflect.TypeOf(root), reached)
	}
	rows := map[string]bool{}
	for of := range reached {
		if !reflect.PointerTo(of).Implements(reflect.TypeFor[json.Unmarshaler]()) || !strings.Contains(of.PkgPath(), "payclients-go") {
			continue
		}
		assert.NotPanics(t, func() { wire.BuildPlan(of) }, "%v", of)
		rows[of.String()] = true
	}
	for name := range rowTypes {
		if strings.Contains(name, ".") {
			require.True(t, rows[name], name)
		}
	}
	require.Greater(t, len(rows), 15)
}

// reach follows a type into its methods, parameters, results, fields and
// elements.
func reach(t reflect.Type, reached map[reflect.Type]bool) {
	if reached[t] {
		return
	}
	reached[t] = true
	for m := range t.Methods() {
		reach(m.Type, reached)
	}
	switch t.Kind() {
	case reflect.Func:
		for in := range t.Ins() {
			reach(in, reached)
		}
		for out := range t.Outs() {
			reach(out, reached)
		}
	case reflect.Pointer, reflect.Slice, reflect.Array:
		reach(t.Elem(), reached)
	case reflect.Map:
		reach(t.Key(), reached)
		reach(t.Elem(), reached)
	case reflect.Struct:
		for f := range t.Fields() {
			if f.IsExported() || f.Anonymous {
				reach(f.Type, reached)
			}
		}
	}
}
