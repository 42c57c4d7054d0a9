package wire_test

import (
	"bytes"
	"encoding/json"
	"runtime"
	"strings"
	"sync"
	"testing"
	"weak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

func TestElementsSplits(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		`[]`: nil, " [ \n] ": nil, `[1]`: {"1"}, ` [ 1 , "a,]" ,[ ],{ "b":[1,{}] },null ] `: {"1", `"a,]"`, "[ ]", `{ "b":[1,{}] }`, "null"},
		`[{"a":1,"a":2},"` + "\xff" + `"]`: {`{"a":1,"a":2}`, "\"\xff\""},
	} {
		got, err := wire.Elements([]byte(in))
		require.NoError(t, err, in)
		require.Len(t, got, len(want), in)
		for i, element := range got {
			assert.Equal(t, want[i], string(element), in)
			assert.Equal(t, len(element), cap(element), "appending must not reach the neighbour")
		}
	}
	for in, want := range map[string]wire.Error{
		``: {Kind: wire.KindSyntax}, `  `: {Kind: wire.KindSyntax, Offset: 2}, `{}`: {Kind: wire.KindType}, ` {"error":"x"} `: {Kind: wire.KindType, Offset: 1}, `null`: {Kind: wire.KindType}, `"x"`: {Kind: wire.KindType},
		`{} x`: {Kind: wire.KindSyntax, Offset: 3}, `<html>`: {Kind: wire.KindSyntax}, `[1,]`: {Kind: wire.KindSyntax, Offset: 3}, `[1] 2`: {Kind: wire.KindSyntax, Offset: 4}, `[1`: {Kind: wire.KindSyntax, Offset: 2}, `[`: {Kind: wire.KindSyntax, Offset: 1},
		`[,]`: {Kind: wire.KindSyntax, Offset: 1}, `[1 2]`: {Kind: wire.KindSyntax, Offset: 3}, `[{"a":tru},1]`: {Kind: wire.KindSyntax, Offset: 6},
	} {
		_, err := wire.Elements([]byte(in))
		require.Equal(t, &want, err, in)
	}
}

func TestRowsKeepsTheSiblingsOfABadRow(t *testing.T) {
	t.Parallel()
	data := []byte("[" + operation(0) + `, {"operation_id":{}} ,` + operation(2) + `,{"operation_id":"` + "\xff" + `"},{"a":1,"a":2},7,null,` + operation(7) + "]")
	rows, bad, err := wire.Rows[Operation](data)
	require.NoError(t, err)
	require.Len(t, rows, 3)
	for i, want := range map[int]string{0: operation(0), 1: operation(2), 2: operation(7)} {
		assert.Equal(t, want, string(rows[i].Raw))
		encoded, err := json.Marshal(rows[i])
		require.NoError(t, err)
		assert.JSONEq(t, want, string(encoded))
	}
	require.Len(t, bad, 5)
	for i, want := range []struct {
		index     int
		raw, text string
	}{
		{1, `{"operation_id":{}}`, "JSON: type error at offset 16 in /operation_id"},
		{3, "{\"operation_id\":\"\xff\"}", "JSON: syntax error at offset 16 in /operation_id"},
		{4, `{"a":1,"a":2}`, "JSON: duplicate error at offset 7"},
		{5, `7`, "JSON: type error at offset 0"},
		{6, `null`, "JSON: type error at offset 0"},
	} {
		assert.Equal(t, want.index, bad[i].Index)
		assert.Equal(t, want.raw, string(bad[i].Raw))
		assert.EqualError(t, bad[i].Err, want.text)
	}

	rows, bad, err = wire.Rows[Operation]([]byte(`[]`))
	require.NoError(t, err)
	require.NotNil(t, rows)
	require.Empty(t, rows)
	require.Empty(t, bad)
}

func TestRowsOwnTheirBytes(t *testing.T) {
	t.Parallel()
	data := append(bytes.TrimSuffix(page(3), []byte("]")), []byte(`,{"service":[]}]`)...)
	rows, bad, err := wire.Rows[Operation](data)
	require.NoError(t, err)
	require.Len(t, bad, 1)
	again, badAgain, err := wire.Rows[Operation](bytes.Clone(data))
	require.NoError(t, err)
	for i := range data {
		data[i] = '#'
	}
	require.Equal(t, again, rows)
	require.Equal(t, badAgain, bad)
}

