package wire

import (
	"reflect"
	"strings"
)

// member is what a field of a struct is on the wire.
type member struct {
	name   string
	at     []int
	typ    reflect.Type
	omit   bool // where it is zero
	strict bool
}

// membersOf lists the members of a struct, those of embedded structs included.
func membersOf(t reflect.Type) []member {
	var out []member
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && f.Anonymous && f.Type.Kind() == reflect.Struct:
			for _, m := range membersOf(f.Type) {
				m.at = append(append([]int{}, f.Index...), m.at...)
				out = append(out, m)
			}
		case f.IsExported():
			if name == "" {
				name = f.Name
			}
			out = append(out, member{name, f.Index, f.Type, strings.Contains(options, "omitzero"), f.Tag.Get("wire") == "strict"})
		}
	}
	return out
}
