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
	// Err says why the element is bad and is never nil. It is the error of UnmarshalJSON
	// or of check, unchanged, or else an [*Error] whose offset and pointer are within Raw.
	// For null it is an [*Error] of KindType.
	Err error
}

// Rows decodes every element of the JSON array data into a new T, by the method
// UnmarshalJSON of T. It returns the decoded rows in the order of the array. An
// element for which UnmarshalJSON returns an error, or that is null, becomes a
// BadRow in bad, and Rows goes on with the next element. For an empty array rows
// is empty and not nil. bad is nil if no element is bad.
//
// err is an [*Error], and rows and bad are then nil. It is of KindSyntax for
// invalid JSON anywhere in data, and of KindType if data is not an array. It is
// of KindRange for more than 262,144 elements, or if the structs T would take
// more than 16 MiB plus twice len(data). Nothing in rows and bad points into data
// if UnmarshalJSON copies what it keeps, as [Decode] does.
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

// RowsOf does what [Rows] does, for a struct T, without calling UnmarshalJSON: it
// decodes the fields of T as [Decode] does. It panics if T cannot be decoded. Its
// limit of memory also counts what T points to. If T has a field Raw of the type
// json.RawMessage tagged json:"-", RowsOf sets it to a copy of the row's bytes.
//
// RowsOf then calls check for each decoded row. check must not be nil, and may
// change the row. If check returns an error, the row becomes a BadRow with that
// error.
func RowsOf[T any](data []byte, check func(*T) error) (rows []*T, bad []BadRow, err error) {
	return rowsOf(data, false, check)
}

// RowsOfPHP does what [RowsOf] does, but accepts [] in place of an object within
// rows and as a row, as [DecodePHP] does.
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

// Row decodes data, one JSON object, into a new T: field by field, without calling
// UnmarshalJSON, which is often the caller. If T has a field Raw as in [RowsOf],
// Row sets Raw to a copy of data without its byte order mark. null sets every
// field except Raw to zero; RowsOf makes null a BadRow instead. Row then calls
// check with the new T. If check returns nil, Row replaces all of *target by the
// new T. target and check must not be nil.
//
// The error is an [*Error] with a kind as in [Decode], or the error of check
// unchanged. *target then stays unchanged. Row panics if T cannot be decoded.
func Row[T any](data []byte, target *T, check func(*T) error) error {
	return row(data, false, target, check)
}

// RowPHP does what [Row] does, but accepts [] in place of an object, as
// [DecodePHP] does.
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

// readRows decodes the JSON array data into rows, with the results of [Rows]. php
// selects the rules of [DecodePHP]. An element null becomes a BadRow. For any other
// element readRows calls read. read decodes the element at the index i of data
// into row, which is zero, and returns the index behind the element. If the
// element is bad, read returns an error. The error becomes the Err of a BadRow.
// readRows then ignores the index and finds the end of the element itself.
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
