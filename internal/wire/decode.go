package wire

import "reflect"

// Decode decodes data, one JSON value, into v, a pointer. The text must be
// valid; names are case-sensitive; a name that occurs twice in an object is
// refused, except within a [json.RawMessage]; unknown members are ignored. The
// package comment tells what each Go type takes. A byte order mark before the
// value is skipped. The error is an [*Error]; v is then partly filled.
//
// In a text half a surrogate pair or a broken UTF-8 byte is U+FFFD. In a field
// with the tag wire:"strict" it is refused: two ids that differ there only would
// look the same.
//
// Nothing in v points into data afterwards.
func Decode(data []byte, v any) error {
	target := reflect.ValueOf(v)
	return decode(data, planOf(target.Type().Elem()), target.Elem(), false)
}

// DecodePHP is [Decode] for providers written in PHP, where an empty map is
// printed as []: that is accepted for every struct and map, and leaves it
// empty.
func DecodePHP(data []byte, v any) error {
	target := reflect.ValueOf(v)
	return decode(data, planOf(target.Type().Elem()), target.Elem(), true)
}
