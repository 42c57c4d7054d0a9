// Package redact prints values that hold secrets or personal data.
//
// A type with a secret has String and four more methods. Three show what String
// shows: Format for fmt, LogValue for log/slog, and MarshalText for
// encoding/json, encoding/xml, YAML and log/slog's text handler, which look for
// it where the value is a field of another type. GobEncode fails.
package redact

import (
	"errors"
	"fmt"
	"io"
)

// ErrGob is the error of the methods GobEncode of types that hold secrets. encoding/gob
// stores values to read them again, and a secret must not be stored. Encode another value
// instead.
var ErrGob = errors.New("a value that holds secrets cannot be encoded by encoding/gob")

// Print writes text to s, and ignores an error of s. It is for methods Format: a
// Format that calls Print prints text for every verb and flag, and so hides the
// fields of the value also from %+v and %#v.
func Print(s fmt.State, text string) {
	_, _ = io.WriteString(s, text)
}
