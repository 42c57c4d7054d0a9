package ecommpay

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/wire"
)

// extended is a JSON object with members that a caller adds.
type extended struct {
	object  any
	members map[string]json.RawMessage
}

// MarshalJSON writes the caller's members after the object's own. The order of
// members does not matter, not even to the signature. It returns an error for a
// string that is not UTF-8.
func (e extended) MarshalJSON() ([]byte, error) {
	text, err := wire.Encode(e.object)
	if err != nil || len(e.members) == 0 {
		return text, err
	}
	more, err := wire.Encode(e.members)
	switch {
	case err != nil:
		return nil, err
	case len(text) == len("{}"):
		return more, nil
	}
	return slices.Concat(text[:len(text)-1], []byte(","), more[1:]), nil
}

// IsZero reports whether the encoded object is {}.
func (e extended) IsZero() bool {
	text, err := e.MarshalJSON()
	return err == nil && string(text) == "{}"
}

// memberProblems returns what is wrong with members that a caller adds to a
// request, nil if nothing is. parameter is the name of the parameter, for the text
// of the problems. taken are the names that this package sets itself; a member with
// such a name is a problem.
func memberProblems(parameter string, members map[string]json.RawMessage, taken ...string) []string {
	return problems.Members(parameter, members, memberProblem, taken...)
}

func memberProblem(name string, value json.RawMessage) string {
	raw := string(value)
	switch {
	case name == "" || strings.ContainsAny(name, ";:"):
		return "names must not be empty nor hold a semicolon or a colon"
	case !signable(value):
		return "values must be JSON without repeated names"
	case strings.Contains(raw, ";") || strings.Contains(strings.ToLower(raw), `\u003b`):
		return "values must not hold a semicolon"
	}
	return ""
}

// signable reports whether raw is a JSON value that a signed request may hold: it
// decodes, and [Canonical] accepts it.
func signable(raw json.RawMessage) bool {
	var value json.RawMessage
	if wire.Decode(raw, &value) != nil {
		return false
	}
	_, err := Canonical(slices.Concat([]byte(`{"v":`), raw, []byte("}")))
	return err == nil
}
