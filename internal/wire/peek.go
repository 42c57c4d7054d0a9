package wire

// Field returns the member called name of a JSON object, when that is a text
// (without quotes and escapes) or a number (its literal digits). It scans the
// object without decoding it. ok is false when the object is malformed or has
// no such member, when the member is of another kind or has half a surrogate pair
// or broken UTF-8 in it, and when the name occurs twice: such an object does not
// decode either.
func Field(object []byte, name string) (text string, ok bool) {
	text, odd, ok := memberText(object, name)
	if odd {
		return "", false
	}
	return text, ok
}

// Words is [Field] for texts that identify nothing, such as messages: half a
// surrogate pair or a broken UTF-8 byte in it is U+FFFD.
func Words(object []byte, name string) (text string, ok bool) {
	text, _, ok = memberText(object, name)
	return text, ok
}

// memberText returns the member called name, and whether there are odd bytes in it.
func memberText(object []byte, name string) (text string, odd, ok bool) {
	value, ok := Member(object, name)
	if !ok {
		return "", false, false
	}
	return scalarText(value)
}

// LastElement returns the last element of a JSON array, a slice of array, by
// looking at the end of the text only. ok is false when the array is empty or
// the element malformed. The rest of the text is not checked: the caller
// compares the result with the last element that was decoded.
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
// that ends there, not before from. Outside of texts no quote is preceded by a
// backslash, so the quotes of valid JSON pair up from either end.
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

// openingQuote finds the quote that opens the text whose closing quote is data[i].
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

// isText says whether the quoted text is s.
func isText(quoted []byte, s string) bool {
	content, _ := unquote(quoted)
	return string(content) == s
}

// scalarText is the content of a valid JSON text or number, and whether there are
// odd characters in it.
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
