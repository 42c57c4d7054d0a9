package wire

// Field returns the content of the member called name in the JSON object, and
// true: a string without quotes and with its escapes decoded, or a number as it
// is spelled. It scans the object without decoding it. name is case-sensitive.
//
// ok is false and text is "" when the object is malformed, has no such member, or
// has it twice. The same holds when the member is not a string or number, also
// for null, and when it has half a surrogate pair or broken UTF-8 in it.
func Field(object []byte, name string) (text string, ok bool) {
	text, odd, ok := memberText(object, name)
	if odd {
		return "", false
	}
	return text, ok
}

// Words does what [Field] does, for strings that identify nothing, such as
// messages. The one difference: it accepts half a surrogate pair and broken UTF-8
// bytes, and returns U+FFFD for each. In the other cases in which Field finds
// nothing, text is "" and ok is false.
func Words(object []byte, name string) (text string, ok bool) {
	text, _, ok = memberText(object, name)
	return text, ok
}

// memberText returns the content of the member called name in the JSON object: a
// string without quotes and with its escapes decoded, or a number as it is
// spelled. odd reports whether half a surrogate pair or broken UTF-8 bytes became
// U+FFFD in text. If [Member] finds no value, or one that is not a string or
// number, text is "", and odd and ok are false.
func memberText(object []byte, name string) (text string, odd, ok bool) {
	value, ok := Member(object, name)
	if !ok {
		return "", false, false
	}
	return scalarText(value)
}

// LastElement returns the last element of the JSON array, and true. The element
// is a slice of array, without whitespace around it. A byte order mark and
// whitespace around the array are skipped. LastElement checks the element, the
// comma or bracket before it, and the brackets at both ends, but not the rest of
// the array. If the rest is malformed, the result may be wrong: the caller must
// compare the element with the last element that it decoded. element is nil and
// ok is false if a check fails, if array has no bytes, and for [].
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

// valueStart returns the index of the first byte of the JSON value that ends with
// the last byte of data, and true. It searches backwards, down to the index low.
// A string, an object or an array begins at the partner of its last quote or
// bracket. Any other value begins behind the nearest comma or whitespace, or at
// low. valueStart does not check the value: the caller must. If a quote or
// bracket has no partner, the result is false, and the index means nothing.
//
// The search can run backwards because valid JSON has backslashes only within
// strings. A quote behind an odd number of backslashes is thus part of a string,
// and any other quote opens or closes one.
func valueStart(data []byte, low int) (int, bool) {
	depth := 0
	for i := len(data) - 1; i >= low; i-- {
		switch data[i] {
		case '"':
			if i = openingQuote(data, i, low); i < 0 {
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
	return low, depth == 0
}

// openingQuote returns the index of the quote that opens a JSON string. i is the
// index of its closing quote in data. openingQuote searches backwards in
// data[low:i] and ignores escaped quotes. It returns -1 if it finds none.
func openingQuote(data []byte, i, low int) int {
	for i--; i >= low; i-- {
		if data[i] != '"' {
			continue
		}
		slashes := 0
		for i-slashes-1 >= low && data[i-slashes-1] == '\\' {
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

// isText reports whether the content of quoted, after its escapes are decoded, is
// s. quoted is a JSON string with its quotes, as unquote takes it. Half a
// surrogate pair and each broken UTF-8 byte in quoted counts as U+FFFD.
func isText(quoted []byte, s string) bool {
	content, _ := unquote(quoted)
	return string(content) == s
}

// scalarText returns the content of value, which must be valid JSON without
// whitespace around it: a string without quotes and with its escapes decoded, or
// a number as it is spelled. odd reports whether half a surrogate pair or broken
// UTF-8 bytes became U+FFFD. For a value of another kind text is "", and odd and
// ok are false. An empty value panics.
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
