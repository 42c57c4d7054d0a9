package wire

import (
	"cmp"
	"strconv"
	"strings"
)

// Values of [Error.Kind]. The package makes no others.
const (
	// KindSyntax: not valid JSON, deeper than 10,000 levels, or half a surrogate pair or
	// broken UTF-8 in a field tagged wire:"strict" or wire:"id". In Encode also a string
	// that is not valid UTF-8.
	KindSyntax    = "syntax"
	KindDuplicate = "duplicate" // a name occurs twice in one object
	// KindType: valid JSON that the field cannot hold, in Decimal a text that is not a
	// number, in Encode a type that is not supported; also an error of UnmarshalJSON,
	// MarshalJSON or MarshalText that has no kind.
	KindType = "type"
	// KindRange: a number that the field cannot hold exactly; a number or string of more than
	// 64 bytes in place of a number; for a field tagged wire:"whole" a number or string that is
	// not an integer in digits, perhaps after a minus sign; more elements or memory than the package allows; in Encode a
	// year outside 0 to 9999 or more than 10,000 levels.
	KindRange = "range"
)

// Error says what is wrong with a JSON text and where. It never quotes the text:
// texts of payment providers hold names, phones and card digits, and errors end in
// logs.
type Error struct {
	// Kind is one of the Kind constants.
	Kind string
	// Offset is the number of bytes of the JSON text before the error, or before the
	// value that has it. In an error of Encode it counts bytes of the output.
	Offset int64
	// Pointer is a JSON pointer (RFC 6901) to the value, such as /items/0/amount. It
	// consists of documented names and indices only. It ends before a name that the
	// provider chose: at a map, at an unknown member, inside free-form content. "" means
	// the whole text, or that the place is not known.
	Pointer string

	encoding bool // the text is in UTF-16 or UTF-32
}

// Error returns a text such as "JSON: range error at offset 12 in /a/0/b", with
// the kind, the offset and the pointer. An empty kind is printed as "unknown", and
// an empty pointer is left out. If the JSON is in UTF-16 or UTF-32, Error returns
// a fixed text that names this reason, without an offset.
func (e *Error) Error() string {
	if e.encoding {
		return "JSON: syntax error: the text is in UTF-16 or UTF-32, it must be in UTF-8"
	}
	var b strings.Builder
	b.WriteString("JSON: ")
	b.WriteString(cmp.Or(e.Kind, "unknown"))
	b.WriteString(" error at offset ")
	b.WriteString(strconv.FormatInt(e.Offset, 10))
	if e.Pointer != "" {
		b.WriteString(" in ")
		b.WriteString(e.Pointer)
	}
	return b.String()
}

// escapeToken returns token, a member name or an index, escaped for a JSON
// pointer: ~ becomes ~0, and / becomes ~1.
func escapeToken(token string) string {
	if !strings.ContainsAny(token, "~/") {
		return token
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
}
