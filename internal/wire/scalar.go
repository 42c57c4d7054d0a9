package wire

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/govalues/decimal"
)

// scalar reads a string, a number or null at i. end is the index behind the value.
// value is the content of the string with its escapes decoded, or the number as it
// is spelled. value may be a slice of d.data. It is nil for null, but not for an
// empty string. number reports whether the value is a number.
//
// If reading fails, value is nil, number is false, end is -1, and an error is in
// d.err: of KindSyntax for invalid JSON, and of KindType for a value of another
// kind.
func (d *decoder) scalar(i int) (value []byte, number bool, end int) {
	switch {
	case i == len(d.data):
		return nil, false, d.fail(KindSyntax, i)
	case d.data[i] == '"':
		value, end = d.text(i)
		return value, false, end
	case d.data[i] == '-' || isDigit(d.data[i]):
		end, ok := skipNumber(d.data, i)
		if !ok {
			return nil, false, d.fail(KindSyntax, end)
		}
		return d.data[i:end], true, end
	case d.null(i):
		return nil, false, i + 4
	}
	return nil, false, d.wrong(i)
}

// bool reads true, false or null at i. The result value is true for true, and
// false for false and null. end is the index behind true, false or null. If
// reading fails, value is false, end is -1, and an error is in d.err: of
// KindSyntax for invalid JSON, and of KindType for a value of another kind, also
// for "true" in quotes.
func (d *decoder) bool(i int) (value bool, end int) {
	switch {
	case d.null(i):
		return false, i + 4
	case bytes.HasPrefix(d.data[i:], []byte("true")):
		return true, i + len("true")
	case bytes.HasPrefix(d.data[i:], []byte("false")):
		return false, i + len("false")
	}
	return false, d.wrong(i)
}

// int reads a whole number, or a string that holds one, at i, and returns it as
// n with ok true. Forms such as 10.0 and 1e1 are accepted. For null, n is 0 and
// ok is false. end is the index behind the number, string or null.
//
// If reading fails, n is 0, ok is false, end is -1, and an error is in d.err:
//
//   - KindSyntax: invalid JSON.
//   - KindRange: a number with a fraction other than zero, beyond an int64 or beyond the limits of [Decimal]; a string
//     of more than 64 bytes.
//   - KindType: every other value, also "".
func (d *decoder) int(i int) (n int64, ok bool, end int) {
	if n, scale, end := shortNumber(d.data, i); end > 0 && scale == 0 {
		return n, true, end
	}
	text, _, end := d.scalar(i)
	if end < 0 || text == nil {
		return 0, false, end
	}
	number, err := parseNumber(text)
	if err == nil {
		n, err = number.int64()
	}
	if err != nil {
		return 0, false, d.fail(err.Kind, i)
	}
	return n, true, end
}

