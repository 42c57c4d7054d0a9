// Package wire turns the JSON of the providers into Go values and back.
//
// Decoding is strict about the text and tolerant about the values. The text
// must be valid JSON without anything after it; names are case-sensitive and may
// not repeat within an object, however they are spelled. A byte order mark at the
// start is skipped. Half a surrogate pair and a broken UTF-8 byte in a text are
// U+FFFD, but refused in a field with the tag wire:"strict", which identifies. The values may be what
// providers really send: ids as text or number, amounts as number or text,
// times in any of the documented layouts, null anywhere. No digit of an id or
// of an amount is ever lost: what does not fit exactly is refused, not rounded.
//
// # Rules per Go type
//
//   - string and named strings: text; a number keeps its literal digits; null is "".
//   - int, int32, int64 and named ones: a number or numeric text that is integral (10000.0, 1e4); null is 0.
//   - bool: true or false; null is false.
//   - [decimal.Decimal]: a number or text, see [Decimal]; null and "" are zero. A nil pointer for *decimal.Decimal.
//   - [time.Time]: text, see [Time], or an epoch number, in milliseconds from 1e11 on, else in seconds. A text that
//     is not understood gives the zero time and no error; null is the zero time.
//   - [json.RawMessage]: a copy of the exact bytes, in which names may repeat; null is nil.
//   - pointers, slices, maps: null is nil. A type with UnmarshalJSON decodes itself.
//
// Any other type makes the package panic: all types are ours, and a test builds a
// plan for every one that exported signatures lead to.
//
// # How
//
// A type is compiled into a plan once. Each field of a struct remembers which
// member came after it, so that names are seldom looked up; the texts of the row
// before are compared before they are copied. Decoders, which remember up to 512
// texts of at most 48 bytes, are pooled.
//
// Generated decoders, one function per type, would save the calls of reflect, which
// are about a tenth of a page. They were not taken: scanner, numbers, times, texts
// and names that repeat, nine tenths of the lines, would be the same, and a
// generator and its output would come on top.
//
// The tests hold all of it against github.com/go-json-experiment/json, of which
// nothing is part of a build.
package wire
