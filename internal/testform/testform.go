// Package testform says which of the two forms of the tests runs.
//
// The short form is the default: each kind of case, in a minute for the whole
// module. The long form has every case and every random sequence, and the tests
// that kill processes. PAYCLIENTS_LONG=1 selects the long form.
package testform

import (
	"os"
	"strconv"
)

// Variable is the environment variable that selects the long form, see Long.
const Variable = "PAYCLIENTS_LONG"

// Long reports whether the long form runs. It returns false if PAYCLIENTS_LONG is
// not set or empty. It panics if the variable is not a boolean such as 1 or 0,
// because a misspelt value would pass for the short form.
func Long() bool {
	value := os.Getenv(Variable)
	if value == "" {
		return false
	}
	long, err := strconv.ParseBool(value)
	if err != nil {
		panic(Variable + " must be 1, 0 or empty, and is " + strconv.Quote(value))
	}
	return long
}

// Scale returns the argument short in the short form of the tests, and the
// argument long in the long form.
func Scale(short, long int) int {
	if Long() {
		return long
	}
	return short
}

// OnlyLong skips the test t in the short form, and does nothing in the long form.
// The kind of case that the test tries must have another test in the short form.
func OnlyLong(t interface {
	Helper()
	Skip(args ...any)
},
) {
	t.Helper()
	if !Long() {
		t.Skip("the long form has this test: " + Variable + "=1")
	}
}
