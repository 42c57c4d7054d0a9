// Package redact prints values that hold secrets or personal data.
//
// A type with a secret has four methods beside String. Three show what String
// shows: Format for fmt, LogValue for log/slog, and MarshalText for
// encoding/json, encoding/xml, YAML and the text handler of log/slog, which look
// for it where the value is a field of another type. GobEncode fails.
package redact

import (
	"errors"
	"fmt"
	"io"
)

// ErrGob is why a value with a secret is not encoded by encoding/gob, which
// stores values to read them again.
var ErrGob = errors.New("a value that holds secrets cannot be encoded by encoding/gob")

// Print writes text, the same for every verb and flag. A Format method that
// calls it keeps %+v and %#v away from the fields of its receiver.
func Print(s fmt.State, text string) {
	_, _ = io.WriteString(s, text)
}
