package wire

// maxElements is the largest number of elements of a JSON array that [Elements],
// [Rows] and [RowsOf] accept. It limits the memory for an array of tiny elements.
// Pages of providers are far smaller.
const maxElements = 1 << 18

// Elements splits the JSON array data into its elements, without decoding them.
// Each element is a slice of data without whitespace around it. For an empty
// array, and with an error, the result is nil. A byte order mark before the array
// is skipped.
//
// Elements checks that all of data is valid JSON. It accepts names that repeat and
// invalid UTF-8, so that one bad row does not hide the others. [Decode] of an
// element refuses names that repeat.
//
// The error is an [*Error]:
//
//   - KindSyntax: data is empty, not valid JSON, or nested deeper than 10,000 levels.
//   - KindType: data is another value than an array, such as null.
//   - KindRange: the array has more than 262,144 elements.
func Elements(data []byte) ([][]byte, error) {
	i := skipSpace(data, len(data)-len(Text(data)))
	if i == len(data) || data[i] != '[' {
		return nil, notArray(data, i)
	}
	var elements [][]byte
	i = skipSpace(data, i+1)
	for i < len(data) && (data[i] != ']' || len(elements) > 0) {
		end, ok := skipValue(data, i, 1)
		if !ok {
			return nil, syntaxError(data, end)
		}
		if len(elements) == maxElements {
			return nil, &Error{Kind: KindRange, Offset: int64(i)}
		}
		elements = append(elements, data[i:end:end])
		if i = skipSpace(data, end); i == len(data) || data[i] != ',' {
			break
		}
		i = skipSpace(data, i+1)
	}
	if i == len(data) || data[i] != ']' {
		return nil, syntaxError(data, i)
	}
	if i = skipSpace(data, i+1); i < len(data) {
		return nil, syntaxError(data, i)
	}
	return elements, nil
}

func syntaxError(data []byte, at int) *Error {
	if notUTF8(data) {
		return &Error{Kind: KindSyntax, encoding: true}
	}
	return &Error{Kind: KindSyntax, Offset: int64(at)}
}

// notArray returns the error for data that does not hold an array, never nil. i is
// the index of the value in data, and data[i] must not be '['. If data holds
// nothing, i is len(data). The error is an *Error. It is of KindType if data is
// one valid JSON value, such as an error object. It is of KindSyntax if data is
// empty, not valid JSON, or nested deeper than maxDepth levels.
func notArray(data []byte, i int) error {
	end, ok := skipValue(data, i, 0)
	if ok {
		end = skipSpace(data, end)
	}
	if !ok || end < len(data) {
		return syntaxError(data, end)
	}
	return &Error{Kind: KindType, Offset: int64(i)}
}
