package wire_test

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/vima"
)

func anything(*Operation) error { return nil }

// Not parallel: it counts the bytes that the process allocates. None of these may
// take more than three times the text and six times what rows may take.
func TestHostileTextsAreBounded(t *testing.T) {
	million := testform.Scale(300_000, 1_000_000)
	var names strings.Builder
	for i := range million {
		fmt.Fprintf(&names, `"k%d":1,`, i)
	}
	members := strings.TrimSuffix(names.String(), ",")
	for name, c := range map[string]struct{ text, want string }{
		"a million unknown members":  {`[{"operation_id":"1",` + members + `}]`, "ok"},
		"the same with one repeated": {`[{"operation_id":"1",` + members + fmt.Sprintf(`,"k%d":2}]`, million-1), `bad duplicate ""`},
		"in an unknown member":       {`[{"x":{` + members + `}}]`, "ok"},
		"there with one repeated":    {`[{"x":{` + members + `,"k0":1}}]`, `bad duplicate ""`},
		"in a free-form member":      {`[{"payment_custom_data":{` + members + `,"k0":1}}]`, "ok"},
		"a million empty rows":       {`[` + strings.Repeat(`{},`, million) + `{}]`, `range ""`},
		"a million empty cards":      {`[{"card_start":[` + strings.Repeat(`{},`, million) + `{}]}]`, `bad range "/card_start"`},
		"rows of many empty cards":   {`[` + strings.Repeat(`{"card_start":[`+strings.Repeat(`{},`, 999)+`{}]},`, 500) + `{}]`, `range ""`},
		"a million bad rows":         {`[` + strings.Repeat(`[],`, million) + `{}]`, `range ""`},
		"many that are not deep":     {`[{"x":[` + strings.Repeat(`[1],{"a":1},`, 20_000) + `1],"card_start":[{"x":[{}]}],"payment_custom_data":[[1]]}]`, "ok"},
		"many rows with many lists":  {`[` + strings.Repeat(`{"operation_id":"1","card_start":[{"x":[[],{},[1]]}]},`, 12_000) + `{}]`, "ok"},
		"10,000 deep":                {`[{"x":` + strings.Repeat("[", 9_998) + strings.Repeat("]", 9_998) + `}]`, "ok"},
		"deeper":                     {`[{"x":` + strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999) + `}]`, `syntax ""`},
		"10,000 deep in objects":     {`[{"x":` + strings.Repeat(`{"a":`, 9_998) + "1" + strings.Repeat("}", 9_998) + `}]`, "ok"},
		"deeper in objects":          {`[{"x":` + strings.Repeat(`{"a":`, 9_999) + "1" + strings.Repeat("}", 9_999) + `}]`, `syntax ""`},
		"deep in a free-form member": {`[{"payment_custom_data":` + strings.Repeat("[", 9_998) + strings.Repeat("]", 9_998) + `}]`, "ok"},
		"deeper there":               {`[{"payment_custom_data":` + strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999) + `}]`, `syntax ""`},
		"a million deep":             {`[{"x":` + strings.Repeat("[", million), `syntax ""`},
		"a million open rows":        {strings.Repeat(`[{"x":`, million), `syntax ""`},
		"a long text":                {`[{"operation_id":"` + strings.Repeat(`\u0041`, million) + `"}]`, "ok"},
		"a long number":              {`[{"complete_amount":` + strings.Repeat("9", million) + `}]`, `bad range "/complete_amount"`},
		"a long name":                {`[{"` + strings.Repeat("x", million) + `":1}]`, "ok"},
	} {
		data := []byte(c.text)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, bad, err := wire.RowsOf(data, anything)
		runtime.ReadMemStats(&after)
		got := verdict(err)
		if len(bad) > 0 && err == nil {
			got = "bad " + verdict(bad[0].Err)
		}
		assert.Equal(t, c.want, got, name)
		limit := uint64(3*len(data) + 6*(2*len(data)+16<<20)) // slices grow by parts
		if strings.Contains(name, "million unknown") || strings.Contains(name, "one repeated") {
			limit *= 2 // a map of the names
		}
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, limit, name)
	}
	var m map[string]string
	assert.Equal(t, `range ""`, verdict(wire.Decode([]byte("{"+members+"}"), &m)), "a map unfolds too")
	var deep tree
	assert.Equal(t, "ok", verdict(wire.Decode([]byte(strings.Repeat(`{"left":`, 9_999)+"{}"+strings.Repeat("}", 9_999)), &deep)))
	assert.Equal(t, wire.KindSyntax, kindOf(t, wire.Decode([]byte(strings.Repeat(`{"left":`, 10_000)+"{}"+strings.Repeat("}", 10_000)), &deep)))
}

