package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// BadRow is an element of a JSON array that could not be decoded as a row. [Rows]
// and [RowsOf] make it.
type BadRow struct {
	// Index is the index of the element in the array, from 0.
	Index int
	// Raw is a copy of the exact bytes of the element.
	Raw json.RawMessage
	// Err says why the element is bad and is never nil. It is one of these:
	//
	//   - The unchanged error of the method UnmarshalJSON that Rows called.
	//   - The unchanged error of the function check that RowsOf got.
	//   - An [*Error] whose Offset and Pointer lead into Raw. For null, it is of KindType.
	Err error
}

// Rows decodes every element of the JSON array data into a new T, by the method
// UnmarshalJSON of T. It returns the decoded rows in the order of the array. An
// element that is null, or for which UnmarshalJSON returns an error, becomes a
// BadRow in bad, and Rows goes on. rows is empty and not nil if no element was
// decoded. bad is nil if no element is bad.
//
// err is an [*Error], and rows and bad are then nil:
//
//   - KindSyntax: data is empty, has invalid JSON anywhere, or nests deeper than 10,000 levels.
//   - KindType: data is another valid value than an array.
//   - KindRange: the array has more than 262,144 elements, or the values T take more than 16 MiB plus twice len(data).
//     What T points to does not count.
//
// Rows passes slices of data to UnmarshalJSON. If UnmarshalJSON copies what it
// keeps, as [Decode] does, nothing in rows and bad points into data.
func Rows[T any, P interface {
	*T
	UnmarshalJSON(data []byte) error
}](data []byte) (rows []*T, bad []BadRow, err error) {
	return readRows(data, false, func(d *decoder, i int, row *T) (int, error) {
		end, ok := skipValue(d.data, i, d.depth)
		if !ok {
			return end, errType // readRows finds the error again
		}
		return end, P(row).UnmarshalJSON(d.data[i:end:end])
	})
}

// RowsOf decodes every element of the JSON array data into a new T, a struct, as
// [Rows] does. Unlike Rows, it does not call the method UnmarshalJSON of T: it
// decodes the fields of T as [Decode] does. A valid element that Decode would
// refuse becomes a BadRow. What T points to counts for the limit of memory too: a
// row that needs more than is left becomes a BadRow of KindRange. If T has a field
// Raw of the type json.RawMessage tagged json:"-", RowsOf sets Raw to a copy of
// the row's bytes. RowsOf panics if T cannot be decoded.
//
// RowsOf calls check for each decoded row. check must not be nil, and may change
// the row. If check returns nil, the row is in rows. If check returns an error,
// the element becomes a BadRow with that error.
func RowsOf[T any](data []byte, check func(*T) error) (rows []*T, bad []BadRow, err error) {
	return rowsOf(data, false, check)
}

// RowsOfPHP does what [RowsOf] does, but accepts [] in place of an object, as
// [DecodePHP] does. An element [] becomes a T of zero values, for which check is
// called.
func RowsOfPHP[T any](data []byte, check func(*T) error) (rows []*T, bad []BadRow, err error) {
	return rowsOf(data, true, check)
}

func rowsOf[T any](data []byte, php bool, check func(*T) error) ([]*T, []BadRow, error) {
	p := rowPlanOf(reflect.TypeFor[T]())
	return readRows(data, php, func(d *decoder, i int, row *T) (int, error) {
		end := d.row(p, i, reflect.ValueOf(row).Elem())
		if end < 0 {
			return end, d.failure(i)
		}
		return end, check(row)
	})
}

// Row decodes data, one JSON object, into a new T, then calls check with the new
// T. If check returns nil, Row replaces all of *target by the new T and returns
// nil. target and check must not be nil. The error of Row is an [*Error] of a kind
// as in [Decode], or the error of check unchanged. After an error *target is
// unchanged. Row panics if T cannot be decoded.
//
// Row decodes T field by field as Decode does, but never by the method
// UnmarshalJSON of T, which may call Row. If T has a field Raw of the type
// json.RawMessage tagged json:"-", Row sets Raw to a copy of data without the byte
// order mark at its start. null sets every field except Raw to zero, and check is
// called; [RowsOf] makes null a BadRow instead.
func Row[T any](data []byte, target *T, check func(*T) error) error {
	return row(data, false, target, check)
}

// RowPHP does what [Row] does, but accepts [] in place of an object, as
// [DecodePHP] does. data itself may be [] too: all fields of T except Raw are then
// zero.
func RowPHP[T any](data []byte, target *T, check func(*T) error) error {
	return row(data, true, target, check)
}

func row[T any](data []byte, php bool, target *T, check func(*T) error) error {
	var made T
	p, v := rowPlanOf(reflect.TypeFor[T]()), reflect.ValueOf(&made).Elem()
	if err := decode(data, p, v, php); err != nil {
		return err
	}
	if p.raw != nil { // Raw of a stored row includes whitespace around it
		if raw := v.FieldByIndex(p.raw); raw.Len() < len(Text(data)) {
			raw.SetBytes(Raw(data))
		}
	}
	if err := check(&made); err != nil {
		return err
	}
	*target = made
	return nil
}

// readRows decodes the JSON array data into rows. Its results, and the errors for
// the whole array, are the same as in [Rows]. If php is true, the decoder that
// read gets accepts [] in place of an object, as [DecodePHP] does. An element null
// becomes a BadRow. For any other element readRows calls read.
//
// read decodes the element at the index i of data into row, which is zero. It
// returns the index behind the element and nil. If the element is bad, read
// returns an error, which becomes the Err of a BadRow. readRows then ignores the
// index and finds the end of the element itself.
func readRows[T any](data []byte, php bool, read func(d *decoder, i int, row *T) (int, error)) ([]*T, []BadRow, error) {
	d := newDecoder(data, php)
	defer d.free()
	i := d.begin()
	if i == len(data) || data[i] != '[' {
		return nil, nil, notArray(data, i)
	}
	rows, size := []*T{}, int(reflect.TypeFor[T]().Size())
	var bad []BadRow
	i, more := d.open(i, '[')
	made := new(T)
	for n := 0; more; n++ {
		if n == maxElements || !d.take(size) {
			return nil, nil, &Error{Kind: KindRange, Offset: int64(i)}
		}
		room := d.room
		end, err := i, error(&Error{Kind: KindType})
		if i < len(data) && data[i] != 'n' {
			end, err = read(d, i, made)
		}
		if err != nil {
			var ok bool
			if end, ok = skipValue(data, i, 1); !ok {
				return nil, nil, syntaxError(data, end)
			}
			d.depth, d.names, d.room = 1, d.names[:0], room
			*made = *new(T)
			bad = append(bad, BadRow{Index: n, Raw: bytes.Clone(data[i:end]), Err: err})
		} else {
			if len(rows) == 0 {
				rows = make([]*T, 0, min(4096, 1+len(data)/(end-i)))
			}
			rows, made = append(rows, made), new(T)
		}
		i, more = d.next(end, ']')
	}
	if err := d.finish(i); err != nil {
		return nil, nil, err
	}
	return rows, bad, nil
}
