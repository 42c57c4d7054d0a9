package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/wallet"
)

// tree has every kind of field, and refers to itself.
type tree struct {
	Name     string             `json:"name" wire:"strict"`
	Left     *tree              `json:"left"`
	Children []tree             `json:"children"`
	ByName   map[string]*tree   `json:"by_name"`
	ByState  map[Status][]int64 `json:"by_state"`
	Kept     kept               `json:"kept"`
	KeptPtr  *kept              `json:"kept_ptr"`
	Amounts  []*decimal.Decimal `json:"amounts"`
	Ints     []*int64           `json:"ints"`
	Times    []time.Time        `json:"times"`
	Own      ownText            `json:"own"`
	Small    int32              `json:"small"`
	Tiny     Count              `json:"tiny"`
	Bools    []bool             `json:"bools"`
	Strict   []string           `json:"strict" wire:"strict"`
	Odd      string             `json:"a/b~c"`
	A4       string             `json:"abcd"`
	A5       string             `json:"abcde"`
	A37      string             `json:"abcdefghijklmnopqrstuvwxyzabcdefghijk"`
	embedded
}

// wide has more members than a word has bits.
var wide = func() reflect.Type {
	var fields []reflect.StructField
	for i := range 70 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", i), Type: reflect.TypeFor[string](), Tag: reflect.StructTag(fmt.Sprintf(`json:"f%d"`, i))})
	}
	return reflect.StructOf(fields)
}()

func targets() []any {
	return []any{
		new(document), new(tree), new(plainOperation), new([]document), new([]*tree), new(map[string]json.RawMessage), new(kept),
		new(string), new(json.RawMessage), new(decimal.Decimal), new(time.Time), new(int32), new(bool), new(Status), reflect.New(wide).Interface(),
	}
}

// verdict is what an error says, except its offset.
func verdict(err error) string {
	if err == nil {
		return "ok"
	}
	var e *wire.Error
	if !errors.As(err, &e) {
		return "foreign: " + err.Error()
	}
	return fmt.Sprintf("%s %q", e.Kind, e.Pointer)
}

// alike: of invalid JSON both must say that it is wrong, and may name different errors.
func alike(data []byte, err, want error) bool {
	if err != nil && want != nil && !json.Valid(wire.Text(data)) {
		return !strings.HasPrefix(verdict(err), "foreign")
	}
	var e, w *wire.Error
	if errors.As(err, &e) && errors.As(want, &w) {
		switch {
		case e.Kind == wire.KindSyntax: // an odd id, which the library is asked about last
			return true
		case e.Kind == wire.KindType && w.Kind == wire.KindDuplicate: // in a value that does not fit anyway
			return true
		}
	}
	return verdict(err) == verdict(want)
}

// differ holds both ways to decode data against the library, for the targets that
// turn is for.
func differ(t *testing.T, data []byte, turn func(i int) bool) {
	t.Helper()
	for i := range targets() {
		for n, php := range []bool{false, true} {
			if !turn(2*i + n) {
				continue
			}
			ours, theirs := targets()[i], targets()[i]
			decode, reference := wire.Decode, wire.Reference
			if php {
				decode, reference = wire.DecodePHP, wire.ReferencePHP
			}
			own := bytes.Clone(data)
			err, want := decode(own, ours), reference(data, theirs)
			clear(own) // nothing that was decoded lies there
			if !alike(data, err, want) {
				t.Fatalf("%T php %v %.200q\nours   %s\ntheirs %s", ours, php, data, verdict(err), verdict(want))
			}
			if err == nil && !reflect.DeepEqual(ours, theirs) {
				t.Fatalf("%T php %v %q\nours   %.300v\ntheirs %.300v", ours, php, data, reflect.ValueOf(ours).Elem(), reflect.ValueOf(theirs).Elem())
			}
		}
	}
}

// rowTypes are the rows of the packages.
var rowTypes = map[string]rowType{
	"vima.Operation":             rowsOf[vima.Operation](wire.RowsOf[vima.Operation], false),
	"ecommpay.Operation":         rowsOf[ecommpay.Operation](wire.RowsOfPHP[ecommpay.Operation], true),
	"ecommpay.PaymentOperation":  rowsOf[ecommpay.PaymentOperation](wire.RowsOfPHP[ecommpay.PaymentOperation], true),
	"ecommpay.Chargeback":        rowsOf[ecommpay.Chargeback](wire.RowsOfPHP[ecommpay.Chargeback], true),
	"ecommpay.FraudOperation":    rowsOf[ecommpay.FraudOperation](wire.RowsOfPHP[ecommpay.FraudOperation], true),
	"wallet.Payment":             rowsOf[wallet.Payment](wire.RowsOfPHP[wallet.Payment], true),
	"wallet.BestTransfer":        rowsOf[wallet.BestTransfer](wire.RowsOfPHP[wallet.BestTransfer], true),
	"finik.Service":              rowsOf[finik.Service](wire.RowsOf[finik.Service], false),
	"transactions.Transaction":   rowsOf[transactions.Transaction](wire.RowsOf[transactions.Transaction], false),
	"Operation, in its own time": rowsOf[Operation](wire.RowsOf[Operation], false),
}

