package wire

// Member returns the member called name of a JSON object as it is spelled, a slice
// of object. It scans the object without decoding it. ok is false when the object
// is malformed, when it has no such member, and when the name occurs twice.
func Member(object []byte, name string) (value []byte, ok bool) {
	object = Text(object)
	i := skipSpace(object, 0)
	if i == len(object) || object[i] != '{' {
		return nil, false
	}
	if end, ok := skipValue(object, i, 0); !ok || skipSpace(object, end) != len(object) {
		return nil, false
	}
	// From here on the text is known to be valid.
	for i = skipSpace(object, i+1); object[i] != '}'; i = skipSpace(object, i) {
		if object[i] == ',' {
			i = skipSpace(object, i+1)
		}
		nameEnd, _ := skipString(object, i)
		start := skipSpace(object, skipSpace(object, nameEnd)+1)
		end, _ := skipValue(object, start, 1)
		if isText(object[i:nameEnd], name) {
			if ok {
				return nil, false
			}
			value, ok = object[start:end], true
		}
		i = end
	}
	return value, ok
}

// Scalar returns the content of a JSON string or number, for what identifies: ""
// for any other value, and for a string with half a surrogate pair or broken UTF-8
// in it.
func Scalar(value []byte) string {
	if text, odd, ok := scalar(value); ok && !odd {
		return text
	}
	return ""
}

// ScalarWords is [Scalar] for what identifies nothing, such as messages: odd bytes
// are U+FFFD.
func ScalarWords(value []byte) string {
	text, _, _ := scalar(value)
	return text
}

func scalar(value []byte) (text string, odd, ok bool) {
	if end, valid := skipValue(value, 0, 0); !valid || end != len(value) {
		return "", false, false
	}
	return scalarText(value)
}
