package wire

import (
	"reflect"
	"strings"
)

// member describes one field of a struct: the JSON member that [Decode] reads the
// field from and [Encode] prints it as. membersOf makes it from the name, the type
// and the tags of the field.
type member struct {
	name string       // the JSON name
	or   string       // the second JSON name, see ruleEither; "" if there is none
	at   []int        // index of the field, for reflect.Value.FieldByIndex
	typ  reflect.Type // of the field
	omit bool         // the tag says omitzero: Encode leaves the member out if it is zero
	rule rule         // the words of the tag wire
}

// rule is a set of bits, one for each word in the tag wire of a field. The tag
// separates words by commas. 0 means no word. Unknown words are ignored.
type rule uint8

// The words of the tag wire, and what each says about its member. The package comment
// explains rows and events. An odd character is half a surrogate pair or broken UTF-8.
const (
	ruleStrict rule = 1 << iota // strict: a value that does not fit, or an odd character, makes the row fail
	ruleID                      // id: as strict, and also in a webhook event, where strict has no effect
	rulePart                    // part: if the value does not fit, the object around it does not fit either
	ruleLong                    // long, with strict: a number with too many digits does not make the row fail
	ruleWhole                   // whole: an integer in digits, perhaps after a minus sign, not 10.0 or 1e1
	ruleBare                    // bare: a string or a number in place of the object is this member
	ruleEither                  // or=name: a second name, read if the first is missing, null, "" or does not fit
	ruleOther                   // not a word of the tag: marks the entry in plan.fields for the second name of or=name
)

var rules = map[string]rule{"strict": ruleStrict, "id": ruleID, "part": rulePart, "long": ruleLong, "whole": ruleWhole, "bare": ruleBare}

// membersOf returns the members of the struct type t, in the order of the fields.
// It panics if t is not a struct. It does not check whether names repeat. For each
// field, the first of these cases that applies decides:
//
//   - The field is tagged wire:"inline", or is an embedded struct whose tag json has no name. The name "-" counts as a
//     name. The field may be unexported. The members of its struct take the place of the field, and each of these
//     members also gets the words of the field's tag wire. For a field tagged wire:"inline" that is not a struct,
//     membersOf panics.
//   - The name in the tag json is "-", or the field is unexported. The field has no member. Examples are an embedded
//     struct tagged json:"-", an unexported embedded struct with a name in the tag json, and an embedded pointer to an
//     unexported struct.
//   - Any other field has one member. The name is the name in the tag json, or else the Go name of the field.
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
