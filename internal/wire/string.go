package wire

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// text reads the string at i. d.data[i] must be a quote: text does not check
// this. content is the string without its quotes and with its escapes decoded.
// Half a surrogate pair and each broken UTF-8 byte becomes U+FFFD, and text
// then sets d.odd to true. content is a slice of d.data if the string has no
// escapes and no broken UTF-8, and otherwise a copy. end is the index behind
// the string. If the string is invalid, content is nil, end is -1, and an error
// of KindSyntax is in d.err.
func (d *decoder) text(i int) (content []byte, end int) {
	end, ok := skipString(d.data, i)
	if !ok {
		return nil, d.fail(KindSyntax, end)
	}
	content, odd := unquote(d.data[i:end])
	d.odd = d.odd || odd
	return content, end
}

// string reads a string, a number or null at i. Its result text shares no memory
// with d.data. A number is returned as it is spelled, and null is "". In a string,
// half a surrogate pair and each broken UTF-8 byte becomes U+FFFD, and d.odd is
// then set to true. end is the index behind the value. If reading fails, text is
// "", end is -1, and an error is in d.err: of KindSyntax for invalid JSON, and of
// KindType for a value of another kind.
//
// slot is an index in d.last: field.slot for a field that is a string, and 0 for
// any other string, such as an element of an array. Rows often repeat a value. If
// the bytes at i are the string in d.last[slot], string returns that string and
// need not look for the end. Otherwise string stores the new string in
// d.last[slot]. A string of more than maxKept bytes, or with escapes or broken
// UTF-8, is not stored: the older string stays there.
func (d *decoder) string(i int, slot uint8) (text string, end int) {
	data := d.data
	if i < len(data) && data[i] == '"' {
		i++
		if last := d.last[slot]; last != "" {
			if end := i + len(last); end < len(data) && data[end] == '"' && string(data[i:end]) == last {
				return last, end + 1
			}
		}
		end, ascii := skipPlain(data, i)
		if end < len(data) && data[end] == '"' && (ascii || utf8.Valid(data[i:end])) {
			text = d.keep(data[i:end])
			if len(text) <= maxKept {
				d.last[slot] = text
			}
			return text, end + 1
		}
		i--
	}
	content, _, end := d.scalar(i)
	return d.keep(content), end
}

// maxKept is the length, in bytes, of the longest string that decoder.keep and
// decoder.string remember.
const maxKept = 48

// keep returns b as a string that shares no memory with b. For a nil or empty b it
// returns "". A string of at most maxKept bytes is remembered in d.cache, in place
// of any other string with the same hash. If d.cache holds an equal string, keep
// returns the string from d.cache and allocates nothing.
func (d *decoder) keep(b []byte) string {
	if len(b) > maxKept || len(b) == 0 {
		return string(b)
	}
	at := &d.cache[hash(b)]
	if *at != string(b) {
		*at = string(b)
	}
	return *at
}

// hash returns a number from 0 to 255 that depends on b only. decoder.keep uses
// the number as an index in d.cache. Different b may have the same number. If b
// has more than eight bytes, only its first eight and its last eight bytes count,
// so that the cost does not grow with b. An empty b panics.
func hash(b []byte) uint8 {
	var h uint64
	switch n := len(b); {
	case n >= 8:
		h = binary.LittleEndian.Uint64(b) ^ binary.LittleEndian.Uint64(b[n-8:])*0x9e3779b97f4a7c15
	case n >= 4:
		h = uint64(binary.LittleEndian.Uint32(b))<<32 | uint64(binary.LittleEndian.Uint32(b[n-4:]))
	default:
		h = uint64(b[0])<<16 | uint64(b[n/2])<<8 | uint64(b[n-1])
	}
	return uint8(h * 0xc2b2ae3d27d4eb4f >> 56)
}

// unquote returns the content of quoted, a JSON string with its quotes, and
// decodes its escapes. Half a surrogate pair and each byte of broken UTF-8 becomes
// U+FFFD; odd reports whether there were any. If quoted has no escapes and no
// broken UTF-8, content is a slice of quoted, and otherwise new memory. The
// content of "" is empty and not nil. quoted must be a valid JSON string, except
// that it may have broken UTF-8. Otherwise unquote may panic or return wrong
// content.
func unquote(quoted []byte) (content []byte, odd bool) {
	content = quoted[1 : len(quoted)-1]
	plain, ascii := skipPlain(content, 0)
	if plain == len(content) && (ascii || utf8.Valid(content)) {
		return content, false
	}
	out := make([]byte, 0, len(content)+2*utf8.UTFMax)
	for i := 0; i < len(content); {
		c := content[i]
		switch {
		case c == '\\' && content[i+1] == 'u':
			r := hex4(content[i+2:])
			i += 6
			if utf16.IsSurrogate(r) {
				pair := utf8.RuneError
				if i < len(content) && content[i] == '\\' && content[i+1] == 'u' {
					pair = utf16.DecodeRune(r, hex4(content[i+2:]))
				}
				if r = pair; r == utf8.RuneError {
					odd = true
				} else {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
		case c == '\\':
			out = append(out, escapes[content[i+1]])
			i += 2
		case c < utf8.RuneSelf:
			out = append(out, c)
			i++
		default:
			r, n := utf8.DecodeRune(content[i:])
			odd = odd || r == utf8.RuneError && n == 1
			out = utf8.AppendRune(out, r)
			i += n
		}
	}
	return out, odd
}

// escapes maps the character that follows a backslash in a JSON string to the
// character that the escape means: n to a line feed. It is 0 for a character that
// may not follow a backslash, and for u, because unquote decodes \u itself.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// hex4 returns the number that the first four bytes of b spell in hexadecimal, in
// either letter case. The caller must know that they are hexadecimal digits: for
// other bytes the result is wrong. Fewer than four bytes panic.
func hex4(b []byte) (r rune) {
	for _, c := range b[:4] {
		if isDigit(c) {
			r = r<<4 | rune(c-'0')
		} else {
			r = r<<4 | rune(c|0x20-'a'+10)
		}
	}
	return r
}
