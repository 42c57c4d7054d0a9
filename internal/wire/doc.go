// Package wire turns the JSON of the providers into Go values and back.
//
// Decoding is strict about the JSON and tolerant about the values. The data must
// be one valid JSON value with nothing after it. Names are case-sensitive and may
// not repeat within an object, even if they are escaped differently. A byte order
// mark at the start is skipped. In a string, half a surrogate pair and a broken
// UTF-8 byte become U+FFFD; a field with the tag wire:"strict" refuses them. The
// values may be what providers really send: ids as strings or numbers, amounts as
// numbers or strings, times in any of the documented layouts, null anywhere. No
// digit of an id or of an amount is ever lost: a number that does not fit exactly
// is refused, not rounded.
//
// # Rules per Go type
//
//   - string and named strings: a string; a number keeps its literal digits; null is "".
//   - int, int32, int64 and named ones: a number, or a string with one, that is integral (10000.0, 1e4); null is 0.
//   - bool: true or false; null is false.
//   - [decimal.Decimal]: a number or a string, see [Decimal]; null and "" are zero. For *decimal.Decimal they are nil.
//   - [time.Time]: a string, see [Time], or an epoch number, in milliseconds from 1e11 on, else in seconds. A string
//     in an unknown layout is the zero time and not an error; null is the zero time.
//   - [json.RawMessage]: a copy of the exact bytes, in which names may repeat; null is nil.
//   - pointers, slices, maps: null is nil. A type with UnmarshalJSON decodes itself.
//
// Any other type makes the package panic: all types are ours, and a test builds a
// plan for every type that exported signatures lead to.
//
// # Rows
//
// A struct with a field Unread of the type []string is a row. If the value of a
// member does not fit, only the innermost such member is lost: its field is nil or
// zero, and Unread names the member by a JSON pointer. If an element of an array is
// of another kind, the whole array is nil. The row still fails for invalid JSON, for
// names that repeat, and for more depth or memory than the package allows. The tag of
// a member says what the member has to be:
//
//   - wire:"strict": the row fails if the value does not fit: a key, a status, a price,
//     what a sync orders by. A time in an unknown layout does not fit.
//   - wire:"id": the same, also in a webhook event. An event is a row whose Unread has
//     the tag wire:"event": its other strict members may be of any kind.
//   - wire:"strict,long": as strict, and a number with too many digits does not fail
//     the row: the field is nil, and Unread names it.
//   - wire:"part": if the value does not fit, the object around it does not fit either.
//   - wire:"whole": an integer in digits, perhaps after a minus sign, and not 10.0 or 1e1.
//   - wire:"bare": a string or a number in place of the object is this member.
//   - wire:"or=name": another name of a string, read where the first one is empty.
//   - wire:"inline": the members of the field lie in the object around it.
//
// Unread with the tag wire:"loose" lets names repeat within unknown members. A row
// within a row is decoded by its fields, and its check does not run.
//
// # How
//
// Each type is compiled once, into a plan. Each field of a struct remembers which
// member came after it, so that most names need no lookup. A string is compared with
// the one in the row before, and is copied only if it differs. Decoders remember up
// to 512 strings of at most 48 bytes, and are pooled.
//
// Generated decoders, one function per type, would save the calls of reflect, about a
// tenth of the time of a page. We did not take them: scanner, numbers, times, strings
// and repeated names are nine tenths of the lines and would stay, and a generator
// and its output would be added.
//
// The tests compare the package with github.com/go-json-experiment/json, which is in
// no build.
package wire
