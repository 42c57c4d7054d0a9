package finik

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/internal/wire"
)

// memberFaults returns what is wrong with members that a caller adds to a
// request, nil if nothing is. taken are the names that this package sets itself.
func memberFaults(members map[string]json.RawMessage, taken ...string) []string {
	var faults []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains(taken, name) {
			last := len(taken) - 1
			faults = append(faults, "Unchecked: must not have "+strings.Join(taken[:last], ", ")+" or "+taken[last])
			continue
		}
		if !json.Valid(members[name]) { // on its own: it must not close the object and continue after it
			faults = append(faults, "Unchecked: values must be JSON")
		} else if _, err := CanonicalJSON(appendMembers([]byte("{}"), map[string]json.RawMessage{name: members[name]})); err != nil {
			faults = append(faults, "Unchecked: "+rule(err))
		}
	}
	return slices.Compact(faults)
}

// appendMembers adds members to a JSON object, in the order of their names.
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

// recipientBody is the body of CheckRecipient.
type recipientBody struct {
	fields    json.RawMessage
	serviceID string
	unchecked map[string]json.RawMessage
}

func (b recipientBody) json() []byte {
	w := fieldWriter{out: append([]byte(`{"fields":`), b.fields...)}
	w.out = append(w.out, `,"service":`...)
	w.text(b.serviceID)
	return appendMembers(append(w.out, '}'), b.unchecked)
}
