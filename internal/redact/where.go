package redact

import "strconv"

// Where begins the text of an error: the package, the operation or "call", the
// HTTP status, and the class where that is another word than "status". A status of
// 0, as of a webhook, is not printed.
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

// Refusal is the text of a refusal: where it came from, and its code, if any.
func Refusal(pkg, operation string, status int, class, code string) string {
	text := Where(pkg, operation, status, class)
	if code != "" {
		text += ", code " + code
	}
	return text
}
