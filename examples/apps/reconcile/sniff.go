package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// charset is the encoding of a file. The zero one is UTF-8.
type charset struct {
	name    string
	decoder encoding.Encoding // nil is UTF-8
}

// newCharset returns the encoding of a name that a browser would understand.
func newCharset(name string) (charset, error) {
	found, err := htmlindex.Get(name)
	if err != nil {
		return charset{}, fmt.Errorf("%w: -encoding must be an encoding such as utf-8, windows-1251, windows-1252, koi8-r, utf-16le or utf-16be", cli.ErrUsage)
	}
	canonical, err := htmlindex.Name(found)
	switch {
	case err != nil || canonical == "replacement" || canonical == "x-user-defined":
		return charset{}, fmt.Errorf("%w: -encoding %q is not an encoding of text", cli.ErrUsage, name)
	case canonical == "utf-8":
		return charset{}, nil
	}
	return charset{canonical, found}, nil
}

// reader decodes into UTF-8.
func (c charset) reader(from io.Reader) io.Reader {
	if c.decoder == nil {
		return from
	}
	return transform.NewReader(from, c.decoder.NewDecoder())
}

// text decodes the beginning of a file, of which the last character may be cut.
func (c charset) text(head []byte) string {
	text, _ := io.ReadAll(c.reader(bytes.NewReader(head))) // what is cut becomes U+FFFD
	return strings.TrimPrefix(string(text), byteOrderMark)
}

const (
	utf16le = "UTF-16, little-endian: -encoding utf-16le reads it"
	utf16be = "UTF-16, big-endian: -encoding utf-16be reads it"
)

// formats are files that are not CSV, by their first bytes.
func formats() [][2]string {
	return [][2]string{
		{"\xff\xfe\x00\x00", "UTF-32: save it as UTF-8"},
		{"\x00\x00\xfe\xff", "UTF-32: save it as UTF-8"},
		{"\xff\xfe", utf16le},
		{"\xfe\xff", utf16be},
		{"PK\x03\x04", "an XLSX workbook or another ZIP archive: save its sheet as CSV, or unpack it"},
		{"PK\x05\x06", "an empty ZIP archive"},
		{"\xd0\xcf\x11\xe0", "an XLS workbook or another file of an old Office: save its sheet as CSV"},
		{"\x1f\x8b", "gzip: unpack it with gunzip"},
		{"BZh9", "bzip2: unpack it with bunzip2"},
		{"\x28\xb5\x2f\xfd", "Zstandard: unpack it with unzstd"},
		{"\xfd7zXZ\x00", "xz: unpack it with unxz"},
		{"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it"},
		{"Rar!\x1a\x07", "a RAR archive: unpack it"},
		{"%PDF-", "PDF: ask for the same as CSV"},
		{"{\\rtf", "RTF: ask for the same as CSV"},
		{"SQLite format 3\x00", "a database of SQLite: it is for -db"},
		{"PAR1", "Parquet: convert it into CSV"},
	}
}

// foreign says what a file is that is not a CSV in the encoding c, or "".
func (c charset) foreign(head []byte) string {
	for _, format := range formats() {
		if bytes.HasPrefix(head, []byte(format[0])) && !(format[1] == utf16le && c.name == "utf-16le" || format[1] == utf16be && c.name == "utf-16be") {
			return format[1]
		}
	}
	if strings.HasPrefix(c.name, "utf-16") {
		if !bytes.Contains(head, []byte{0}) {
			return "not UTF-16: leave out -encoding"
		}
	} else if even, odd := zeros(head); even+odd > 0 {
		switch {
		case odd > len(head)/4 && even <= odd/8:
			return utf16le
		case even > len(head)/4 && odd <= even/8:
			return utf16be
		}
		return "binary: it has zero bytes"
	}
	text := c.text(head)
	switch begin := strings.TrimLeft(text, " \t\r\n"); {
	case strings.HasPrefix(begin, "<"):
		return "HTML or XML: ask for the same as CSV"
	case strings.HasPrefix(begin, "{") || strings.HasPrefix(begin, "["):
		return "JSON: convert it into CSV"
	case strings.Contains(text, "\r") && !strings.Contains(text, "\n"):
		return `a text whose lines end as on an old Mac, by CR alone: convert it with tr '\r' '\n'`
	}
	return ""
}

// zeros counts zero bytes at even and at odd places.
func zeros(head []byte) (even, odd int) {
	for i, b := range head {
		switch {
		case b == 0 && i%2 == 0:
			even++
		case b == 0:
			odd++
		}
	}
	return even, odd
}
