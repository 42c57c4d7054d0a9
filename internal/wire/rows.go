package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// BadRow is an element that did not decode.
type BadRow struct {
	Index int             // its place in the array, from 0
	Raw   json.RawMessage // a copy of its exact bytes
	Err   error           // why; an [*Error] if [Decode] decodes the row; offset and pointer are within Raw
}

// Rows decodes every element of the JSON array data into a new T, by the method
// UnmarshalJSON of T. It returns the decoded rows in the order of the array. An
// element that does not decode, or that is null, becomes a BadRow in bad, and Rows
// goes on with the next element. bad is nil if there are none.
//
// err is an [*Error] if data is not a valid array, see [Elements], or if its rows
// take more memory than the rows of a real page; rows and bad are then nil.
// Nothing in rows and bad points into data if UnmarshalJSON copies what it keeps,
// as [Decode] does.
func Rows[T any, P interface {
	*T
	UnmarshalJSON(data []byte) error
}](data []byte) (rows []*T, bad []BadRow, err error) {
	return readRows(data, false, func(d *decoder, i int, row *T) (int, error) {
		end, ok := skipValue(d.data, i, d.depth)
		if !ok {
			return end, errType // readRows finds the fault again
		}
		return end, P(row).UnmarshalJSON(d.data[i:end:end])
	})
}

// RowsOf does what [Rows] does in one pass, for a struct T. It does not call
// UnmarshalJSON. It sets the field Raw of T, if T has one, to a copy of the row's
// bytes. RowsOf then calls check, which must not be nil, for each decoded row. A
// row for which check returns an error becomes a BadRow with that error.
func RowsOf[T any](data []byte, check func(*T) error) (rows []*T, bad []BadRow, err error) {
	return rowsOf(data, false, check)
}

// RowsOfPHP is [RowsOf] by the rules of [DecodePHP].
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

// Row decodes data, one row, as [RowsOf] does. Methods UnmarshalJSON of rows call
// it. The error is an [*Error] or the error of check; *into then stays unchanged.
func Row[T any](data []byte, into *T, check func(*T) error) error {
	return row(data, false, into, check)
}

// RowPHP is [Row] by the rules of [DecodePHP].
func RowPHP[T any](data []byte, into *T, check func(*T) error) error {
	return row(data, true, into, check)
}

func row[T any](data []byte, php bool, into *T, check func(*T) error) error {
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
	*into = made
	return nil
}

// readRows splits the array in data and returns its rows as Rows does; php selects
// the rules of DecodePHP. It calls read for each element except null. read decodes
// the row at the index i and returns the index behind the row, or an error if the
// row is bad. After such an error readRows finds the end of the row itself.
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
				return nil, nil, syntaxFault(data, end)
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