type rowType struct {
	names  []string // of the members
	differ func(t *testing.T, data []byte)
}

// rowsOf holds a page of rows against the library, which decodes them one by one
// into a type without methods.
func rowsOf[T any](read func(data []byte, check func(*T) error) ([]*T, []wire.BadRow, error), php bool) rowType {
	bare, names := withoutMethods(reflect.TypeFor[T](), false)
	narrow, _ := withoutMethods(reflect.TypeFor[T](), true)
	reference := wire.Reference
	if php {
		reference = wire.ReferencePHP
	}
	return rowType{names, func(t *testing.T, data []byte) {
		t.Helper()
		own := bytes.Clone(data)
		rows, bad, err := read(own, func(*T) error { return nil })
		clear(own) // nothing that was decoded lies there
		elements, want := wire.Elements(data)
		if !alike(data, err, want) {
			t.Fatalf("%T %q\nours   %s\ntheirs %s", rows, data, verdict(err), verdict(want))
		}
		if err != nil {
			return
		}
		for i, element := range elements {
			target := reflect.New(bare)
			want := error(&wire.Error{Kind: wire.KindType})
			if element[0] != 'n' {
				want = decodeAll(reference, element, target)
			}
			if len(bad) > 0 && bad[0].Index == i {
				if string(bad[0].Raw) != string(element) || !agreesOnBad(element, bad[0].Err, want) {
					t.Fatalf("%T %d of %.300q\nours   %s\ntheirs %s", rows, i, data, verdict(bad[0].Err), verdict(want))
				}
				bad = bad[1:]
				continue
			}
			if len(rows) == 0 {
				t.Fatalf("%T %d of %.300q is missing\ntheirs %s", rows, i, data, verdict(want))
			}
			ours := reflect.ValueOf(rows[0]).Elem()
			rows = rows[1:]
			if unread := unreadIn(ours); len(unread) > 0 {
				// It fits except for what is beside the point.
				target := reflect.New(narrow)
				strict := decodeAll(reference, element, target)
				if want == nil && !onlyItems(unread) || strict != nil || !sameFields(ours, target.Elem()) {
					t.Fatalf("%T %d of %.300q\nours   %.300v without %v\ntheirs %s, strict %s %.300v", rows, i, data, ours, unread, verdict(want), verdict(strict), target.Elem())
				}
				continue
			}
			row, _ := target.Elem().Convert(reflect.TypeFor[T]()).Interface().(T)
			if element[0] == '{' {
				reflect.ValueOf(&row).Elem().FieldByName("Raw").SetBytes(element)
			}
			if want != nil || !reflect.DeepEqual(ours.Interface(), row) {
				t.Fatalf("%T %d of %.300q\nours   %.300v\ntheirs %s %.300v", rows, i, data, ours, verdict(want), reflect.ValueOf(row))
			}
		}
		if len(rows)+len(bad) > 0 {
			t.Fatalf("%q\n%d rows and %d bad ones too many", data, len(rows), len(bad))
		}
	}}
}

// decodeAll decodes a row, and what lies flat in it.
func decodeAll(reference func([]byte, any) error, element []byte, row reflect.Value) error {
	err := reference(element, row.Interface())
	for f := range row.Type().Elem().Fields() {
		if strings.HasPrefix(f.Tag.Get("wire"), "inline") && err == nil {
			err = reference(element, row.Elem().FieldByIndex(f.Index).Addr().Interface())
		}
	}
	return err
}

// agreesOnBad: of the errors of a row the library names the first one, also where
// that is of a member that the row can do without. It knows nothing of times that
// have to be understood.
func agreesOnBad(element []byte, err, want error) bool {
	var e, w *wire.Error
	if want == nil {
		return errors.As(err, &e) && e.Pointer == "/lastModifiedDate"
	}
	return !errors.As(err, &e) || !errors.As(want, &w) || e.Pointer != w.Pointer || e.Kind == wire.KindDuplicate || alike(element, err, want)
}

// onlyItems: a wallet.Parameter that decodes itself does without its items.
func onlyItems(unread []string) bool {
	return !slices.ContainsFunc(unread, func(at string) bool { return !strings.HasSuffix(at, "/items") })
}