// whole reads an integer at i and returns it as n. The integer is spelled in
// digits, perhaps with a minus sign, and may stand in quotes. In quotes, zeros
// may stand before the first other digit. For null and "", n is 0. end is the
// index behind the value.
//
// If reading fails, n is 0, end is -1, and an error is in d.err:
//
//   - KindSyntax: invalid JSON.
//   - KindRange: any other string or number, also 10.0, 1e1 and a number beyond an int64.
//   - KindType: a value of any other kind.
func (d *decoder) whole(i int) (n int64, end int) {
	if n, scale, end := shortNumber(d.data, i); end > 0 && scale == 0 {
		return n, end
	}
	text, _, end := d.scalar(i)
	if end < 0 || len(text) == 0 {
		return 0, end
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || text[0] == '+' {
		return 0, d.fail(KindRange, i)
	}
	return n, end
}

// decimal reads a number, or a string that holds one, at i, and returns it as x
// with ok true. For null and for "", x is zero and ok is false. end is the
// index behind the value, also for null and "".
//
// If reading fails, x is zero, ok is false, end is -1, and an error is in d.err:
//
//   - KindSyntax: invalid JSON.
//   - KindRange: a number beyond the limits of [Decimal]; a string of more than 64 bytes.
//   - KindType: every other value.
func (d *decoder) decimal(i int) (x decimal.Decimal, ok bool, end int) {
	if n, scale, end := shortNumber(d.data, i); end > 0 {
		return decimal.MustNew(n, scale), true, end
	}
	text, _, end := d.scalar(i)
	if end < 0 || len(text) == 0 {
		return x, false, end
	}
	x, err := parseDecimal(text)
	if err != nil {
		return x, false, d.fail(err.Kind, i)
	}
	return x, true, end
}

// shortNumber reads the number at data[i], which is n / 10^scale. i may be
// len(data). end is the index behind the number and is above 0. If no valid number
// stands at i, n, scale and end are 0. They are also 0 for a number with an
// exponent or with more than 18 digits. shortNumber does not check what else
// follows the number.
func shortNumber(data []byte, i int) (n int64, scale, end int) {
	neg := i < len(data) && data[i] == '-'
	if neg {
		i++
	}
	start := i
	for ; i < len(data) && isDigit(data[i]); i++ {
		n = n*10 + int64(data[i]-'0')
	}
	digits := i - start
	if digits == 0 || digits > 18 || digits > 1 && data[start] == '0' {
		return 0, 0, 0
	}
	if i < len(data) && data[i] == '.' {
		point := i + 1
		for i++; i < len(data) && isDigit(data[i]); i++ {
			n = n*10 + int64(data[i]-'0')
		}
		if scale = i - point; scale == 0 || digits+scale > 18 {
			return 0, 0, 0
		}
	}
	if i < len(data) && data[i]|0x20 == 'e' {
		return 0, 0, 0
	}
	if neg {
		n = -n
	}
	return n, scale, i
}

// batch is the number of elements that the function allocate makes at once. They stay in
// memory together: a pointer to one decimal keeps 256 bytes in memory, and a pointer to
// one integer keeps 128.
const batch = 16

// allocate returns a pointer to a copy of x. The pointer room must not be nil.
// allocate moves the first element of *room out of *room and stores x there. If
// *room is empty, allocate first sets *room to a new slice of 16 elements (the
// constant batch). Thus 16 calls need one allocation only.
func allocate[T any](room *[]T, x T) *T {
	if len(*room) == 0 {
		*room = make([]T, batch)
	}
	p := &(*room)[0]
	*room, *p = (*room)[1:], x
	return p
}

func (d *decoder) time(i int, target *time.Time) int {
	if end := d.usualTime(i, target); end > 0 {
		return end
	}
	text, number, end := d.scalar(i)
	if end < 0 {
		return end
	}
	var understood bool
	if number {
		*target, understood = parseEpoch(text)
	} else {
		*target, understood = parseTime(text)
	}
	d.odd = d.odd || !understood
	return end
}

// usualTime reads a string at i in the layout "2006-01-02T15:04:05", faster than
// decoder.time does. The string may have a space in place of the T. Two parts may
// follow the seconds, and each may be missing: first a point with 1 to 9 digits, then
// a Z. usualTime stores the time, which is in UTC, in *target and returns the index behind the
// string. It also remembers the day in d for the next call. For any other value,
// valid or not, it returns 0, does not change *target and records no error.
func (d *decoder) usualTime(i int, target *time.Time) (end int) {
	const head = len(`"2006-01-02T15:04:05`)
	data := d.data
	if len(data)-i < head+1 || data[i] != '"' || data[i+11] != 'T' && data[i+11] != ' ' {
		return 0
	}
	load := func(i int) uint64 { return binary.LittleEndian.Uint64(data[i:]) }
	if day := [2]uint64{load(i + 1), load(i + 3)}; day != d.day || day[0] == 0 { // no day is remembered at first
		at, ok := parseTime(data[i+1 : i+11])
		if !ok {
			return 0
		}
		d.day, d.midnight = day, at.Unix()
	}
	// 15:04:05 less 00:00:00 leaves digits and, for the colons, zeros.
	const zeros, over, tens = 0x30303a30303a3030, 0x0606000606000606, 0xf0f0fff0f0fff0f0
	w := load(i+12) ^ zeros
	if (w|(w+over))&tens != 0 {
		return 0
	}
	hour, minute, second := w&0xff*10+w>>8&0xff, w>>24&0xff*10+w>>32&0xff, w>>48&0xff*10+w>>56
	if hour > 23 || minute > 59 || second > 59 {
		return 0
	}
	nanos, rest, ok := fraction(data[i+head:])
	if !ok || len(rest) == 0 {
		return 0
	}
	if rest[0] == 'Z' {
		rest = rest[1:]
	}
	if len(rest) == 0 || rest[0] != '"' {
		return 0
	}
	*target = time.Unix(d.midnight+int64(hour*3600+minute*60+second), int64(nanos)).UTC()
	return len(data) - len(rest) + 1
}
