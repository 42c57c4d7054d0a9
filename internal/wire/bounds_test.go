package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/vima"
)

// allowed is the memory that the values of n bytes may take, and entry what an entry
// of a map takes beside its value, or a member that is not read.
func allowed(n int) int { return 2*n + 16<<20 }

const entry = 64

var (
	documentSize  = int(reflect.TypeFor[document]().Size())
	operationSize = int(reflect.TypeFor[vima.Operation]().Size())
	startSize     = int(reflect.TypeFor[vima.CardStart]().Size())
)

// odd is a struct of an odd size: a limit that is off by one byte shows.
var odd = func() reflect.Type {
	var fields []reflect.StructField
	for i := range 101 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", i), Type: reflect.TypeFor[bool]()})
	}
	half := reflect.StructOf(fields[:100])
	return reflect.StructOf(append(fields, reflect.StructField{Name: "Half", Type: half}))
}()

// shapes are texts whose values take many times their size: n elements take n times
// size, and once more extra.
var shapes = []struct {
	text        func(n int) string
	size, extra int
	decode      func(data []byte) error
}{
	{func(n int) string { return list(n, `{}`) }, documentSize, 0, into(new([]document))},
	{func(n int) string { return "{" + named(n) + "}" }, documentSize + entry, 0, into(new(map[string]document))},
	{func(n int) string { return list(n, `{"operation_id":"1"}`) }, operationSize, 0, operations},
	{func(n int) string { return list(n, `{}`) }, int(odd.Size()), 0, into(reflect.New(reflect.SliceOf(odd)).Interface())},
	{ // what a bad row holds is free again
		func(n int) string { return list(n, `{"card_start":[{},{},{}],"operation_id":[]}`) }, operationSize, 3 * startSize, operations,
	},
	{ // members that are not read
		func(n int) string { return `[{"card_start":` + list(n, `{"amount":[]}`) + `}]` }, startSize + entry, operationSize, operations,
	},
}

func list(n int, element string) string {
	return "[" + strings.Repeat(element+",", n-1) + element + "]"
}

func into(v any) func([]byte) error { return func(data []byte) error { return wire.Decode(data, v) } }

// operations decodes a page of operations. A row that takes too much is an error, too.
func operations(data []byte) error {
	_, bad, err := wire.RowsOf(data, func(*vima.Operation) error { return nil })
	for _, b := range bad {
		var e *wire.Error
		if errors.As(b.Err, &e) && e.Kind == wire.KindRange {
			return b.Err
		}
	}
	return err
}

func named(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%d":{}`, i)
	}
	return b.String()[1:]
}

// FuzzMemory holds values against the limit: a space behind them allows two bytes more.
func FuzzMemory(f *testing.F) {
	for i, s := range shapes {
		element := len(s.text(100_001)) - len(s.text(100_000))
		f.Add(uint8(i), 16<<20/(s.size-2*element)+2|1)
	}
	f.Fuzz(func(t *testing.T, shape uint8, n int) {
		if n < 1 || n > 1<<17 {
			return
		}
		s := shapes[int(shape)%len(shapes)]
		text := s.text(n)
		spaces := max(0, (n*s.size+s.extra-allowed(len(text))+1)/2)
		require.NoError(t, s.decode([]byte(text+strings.Repeat(" ", spaces))))
		if spaces > 0 {
			var e *wire.Error
			require.ErrorAs(t, s.decode([]byte(text+strings.Repeat(" ", spaces-1))), &e)
			require.Equal(t, wire.KindRange, e.Kind)
		}
	})
}

var errRefused = errors.New("refused")

// alone holds the rows of a page against the same rows decoded one by one.
func alone[T any](t *testing.T, data []byte, page func([]byte, func(*T) error) ([]*T, []wire.BadRow, error), one func([]byte, *T, func(*T) error) error) {
	t.Helper()
	check := func(row *T) error {
		if reflect.ValueOf(row).Elem().FieldByName("OperationID").String() == "refused" {
			return errRefused
		}
		return nil
	}
	own := bytes.Clone(data)
	rows, bad, err := page(own, check)
	clear(own) // no row lies there
	elements, split := wire.Elements(data)
	if err != nil || split != nil {
		require.Equal(t, split, err)
		return
	}
	require.Equal(t, len(elements), len(rows)+len(bad))
	for i, element := range elements {
		var row T
		err := one(element, &row, check)
		require.True(t, err == nil || reflect.ValueOf(row).IsZero(), "a row is set only if it fits")
		if i < 100 { // whitespace around a stored row stays
			var spaced T
			own := []byte("\ufeff " + string(element) + "\n")
			require.Equal(t, err == nil, one(own, &spaced, check) == nil)
			clear(own)
			if err == nil {
				raw := reflect.ValueOf(&spaced).Elem().FieldByName("Raw")
				require.Equal(t, " "+string(element)+"\n", string(raw.Bytes()))
				raw.SetBytes(element)
				require.True(t, reflect.DeepEqual(row, spaced), "%v, %v", row, spaced)
			}
		}
		if element[0] == 'n' {
			err = &wire.Error{Kind: wire.KindType}
		}
		if len(bad) > 0 && bad[0].Index == i {
			require.Equal(t, err, bad[0].Err, "row %d", i)
			var e *wire.Error
			require.False(t, errors.As(err, &e) && e.Kind == wire.KindDuplicate && jsontext.Value(element).IsValid(), "no name occurs twice")
			require.False(t, e != nil && e.Kind == wire.KindRange && e.Pointer == "/complete_amount", "too many digits keep the row")
			bad = bad[1:]
			continue
		}
		require.NoError(t, err, "row %d", i)
		if element[0] == '{' { // of [], an empty row in PHP, a page keeps no Raw
			require.True(t, reflect.DeepEqual(&row, rows[0]), "row %d: %v, %v", i, row, rows[0])
		}
		rows = rows[1:]
		unread := unreadIn(reflect.ValueOf(row))
		for n, pointer := range unread {
			require.False(t, strings.HasPrefix(pointer, "/sum_converted/"), "a sum fits as a whole")
			if pointer == "/complete_amount" { // it fits except for its digits
				member, _ := wire.Member(element, pointer[1:])
				_, err := wire.Decimal(wire.Scalar(member))
				var e *wire.Error
				require.ErrorAs(t, err, &e)
				require.Equal(t, wire.KindRange, e.Kind)
			}
			require.False(t, slices.ContainsFunc(unread[n+1:], func(other string) bool {
				return strings.HasPrefix(other+"/", pointer+"/") || strings.HasPrefix(pointer+"/", other+"/")
			}), "%v", unread)
		}
	}
}