// A row that is kept lets go of its page and of its siblings, and so does a bad
// one.
func TestRowsPinTheirOwnBytesOnly(t *testing.T) {
	t.Parallel()
	data := append(bytes.TrimSuffix(page(50), []byte("]")), []byte(`,{"service":[]}]`)...)
	pageGone := weak.Make(&data[0])
	rows, bad, err := wire.Rows[Operation](data)
	require.NoError(t, err)
	kept, keptBad := rows[7], bad[0]
	siblingGone, siblingRawGone := weak.Make(rows[8]), weak.Make(&rows[8].Raw[0])
	for range 5 {
		runtime.GC()
	}
	assert.Nil(t, pageGone.Value())
	assert.Nil(t, siblingGone.Value())
	assert.Nil(t, siblingRawGone.Value())
	assert.Equal(t, operation(7), string(kept.Raw))
	assert.JSONEq(t, `{"service":[]}`, string(keptBad.Raw))
}

// Not parallel: it counts the bytes that the process allocates.
func TestManyElementsAreBounded(t *testing.T) {
	for _, element := range []string{"0,", "{},", `"",`, "[],"} {
		data := []byte("[" + strings.Repeat(element, 10_000_000) + "0]")
		for _, split := range []func() error{
			func() error { _, err := wire.Elements(data); return err },
			func() error { _, _, err := wire.Rows[Operation](data); return err },
			func() error {
				_, _, err := wire.RowsOf(data, func(*Operation) error { return nil })
				return err
			},
		} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := split()
			runtime.ReadMemStats(&after)
			require.Equal(t, wire.KindRange, kindOf(t, err))
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, garbage*uint64(2*len(data)+16<<20), "a multiple of what rows may take")
		}
	}
	data := []byte("[" + strings.Repeat("{},", 200_000) + "{}]") // few bytes, many rows
	_, _, err := wire.Rows[Operation](data)
	require.Equal(t, wire.KindRange, kindOf(t, err))
	elements, err := wire.Elements(data)
	require.NoError(t, err)
	require.Len(t, elements, 200_001)
}

func TestDeepTextsAreBounded(t *testing.T) {
	t.Parallel()
	for _, depth := range []int{9_999, 10_000, 10_001, 1_000_000} {
		for _, nest := range [][2]string{{"[", "]"}, {`{"free":`, "}"}, {`{"other":`, "}"}, {`{"sub":[`, "]}"}, {`{"list":[`, "]}"}} {
			text := []byte(strings.Repeat(nest[0], depth) + "0" + strings.Repeat(nest[1], depth))
			for _, data := range [][]byte{text, text[:len(text)/2], append([]byte(`{"id":1,"other":`), append(text, '}')...)} {
				fits := json.Valid(data)
				_, err := wire.Elements(data)
				assert.Equal(t, fits && data[0] == '[', err == nil)
				assert.Equal(t, fits, wire.Decode(data, new(json.RawMessage)) == nil)
				if err := wire.Decode(data, new(document)); !fits {
					assert.Error(t, err)
				}
				assert.Error(t, wire.Decode(data, new([]document)))
				wire.Field(data, "id")
			}
		}
	}
	deep := []byte(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000))
	for _, v := range []any{new(document), new(Operation), new([]document), new(map[string]string), new(string), new(int64)} {
		require.Error(t, wire.Decode(deep, v))
	}
}

func TestRowsFromManyGoroutines(t *testing.T) {
	t.Parallel()
	data := page(20)
	want, _, err := wire.Rows[Operation](data)
	require.NoError(t, err)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 5 {
				got, bad, err := wire.Rows[Operation](data)
				assert.NoError(t, err)
				assert.Empty(t, bad)
				assert.Equal(t, want, got)
			}
		})
	}
	group.Wait()
}

func kindOf(t *testing.T, err error) string {
	t.Helper()
	var e *wire.Error
	require.ErrorAs(t, err, &e)
	return e.Kind
}
