package wire

// Field returns the content of the member called name in the JSON object, and
// true. The content is a string without quotes and with its escapes decoded, or a
// number as it is spelled. Field scans the object without decoding it. name is
// case-sensitive.
//
// ok is false and text is "" in these cases:
//
//   - object is malformed, has no member called name, or has two.
//   - The value of the member is not a string or number, for example null.
//   - The value is a string with half a surrogate pair or broken UTF-8.
func Field(object []byte, name string) (text string, ok bool) {
	text, odd, ok := memberText(object, name)
	if odd {
		return "", false
	}
	return text, ok
}

// Words returns the content of the member called name in the JSON object, as
// [Field] does. It is for strings that identify nothing, such as messages. Unlike
// Field, it accepts half a surrogate pair and broken UTF-8 bytes in the string,
// and returns U+FFFD for each. text is "" and ok is false in these cases:
//
//   - object is malformed, has no member called name, or has two.
//   - The value of the member is not a string or number.
func Words(object []byte, name string) (text string, ok bool) {
	text, _, ok = memberText(object, name)
	return text, ok
}

// memberText returns the content of the member called name in the JSON object, and
// ok is then true. The content is a string without quotes and with its escapes
// decoded, or a number as it is spelled. odd reports whether half a surrogate pair
// or broken UTF-8 bytes became U+FFFD in text. If [Member] finds no value, or a
// value that is not a string or number, text is "", and odd and ok are false.
func memberText(object []byte, name string) (text string, odd, ok bool) {
	value, ok := Member(object, name)
	if !ok {
		return "", false, false
	}
	return scalarText(value)
}

// isText reports whether the content of quoted, with its escapes decoded, equals
// s. quoted must be a JSON string with its quotes; otherwise isText may panic.
// Half a surrogate pair and each broken UTF-8 byte in quoted counts as U+FFFD.
func isText(quoted []byte, s string) bool {
	content, _ := unquote(quoted)
	return string(content) == s
}

// scalarText returns the content of value, and ok is then true. The content is a
// string without quotes and with its escapes decoded, or a number as it is
// spelled. value must be valid JSON without whitespace around it. odd reports
// whether half a surrogate pair or broken UTF-8 bytes became U+FFFD. If value is
// neither a string nor a number, text is "", and odd and ok are false. An empty
// value panics.
func scalarText(value []byte) (text string, odd, ok bool) {
	switch {
	case value[0] == '"':
		content, odd := unquote(value)
		return string(content), odd, true
	case value[0] == '-' || isDigit(value[0]):
		return string(value), false, true
	}
	return "", false, false
}
