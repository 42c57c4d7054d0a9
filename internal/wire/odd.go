package wire

import "bytes"

const byteOrderMark = "\ufeff"

// Text returns data without the UTF-8 byte order mark at its start, if there is
// one. It removes one mark only and checks nothing else. The result is a slice of
// data; for nil data it is nil.
func Text(data []byte) []byte {
	return bytes.TrimPrefix(data, []byte(byteOrderMark))
}

// Raw returns a copy of data without the byte order mark at its start, if there
// is one. A decoded value keeps this copy of its own JSON, so that it can be
// encoded again. For nil data the result is nil.
func Raw(data []byte) []byte {
	return bytes.Clone(Text(data))
}

// notUTF8 reports whether data looks like JSON in UTF-16 or UTF-32. It returns
// false for fewer than four bytes. Otherwise it returns true in three cases:
//
//   - The first two bytes are FE FF or FF FE, a byte order mark.
//   - The first and the third byte are NUL, and the second or the fourth is not.
//   - The second and the fourth byte are NUL, and the first is not.
func notUTF8(data []byte) bool {
	if len(data) < 4 {
		return false
	}
	a, b, c, d := data[0], data[1], data[2], data[3]
	return a == 0xFE && b == 0xFF || a == 0xFF && b == 0xFE || a == 0 && c == 0 && b|d != 0 || b == 0 && d == 0 && a != 0
}
