package redact

import "strconv"

// Where returns the beginning of an error's text, such as "wallet: GetPayment:
// status 500 (refused)". The text has these parts:
//   - pkg, ": " and operation. If operation is "", "call" stands in its place.
//   - ": status " and status, the HTTP status. If status is 0, this part is missing.
//   - class in parentheses, after a space. class is a word for the kind of the
//     error. If class is "" or "status", this part is missing.
//
// With status 0 and class "network" the text is "wallet: GetPayment (network)".
// Where does not check its arguments.
func Where(pkg, operation string, status int, class string) string {
	if operation == "" {
		operation = "call"
	}
	text := pkg + ": " + operation
	if status != 0 {
		text += ": status " + strconv.Itoa(status)
	}
	if class != "" && class != "status" {
		text += " (" + class + ")"
	}
	return text
}

// Refusal returns the text of a refusal: the text of Where for the first four
// arguments, and then ", code " and code, the provider's code. If code is "",
// Refusal returns only the text of Where.
func Refusal(pkg, operation string, status int, class, code string) string {
	text := Where(pkg, operation, status, class)
	if code != "" {
		text += ", code " + code
	}
	return text
}