// Types that refer to each other are planned for the first time by many
// goroutines at once.
func TestPlansFromManyGoroutines(t *testing.T) {
	t.Parallel()
	type leaf struct{ X string }
	type a1 struct {
		Next *a1
		L    leaf
		M    map[string]*a1
	}
	type b1 struct {
		A []a1
		B *b1
	}
	type c1 struct {
		B  b1
		C  []c1
		Op []*Operation
		T  *tree
	}
	data := []byte(`{"B":{"A":[{"Next":{"L":{"X":"1"}},"M":{"k":{"L":{"X":"2"}}}}],"B":{"A":[]}},"C":[{"B":{"B":null}}],"T":{"children":[{"name":"n"}]}}`)
	start := make(chan struct{})
	var group sync.WaitGroup
	for g := range 64 {
		group.Go(func() {
			<-start
			var c c1
			var b b1
			var a a1
			var rows []*a1
			steps := []func() error{
				func() error { return wire.Decode(data, &c) },
				func() error { return wire.Decode([]byte(`{"A":[{"L":{"X":"3"}}]}`), &b) },
				func() error { return wire.Decode([]byte(`{"Next":{"Next":{"L":{"X":"4"}}}}`), &a) },
				func() (err error) {
					rows, _, err = wire.RowsOf([]byte(`[{"Next":{"L":{"X":"5"}}}]`), func(*a1) error { return nil })
					return err
				},
			}
			for i := range steps {
				assert.NoError(t, steps[(i+g)%len(steps)]())
			}
			assert.Equal(t, []string{"2", "n", "3", "4", "5"},
				[]string{c.B.A[0].M["k"].L.X, c.T.Children[0].Name, b.A[0].L.X, a.Next.Next.L.X, rows[0].Next.L.X})
		})
	}
	close(start)
	group.Wait()
}

// The text is overwritten: nothing that was decoded may change, also where the
// decoder remembers texts of earlier pages.
func TestRowsHaveTheirOwnMemory(t *testing.T) {
	t.Parallel()
	for range 3 {
		data := page(50)
		rows, bad, err := wire.RowsOf(data, anything)
		require.NoError(t, err)
		require.Empty(t, bad)
		for i := range data {
			data[i] = '!'
		}
		want, _, err := wire.RowsOf(page(50), anything)
		require.NoError(t, err)
		require.Equal(t, want, rows)
	}
}

func TestRowsSayWhichRowIsBad(t *testing.T) {
	t.Parallel()
	rows, bad, err := wire.RowsOf([]byte("\ufeff [ {\"operation_id\":\"1\"},{\"operation_id\":\"2\", \"n\":1}, {\"operation_id\":[]}, null ] "), func(o *Operation) error {
		if o.OperationID == "2" {
			return assert.AnError
		}
		return nil
	})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	assert.Equal(t, `{"operation_id":"1"}`, string(rows[0].Raw))
	assert.Equal(t, []wire.BadRow{
		{Index: 1, Raw: []byte(`{"operation_id":"2", "n":1}`), Err: assert.AnError},
		{Index: 2, Raw: []byte(`{"operation_id":[]}`), Err: &wire.Error{Kind: wire.KindType, Offset: 16, Pointer: "/operation_id"}},
		{Index: 3, Raw: []byte(`null`), Err: &wire.Error{Kind: wire.KindType}},
	}, bad)
	rows, bad, err = wire.RowsOf([]byte(" [ ] "), anything)
	require.NoError(t, err)
	require.NotNil(t, rows)
	require.Empty(t, bad)
	for _, text := range []string{"", " ", "{}", "[] x", "[{}", "[{},]", "[{}}", "[{}]]", "[{} {}]", `[{"a":1]`, "\ufeff", "null", "7", "tru"} {
		_, _, err := wire.RowsOf([]byte(text), anything)
		require.Error(t, err, text)
	}
}

// One row is read as rows are; what is stored may have blanks around it.
func TestRow(t *testing.T) {
	t.Parallel()
	before := Operation{OperationID: "before"}
	o := before
	require.Error(t, wire.Row([]byte(`{"operation_id":[]}`), &o, anything))
	require.ErrorIs(t, wire.Row([]byte(`{"operation_id":"1"}`), &o, func(*Operation) error { return assert.AnError }), assert.AnError)
	require.Equal(t, before, o)
	require.NoError(t, wire.Row([]byte("\ufeff{\"operation_id\":\"1\"}\n"), &o, anything))
	require.Equal(t, Operation{OperationID: "1", Raw: []byte("{\"operation_id\":\"1\"}\n")}, o)
	require.Error(t, wire.Row([]byte(`[]`), &o, anything))
	require.NoError(t, wire.RowPHP([]byte(`[]`), &o, anything))
	require.Equal(t, Operation{Raw: []byte(`[]`)}, o)
}

// twice has two fields of one name.
type twice struct {
	A string `json:"inner"`
	embedded
}

// Each of 128 members is told from every other.
func TestAllFieldsAreKnownApart(t *testing.T) {
	t.Parallel()
	var fields []reflect.StructField
	var members []string
	for i := range 128 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[int]()})
		members = append(members, fmt.Sprintf(`"F%d":%d`, i, i))
	}
	v := reflect.New(reflect.StructOf(fields))
	require.NoError(t, wire.Decode([]byte("{"+strings.Join(members, ",")+"}"), v.Interface()))
	for i := range 128 {
		require.Equal(t, i, int(v.Elem().Field(i).Int()))
		text := "{" + strings.Join(append(members[:128:128], members[i]), ",") + "}"
		require.Equal(t, fmt.Sprintf(`duplicate "/F%d"`, i), verdict(wire.Decode([]byte(text), v.Interface())))
	}
}

func TestUnknownKindsPanic(t *testing.T) {
	t.Parallel()
	var fields []reflect.StructField
	for i := range 129 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[string]()})
	}
	for _, v := range []any{new(any), new(float64), new(uint8), new([2]int), new(func()), new(map[int]string), new(struct{ A []chan int }), new(time.Duration), new(vima.Date), reflect.New(reflect.StructOf(fields)).Interface(), new(twice)} {
		require.Panics(t, func() { _ = wire.Decode([]byte(`{}`), v) }, "%T", v)
	}
	require.NotPanics(t, func() { _ = wire.Decode([]byte(`{}`), reflect.New(reflect.StructOf(fields[1:])).Interface()) })
}
