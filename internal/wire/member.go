package wire

// Member returns the value of the member called name in the JSON object, and true.
// It scans the object without decoding it. The value is a slice of object: its
// JSON text, unchanged and without whitespace around it. A string keeps its
// quotes, and null is the text null. Escapes in names are decoded before they are
// compared with name, which is case-sensitive. A byte order mark and whitespace
// around the object are skipped.
//
// ok is false and value is nil in three cases: object is not one valid JSON
// object, object has no such member, or name occurs twice in object. Other names
// may occur twice.
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
// something, such as an id. For a string, the content has no quotes, and its
// escapes are decoded. For a number, it is the number as it is spelled. Scalar
// returns "" for any other value, such as null, for empty or malformed JSON, and
// for a value with whitespace around it. It also returns "" for a string with half
// a surrogate pair or broken UTF-8 in it.
func Scalar(value []byte) string {
	if text, odd, ok := scalar(value); ok && !odd {
		return text
	}
	return ""
}

// ScalarWords does what [Scalar] does, for strings that identify nothing, such as
// messages. There is one difference: ScalarWords accepts half a surrogate pair and
// broken UTF-8 bytes in a string, and returns U+FFFD for each. It returns "" for
// anything but a string or number, for malformed JSON and for whitespace around
// the value, as Scalar does.
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
