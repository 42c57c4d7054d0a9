package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// BadRow is an element that did not decode.
type BadRow struct {
	Index int             // its place in the array, from 0
	Raw   json.RawMessage // its exact bytes, a copy
	Err   error           // why, an [*Error] when the row is decoded by [Decode]; offset and pointer are within Raw
}

// maxElements bounds what an array of tiny elements unfolds to; no provider's
// page comes near it.
const maxElements = 1 << 18

// Elements splits the JSON array data into its elements, as slices of data,
// without decoding them. All of data must be valid JSON, nested no deeper than
// 10,000 levels; only names that repeat and invalid UTF-8 within elements are
// left to whoever decodes these, so that one odd row does not hide its
// siblings. A byte order mark before the array is skipped. An array of more than 262,144 elements is refused. The error is an
// [*Error].
func Elements(data []byte) ([][]byte, error) {
	i := skipBlanks(data, len(data)-len(Text(data)))
	if i == len(data) {
		return nil, syntaxFault(data, i)
	}
	if data[i] != '[' {
		return nil, notArray(data, i)
	}
	var elements [][]byte
	i = skipBlanks(data, i+1)
	for i < len(data) && (data[i] != ']' || len(elements) > 0) {
		end, ok := skipValue(data, i, 1)
		if !ok {
			return nil, syntaxFault(data, end)
		}
		if len(elements) == maxElements {
			return nil, &Error{Kind: KindRange, Offset: int64(i)}
		}
		elements = append(elements, data[i:end:end])
		if i = skipBlanks(data, end); i == len(data) || data[i] != ',' {
			break
		}
		i = skipBlanks(data, i+1)
	}
	if i == len(data) || data[i] != ']' {
		return nil, syntaxFault(data, i)
	}
	if i = skipBlanks(data, i+1); i < len(data) {
		return nil, syntaxFault(data, i)
	}
	return elements, nil
}

func syntaxFault(data []byte, at int) *Error {
	if notUTF8(data) {
		return &Error{Kind: KindSyntax, encoding: true}
	}
	return &Error{Kind: KindSyntax, Offset: int64(at)}
}

// Rows decodes every element of the JSON array data into a new T by its own
// UnmarshalJSON. An element that does not decode becomes a BadRow, and so does
// null, which would be a row of zeros; its siblings are kept in order. err, an
// [*Error], is for data that is not a valid array; see [Elements]. More rows than
// a real page can have, measured by the memory that they would take, are refused
// as well. Nothing in rows and bad points into data when T's UnmarshalJSON copies
// what it keeps, as [Decode] does.
func Rows[T any, P interface {
	*T
	UnmarshalJSON(data []byte) error
}](data []byte) (rows []*T, bad []BadRow, err error) {
	return readRows(data, false, func(d *decoder, i int, row *T) (int, error) {
		end, ok := skipValue(d.data, i, d.depth)
		if !ok {
			return end, &Error{Kind: KindSyntax}
		}
		return end, P(row).UnmarshalJSON(d.data[i:end:end])
	})
}

// RowsOf is [Rows] in one pass, for rows that are structs: UnmarshalJSON is not
// asked, but the field Raw of T, if it has one, holds a copy of the row, and check
// says whether the row is one.
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
		end := d.object(p, i, reflect.ValueOf(row).Elem())
		if end < 0 {
			return end, d.failure(i)
		}
		return end, check(row)
	})
}

// Row decodes one row as [RowsOf] does. It is what UnmarshalJSON of a row does:
// into is set only where there is no error.
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
	if p.raw != nil { // of a stored row Raw is all that there is, also blanks
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

// readRows splits an array; read returns the index behind the row at i, and why
// the row is bad, if it is. The index counts only where the row is good.
func readRows[T any](data []byte, php bool, read func(d *decoder, i int, row *T) (int, error)) ([]*T, []BadRow, error) {
	d := newDecoder(data, php)
	defer d.free()
	i := d.begin()
	if i == len(data) {
		return nil, nil, syntaxFault(data, i)
	}
	if data[i] != '[' {
		return nil, nil, notArray(data, i)
	}
	rows, size := []*T{}, int(reflect.TypeFor[T]().Size())
	var bad []BadRow
	i, more := d.open(i, ']')
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
	if i >= 0 {
		if i = skipBlanks(data, i); i < len(data) {
			i = d.fail(KindSyntax, i)
		}
	}
	if i < 0 {
		return nil, nil, d.failure(0)
	}
	return rows, bad, nil
}

// notArray tells a valid value of another kind, as an error object is, from
// text that is no JSON at all.
func notArray(data []byte, i int) error {
	end, ok := skipValue(data, i, 0)
	if ok {
		end = skipBlanks(data, end)
	}
	if !ok || end < len(data) {
		return syntaxFault(data, end)
	}
	return &Error{Kind: KindType, Offset: int64(i)}
}
