package wire

// Field returns the member called name in a JSON object: the content of a string
// (without quotes and escapes), or the digits of a number as they are spelled. It
// scans the object without decoding it. Names are case-sensitive.
//
// ok is false and text is "" when the object is malformed, has no such member, or
// has it twice. The same holds when the member is not a string or number, also for
// null, and when it has half a surrogate pair or broken UTF-8 in it.
func Field(object []byte, name string) (text string, ok bool) {
	text, odd, ok := memberText(object, name)
	if odd {
		return "", false
	}
	return text, ok
}

// Words is [Field] for strings that identify nothing, such as messages. It accepts
// half a surrogate pair and broken UTF-8 bytes, and returns U+FFFD for each.
func Words(object []byte, name string) (text string, ok bool) {
	text, _, ok = memberText(object, name)
	return text, ok
}

// memberText returns the content of the member called name, a string or number.
// odd reports whether it has half a surrogate pair or broken UTF-8 bytes in it;
// they are U+FFFD in text. ok is false where Member finds no value, and for a
// value of another kind.
func memberText(object []byte, name string) (text string, odd, ok bool) {
	value, ok := Member(object, name)
	if !ok {
		return "", false, false
	}
	return scalarText(value)
}

// LastElement returns the last element of a JSON array, as a slice of array. It
// looks at the end of the array only. ok is false and the element nil when the
// array is empty or the element is malformed. LastElement does not check the rest
// of the array: the caller compares the result with the last element that was
// decoded.
func LastElement(array []byte) (element []byte, ok bool) {
	array = Text(array)
	first := skipSpace(array, 0)
	end := trimSpace(array, len(array))
	if end-first < 3 || array[first] != '[' || array[end-1] != ']' {
		return nil, false
	}
	end = trimSpace(array, end-1)
	start, ok := valueStart(array[:end], first+1)
	if !ok {
		return nil, false
	}
	if stop, ok := skipValue(array[:end], start, 1); !ok || stop != end {
		return nil, false
	}
	before := trimSpace(array, start) - 1
	if array[before] != ',' && before != first {
		return nil, false
	}
	return array[start:end:end], true
}

// valueStart goes backwards from the end of data to the beginning of the value
// that ends there, but not before the index from. It returns the index of the
// value's first byte, and false if it finds no beginning. Outside of strings no
// quote follows a backslash, so the quotes of valid JSON form pairs from either
// end.
func valueStart(data []byte, from int) (int, bool) {
	depth := 0
	for i := len(data) - 1; i >= from; i-- {
		switch data[i] {
		case '"':
			if i = openingQuote(data, i, from); i < 0 {
				return 0, false
			}
			if depth == 0 {
				return i, true
			}
		case '}', ']':
			depth++
		case '{', '[':
			if depth--; depth == 0 {
				return i, true
			}
			if depth < 0 {
				return 0, false
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i + 1, true
			}
		}
	}
	return from, depth == 0
}

// openingQuote returns the index of the quote that opens the string whose closing
// quote is data[i]. It searches backwards to the index from, and returns -1 if
// there is none.
func openingQuote(data []byte, i, from int) int {
	for i--; i >= from; i-- {
		if data[i] != '"' {
			continue
		}
		slashes := 0
		for i-slashes-1 >= from && data[i-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
	}
	return -1
}

func trimSpace(data []byte, end int) int {
	for end > 0 && skipSpace(data[end-1:end], 0) == 1 {
		end--
	}
	return end
}

// isText reports whether quoted, a valid JSON string with its quotes, has the
// content s. It decodes escapes before it compares.
func isText(quoted []byte, s string) bool {
	content, _ := unquote(quoted)
	return string(content) == s
}

// scalarText returns the content of value, a valid JSON value without whitespace
// around it: a string without quotes and escapes, or the digits of a number. odd
// reports whether half a surrogate pair or broken UTF-8 bytes became U+FFFD. ok is
// false for a value of another kind.
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
