// Package members reads members of an answer one by one, so that a member of an odd
// kind hides no other.
package members

import (
	"encoding/json"
	"slices"

	"github.com/payclients/payclients-go/internal/wire"
)

// Text returns the content of a JSON string or number, for what identifies: "" for
// all else, and for a string with half a surrogate pair or broken UTF-8 in it.
func Text(value json.RawMessage) string {
	text, _ := wire.Field(inObject(value), "v")
	return text
}

// Words is [Text] for what identifies nothing, such as messages: odd bytes are
// U+FFFD.
func Words(value json.RawMessage) string {
	text, _ := wire.Words(inObject(value), "v")
	return text
}

func inObject(value json.RawMessage) []byte {
	if value == nil {
		return nil
	}
	return slices.Concat([]byte(`{"v":`), value, []byte("}"))
}
