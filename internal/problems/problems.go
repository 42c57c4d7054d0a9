// Package problems collects what is wrong with the arguments of a call, so that
// one error reports all of it.
package problems

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// List holds problems. Each names an argument and the rule that it breaks.
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

// Members returns the problems of members that a caller adds to the argument of,
// in the order of their names; the list is empty if there are none. taken holds at
// least two names that the caller must not use. problem is called for each other
// member, and returns the rule that the member breaks, or "".
func Members(of string, members map[string]json.RawMessage, problem func(name string, value json.RawMessage) string, taken ...string) List {
	var problems List
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var rule string
		if slices.Contains(taken, name) {
			last := len(taken) - 1
			rule = "must not have " + strings.Join(taken[:last], ", ") + " or " + taken[last]
		} else {
			rule = problem(name, members[name])
		}
		problems.If(rule != "", of+": "+rule)
	}
	return problems
}