func unreadIn(row reflect.Value) []string {
	if field := row.FieldByName("Unread"); field.IsValid() {
		names, _ := field.Interface().([]string)
		return names
	}
	return nil
}

// sameFields compares the fields of part with those of row that have their names.
func sameFields(row, part reflect.Value) bool {
	for f, field := range part.Fields() {
		if f.Name != "Raw" && !reflect.DeepEqual(row.FieldByName(f.Name).Interface(), field.Interface()) {
			return false
		}
	}
	return true
}

// withoutMethods is the struct t as the library knows it: with its fields only, of
// which strict leaves those that every row must have. Free-form ones stay too, in
// which names may repeat.
func withoutMethods(t reflect.Type, strict bool) (bare reflect.Type, names []string) {
	var fields []reflect.StructField
	for f := range t.Fields() {
		words := strings.Split(f.Tag.Get("wire"), ",")
		if strict && f.Type != reflect.TypeFor[json.RawMessage]() && (!slices.Contains(words, "strict") && !slices.Contains(words, "id") || slices.Contains(words, "long")) {
			continue
		}
		fields = append(fields, f)
		if name := f.Tag.Get("json"); name != "-" {
			name, _, _ = strings.Cut(name, ",")
			names = append(names, name)
		}
	}
	return reflect.StructOf(fields), names
}

func FuzzDiffer(f *testing.F) {
	for _, s := range append(seeds(), `{"x":[`+strings.Repeat("[],{},", 10_000)+`0]}`) { // the last is not deep
		f.Add([]byte(s))
	}
	of := 8 // a fuzz run compares an eighth each time
	if flag.Lookup("test.fuzz").Value.String() == "" {
		of = 1
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h := fnv.New32a()
		_, _ = h.Write(data)
		n := 0
		turn := func(int) bool { n++; return (int(h.Sum32()>>1)+n)%of == 0 }
		differ(t, data, turn)
		for _, name := range slices.Sorted(maps.Keys(rowTypes)) {
			if turn(0) {
				rowTypes[name].differ(t, data)
			}
		}
	})
}

// Every member of every row with every value, between good rows.
func TestRowsAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	for name, of := range rowTypes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, member := range of.names {
				for _, value := range values() {
					row := fmt.Sprintf(`{"unknown":[1],"%s":%s,"id":7,"operation_id":"8"}`, member, value)
					of.differ(t, []byte(`[{"`+member+`":null},`+row+"]"))
					if !json.Valid([]byte(value)) {
						break
					}
				}
				of.differ(t, []byte(`[{"`+member+`":null,"`+member+`":null}, {"\u00`+fmt.Sprintf("%02x", member[0])+member[1:]+`":"1" , "`+member+`":"1"}]`))
				of.differ(t, []byte(`[{"`+strings.ToUpper(member)+`":[[]],"`+member+`" : "1"}]`))
			}
		})
	}
}

// Members of a real row cut, doubled, changed and moved.
func TestDamagedRowsAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	text := operation(3)
	of := rowTypes["Operation, in its own time"]
	for i := 0; i < len(text); i += testform.Scale(9, 2) {
		for _, s := range []string{text[:i], text[:i] + text[i+1:], text[:i] + `"` + text[i+1:], text[:i] + `\` + text[i:], text[:i] + " " + text[i:], text[:i] + "\xff" + text[i:], text[:i] + "9" + text[i:], text[:i] + "null" + text[i:]} {
			of.differ(t, []byte("["+s+","+operation(4)+"]"))
		}
	}
	members := strings.Split(strings.Trim(text, "{}"), `,"`)
	for i := range members {
		step := testform.Scale(12, 3)
		for j := i % step; j < len(members); j += step {
			m := append(append(append([]string{}, members[:j]...), members[i]), members[j:]...)
			of.differ(t, []byte(`[{`+strings.Join(m, `,"`)+`}}}}]`))
			of.differ(t, []byte(`[{`+strings.Join(m, `,"`)+`}]`))
		}
	}
}

// What was decoded and is encoded again is what the library says of it.
func TestEncodingAgreesWithTheReference(t *testing.T) {
	t.Parallel()
	n := 0
	for _, s := range seeds() {
		for _, target := range targets() {
			if wire.Decode([]byte(s), target) != nil {
				continue
			}
			want, refused := wire.ReferenceEncode(target)
			got, err := wire.Encode(target)
			if refused != nil && err == nil { // raw parts keep their odd bytes
				require.False(t, jsontext.Value(got).IsValid(jsontext.AllowDuplicateNames(true)), s)
				continue
			}
			require.Equal(t, verdict(refused), verdict(err), s)
			require.Equal(t, string(want), string(got), s)
			n++
		}
	}
	require.Greater(t, n, 5000)
}
