// Package problems collects what is wrong with the arguments of a call, so that
// one error reports all of it.
package problems

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// List holds problems with the arguments of a call, each as "argument: rule". Nil is an
// empty list, ready to use.
type List []string

// If adds text to the list if wrong is true. It does nothing if wrong is false or
// the list holds the same text already.
func (l *List) If(wrong bool, text string) {
	if !wrong {
		return
	}
	for _, known := range *l {
		if known == text {
			return
		}
	}
	*l = append(*l, text)
}

// Members checks the JSON members, by name, that the caller of an API adds to an
// argument. It returns a problem "argument: rule" for each member that breaks a rule, in
// the order of the names, and nil if there is none. A problem with the same text comes
// once.
//
// taken holds at least two names that the caller must not use. For any other name
// Members calls problem, which returns the rule that the member breaks, or "" for none.
func Members(argument string, members map[string]json.RawMessage, problem func(name string, value json.RawMessage) string, taken ...string) List {
	var problems List
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var rule string
		if slices.Contains(taken, name) {
			last := len(taken) - 1
			rule = "must not have " + strings.Join(taken[:last], ", ") + " or " + taken[last]
		} else {
			rule = problem(name, members[name])
		}
		problems.If(rule != "", argument+": "+rule)
	}
	return problems
}
