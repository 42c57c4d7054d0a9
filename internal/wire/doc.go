// Package wire turns the JSON of the providers into Go values and back.
//
// Decoding is strict about the text and tolerant about the values. The text
// must be valid JSON without anything after it; names are case-sensitive and may
// not repeat within an object, however they are spelled. A byte order mark at the
// start is skipped. Half a surrogate pair and a broken UTF-8 byte in a text are
// U+FFFD, but refused in a field with the tag wire:"strict". The values may be what
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
// # Rows
//
// A struct with a field Unread of the type []string is a row. A member of a row that
// does not fit costs only itself, the innermost one: its field is nil or zero, and
// Unread names it by a JSON pointer. Of an array with an element of another kind all
// of the array is zero. Text that is no JSON, names that repeat, and more depth or
// memory than the package bears stay errors of the row. What a member of a row has to
// be is said in its tag:
//
//   - wire:"strict": what does not fit is an error of the row: a key, a status, a
//     price, what a sync orders by. A time in an unknown layout does not fit there.
//   - wire:"id": the same, also in a webhook event. An event is a row whose Unread has
//     the tag wire:"event": its other strict members may be of any kind.
//   - wire:"strict,long": a number with too many digits is no error of the row.
//   - wire:"part": the object around it does not fit either.
//   - wire:"whole": an integer in digits alone.
//   - wire:"bare": a text or a number in place of the object is this member.
//   - wire:"or=name": another name of a text, which counts where the first is empty.
//   - wire:"inline": the members of the field lie in the object around it.
//
// Unread with the tag wire:"loose" lets names repeat within members that are not
// known. Within a row a row is decoded by its fields, and its check is not asked.
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