func FuzzRows(f *testing.F) {
	for _, s := range []string{
		`[{"operation_id":"1","card_start":[7]},{"operation_id":"2"}]`, // an unread member leaves nothing behind
		`[{"operation_id":"1","operation_state":[1]},{"operation_id":[]},{"operation_id":"2","operation_state":{"a":1}}]`,
		`[{"operation_id":"1","create_params":{"method":"a","method":"b"}},{"operation_id":"1","x":{"a":1,"a":2}},{"operation_id":"2"}]`,
		`[{"operation_id":"1","card_start":[{"amount":[]},7]}]`, `[{"operation_id":"1","sum_converted":{"amount":[],"currency":"EUR"}}]`,
		`[{"operation_id":"1","sum_converted":{"zzz":1,"amount":[],"currency":"EUR"},"zzz":2}]`,
		`[{"contact":"kept?","operation_id":[]},{"operation_id":"2"}]`,
		`[{"operation_id":"1","sum_converted":{"zzz":1,"amount":[],"currency":"EUR"},"zzz":2},{"operation_id":"2","sum_converted":{"amount":5,"currency":"EUR"}}]`,
		`[{"operation_id":"1","sum_initial":{"amount":"+5","currency":"EUR"}},{"operation_id":"1","sum_initial":{"amount":"-5","currency":"EUR"}}]`,
		`[{"operation_id":"1","complete_amount":123456789012345678901234},{"operation_id":"1","complete_amount":"x"}]`,
		`[ {"operation_id" : {"a":1}, "x":1} , {"operation_id":"\ud800"} ]`,
		`[{"operation_id":"1"}]x`, `[{"operation_id":"1"}`, `[null,{"operation_id":"1"},7,[],"x"]`, "\ufeff[{}]",
		`[{"operation_id":"1","card_start":[7]},{"operation_id":"2","operation_state":[1]}]`, `[{"operation_id":"refused"},{"operation_id":"2"}]`, `[{"operation_id":"1","sum_initial":{"amount":007,"currency":"EUR"}}]`,
		`[{"operation_id":"1","sum_initial":{"amount":5.0,"currency":"EUR"}},{"operation_id":"1","sum_initial":{"amount":9223372036854775808,"currency":"EUR"}},{"operation_id":"1","sum_initial":{"amount":"007","currency":"EUR"}}]`,
		`[` + strings.Repeat(`{"operation_id":"1","card_start":[7]},`, 10_001) + `{"operation_id":"2"}]`,
		`[` + strings.Repeat(`{"operation_id":[{}]},`, 10_001) + `{"operation_id":"2"}]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		alone(t, data, wire.RowsOf[vima.Operation], wire.Row[vima.Operation])
		alone(t, data, wire.RowsOfPHP[ecommpay.Operation], wire.RowPHP[ecommpay.Operation])
		rows, _, _ := wire.RowsOfPHP(data, func(*ecommpay.Operation) error { return nil })
		for _, row := range rows {
			if sum, _ := wire.Member(row.Raw, "sum_initial"); row.SumInitial.AmountMinor != 0 {
				amount, _ := wire.Member(sum, "amount")
				require.Regexp(t, `^-?\d+$`, wire.Scalar(amount), "a whole number has digits alone")
				want, _ := new(big.Int).SetString(wire.Scalar(amount), 10)
				require.Equal(t, want.String(), strconv.FormatInt(row.SumInitial.AmountMinor, 10))
			}
		}
		// What stands in front of a value moves its error and nothing else.
		if !json.Valid(data) {
			return
		}
		for i := range targets() {
			err, moved := wire.Decode(data, targets()[i]), wire.Decode(append([]byte("   "), data...), targets()[i])
			var e, m *wire.Error
			if errors.As(err, &e) && e.Kind != wire.KindRange {
				require.ErrorAs(t, moved, &m)
				require.Equal(t, e.Offset+3, m.Offset, "%T", targets()[i])
				require.Equal(t, verdict(err), verdict(moved))
			}
		}
	})
}
