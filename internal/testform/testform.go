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

// Variable is the environment variable that selects the long form of the tests,
// with every case and every random sequence. 1, or another true value of
// strconv.ParseBool, selects the long form; "" and 0 select the short form.
const Variable = "PAYCLIENTS_LONG"

// Long reports whether the tests run in the long form, see [Variable]. It returns
// false if the variable is not set, empty, or a false value of strconv.ParseBool
// such as 0. It panics if the value is not a boolean, because a misspelt value
// would pass for the short form.
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

// Scale returns its first argument in the short form of the tests, and its second
// argument in the long form, see [Variable]. Like Long, it panics if the variable
// is not a boolean.
func Scale(short, long int) int {
	if Long() {
		return long
	}
	return short
}

// OnlyLong skips the test that calls it, t, in the short form of the tests. In the
// long form it does nothing, see [Variable]. Everything that this test checks must
// also be checked, in smaller size, by a test that the short form runs. Like Long,
// OnlyLong panics if the variable is not a boolean.
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
