package wire

import (
	"reflect"
	"strings"
)

// member is what a field of a struct is on the wire.
type member struct {
	name string
	or   string // its other name, see ruleEither
	at   []int
	typ  reflect.Type
	omit bool // left out if it is zero
	rule rule
}

// rule is the set of words in a field's tag wire, which commas separate.
type rule uint8

const (
	ruleStrict rule = 1 << iota // strict: a value that does not fit, or an odd character, is an error of the row
	ruleID                      // id: the same, also in an event
	rulePart                    // part: if the value does not fit, the object around it does not fit either
	ruleLong                    // long: a strict number with too many digits is not an error of the row
	ruleWhole                   // whole: an integer in digits alone, not 10.0 or 1e1
	ruleBare                    // bare: a string or a number in place of the object is this member
	ruleEither                  // or=name: the member has two names, and the first one counts unless it is empty
	ruleOther                   // it stands under the second of them
)

var rules = map[string]rule{"strict": ruleStrict, "id": ruleID, "part": rulePart, "long": ruleLong, "whole": ruleWhole, "bare": ruleBare}

// membersOf returns the members of the struct type t in the order of its fields,
// including the members of embedded structs. Fields that are not exported or have
// the tag json:"-" are no members.
func membersOf(t reflect.Type) []member {
	var out []member
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		made := member{name: name, at: f.Index, typ: f.Type, omit: strings.Contains(options, "omitzero")}
		inline := name == "" && f.Anonymous && f.Type.Kind() == reflect.Struct
		for word := range strings.SplitSeq(f.Tag.Get("wire"), ",") {
			inline = inline || word == "inline" // its members lie in the object around it
			made.rule |= rules[word]
			if or, ok := strings.CutPrefix(word, "or="); ok {
				made.or, made.rule = or, made.rule|ruleEither
			}
		}
		switch {
		case inline:
			for _, m := range membersOf(f.Type) {
				m.at, m.rule = append(append([]int{}, f.Index...), m.at...), m.rule|made.rule
				out = append(out, m)
			}
		case name == "-":
		case f.IsExported():
			if name == "" {
				made.name = f.Name
			}
			out = append(out, made)
		}
	}
	return out
}
