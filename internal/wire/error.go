package wire

import (
	"cmp"
	"strconv"
	"strings"
)

// The kinds of [Error].
const (
	KindSyntax    = "syntax"    // not valid JSON, or odd bytes in a member that identifies
	KindDuplicate = "duplicate" // a name occurs twice in one object
	KindType      = "type"      // valid JSON of a kind that the field cannot hold
	KindRange     = "range"     // a number that the field cannot hold exactly, or more than the package bears
)

// Error says what is wrong with a JSON text and where, without quoting it:
// texts of payment providers hold names, phones and card digits, and errors end
// in logs.
type Error struct {
	// Kind is one of the Kind constants.
	Kind string
	// Offset is the number of bytes before the fault, or before the value that
	// has it.
	Offset int64
	// Pointer is a JSON pointer (RFC 6901) made of documented names and indices
	// only. It ends where the provider chose the name: at a map, at an unknown
	// member, inside free-form content.
	Pointer string

	encoding bool // the text is in UTF-16 or UTF-32
}

// Error returns a text with the kind, the offset and the pointer. An empty kind is
// printed as "unknown", and an empty pointer is left out. For text in UTF-16 or
// UTF-32 it names the encoding instead of an offset.
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

// escapeToken returns token, a member's name or an index, as a JSON pointer spells
// it: ~0 for ~ and ~1 for /.
func escapeToken(token string) string {
	if !strings.ContainsAny(token, "~/") {
		return token
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
}
