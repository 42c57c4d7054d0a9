package wire

import "bytes"

const byteOrderMark = "\ufeff"

// Text returns data without one byte order mark at its start. The result is a
// slice of data, or data itself if data has none.
func Text(data []byte) []byte {
	return bytes.TrimPrefix(data, []byte(byteOrderMark))
}

// Raw returns a copy of data without one byte order mark at its start. A decoded
// value keeps this copy of its own JSON, so that it can be encoded again. The copy
// of nil is nil.
func Raw(data []byte) []byte {
	return bytes.Clone(Text(data))
}

// notUTF8 reports whether data looks like UTF-16 or UTF-32: it has a byte order
// mark of theirs, or NUL in every other byte at its start. It returns false for
// fewer than four bytes.
func notUTF8(data []byte) bool {
	if len(data) < 4 {
		return false
	}
	a, b, c, d := data[0], data[1], data[2], data[3]
	return a == 0xFE && b == 0xFF || a == 0xFF && b == 0xFE || a == 0 && c == 0 && b|d != 0 || b == 0 && d == 0 && a != 0
}
