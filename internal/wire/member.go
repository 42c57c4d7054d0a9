package wire

// Member returns the value of the member called name in the JSON object, and true.
// The value is a slice of object: the JSON text of the value, unchanged and
// without whitespace around it. Thus a string keeps its quotes, and null is the
// text null. Member scans object without decoding it, and skips a byte order mark
// and whitespace around it. name is case-sensitive. Escapes in the names of object
// are decoded before they are compared with name.
//
// ok is false and value is nil in three cases: object is not one valid JSON
// object, object has no member called name, or name occurs twice in object. Other
// names may occur twice.
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

// Scalar returns the content of value, a JSON string or number that identifies
// something, such as an id. The content of a string has no quotes, and its escapes
// are decoded. The content of a number is the number as it is spelled. Scalar
// returns "" in all other cases:
//
//   - value is another kind of JSON, such as null.
//   - value is empty, malformed or has whitespace around it.
//   - value is a string with half a surrogate pair or broken UTF-8.
func Scalar(value []byte) string {
	if text, odd, ok := scalar(value); ok && !odd {
		return text
	}
	return ""
}

// ScalarWords returns the content of value as [Scalar] does. It is for strings
// that identify nothing, such as messages. Unlike Scalar, it accepts half a
// surrogate pair and broken UTF-8 bytes in a string, and returns U+FFFD for each.
// It returns "" if value is not a string or number, is malformed, or has
// whitespace around it.
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
