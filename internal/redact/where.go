package redact

import "strconv"

// Where returns the beginning of an error's text, such as "wallet: GetPayment:
// status 500 (refused)". It consists of pkg, operation ("call" if it is ""), the
// HTTP status unless it is 0, and class, a word for the kind of the error, unless
// it is "" or "status". Where does not check its arguments.
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
// arguments, and after it ", code CODE" with the provider's code, unless code is
// "".
func Refusal(pkg, operation string, status int, class, code string) string {
	text := Where(pkg, operation, status, class)
	if code != "" {
		text += ", code " + code
	}
	return text
}
