package finik

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/wire"
)

// memberFaults says what is wrong with members that a caller adds to a request.
// Those that are taken are not his.
func memberFaults(members map[string]json.RawMessage, taken ...string) []string {
	return problems.Members("Unchecked", members, memberFault, taken...)
}

func memberFault(name string, value json.RawMessage) string {
	if !json.Valid(value) { // alone: it must not end the object and go on behind it
		return "values must be JSON"
	}
	if _, err := CanonicalJSON(appendMembers([]byte("{}"), map[string]json.RawMessage{name: value})); err != nil {
		return rule(err)
	}
	return ""
}

// appendMembers adds members to an object.
func appendMembers(object []byte, members map[string]json.RawMessage) []byte {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		object = object[:len(object)-1]
		if object[len(object)-1] != '{' {
			object = append(object, ',')
		}
		text, err := wire.Encode(name)
		if err != nil {
			text = []byte(`"\ud800"`) // which CanonicalJSON refuses
		}
		object = append(append(append(append(object, text...), ':'), members[name]...), '}')
	}
	return object
}
