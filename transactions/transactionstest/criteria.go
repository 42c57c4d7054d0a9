package transactionstest

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"
)

// family is the set of operations of a filter.
type family int

const (
	familyPlain family = iota // Boolean, enum
	familyRange
	familyString
)

// family returns the operations that a filter of the kind has.
func (k kind) family() family {
	switch k {
	case kindString:
		return familyString
	case kindBoolean, kindEnum:
		return familyPlain
	case kindLong, kindInteger, kindDouble, kindInstant:
	}
	return familyRange
}

// filter is the part of a query about one column. Nil means absent; a list that is
// present may be empty.
type filter struct {
	column    *column
	single    map[string]*value
	lists     map[string][]value
	specified *bool
}

// understood is a query as the service reads it.
type understood struct {
	filters  []*filter // by the names of their columns
	distinct bool
	ignored  []string     // parameters without a meaning
	bad      []fieldError // values that do not convert
}

// fieldError is an entry of a problem's fieldErrors.
type fieldError struct {
	ObjectName string `json:"objectName"`
	Field      string `json:"field"`
	Message    string `json:"message"`
}

// readCriteria binds parameters to filters as Spring does: it ignores unknown ones.
func readCriteria(parameters url.Values, columns map[string]*column) understood {
	var u understood
	byName := map[string]*filter{}
	for _, parameter := range slices.Sorted(maps.Keys(parameters)) {
		given := parameters[parameter]
		if len(given) == 0 {
			continue
		}
		switch parameter {
		case "page", "size", "sort":
			continue
		case "distinct":
			if b, err := toBoolean(given[0]); err != nil {
				u.bad = append(u.bad, mismatch(parameter, given[0]))
			} else {
				u.distinct = b != nil && *b
			}
			continue
		}
		field, operation, _ := strings.Cut(parameter, ".")
		c := columns[field]
		if c == nil || !c.filtered || !c.kind.family().has(operation) {
			u.ignored = append(u.ignored, parameter)
			continue
		}
		f := byName[field]
		if f == nil {
			f = &filter{column: c, single: map[string]*value{}, lists: map[string][]value{}}
			byName[field] = f
			u.filters = append(u.filters, f)
		}
		if err := f.bind(operation, given); err != nil {
			u.bad = append(u.bad, mismatch(parameter, strings.Join(given, ",")))
		}
	}
	return u
}

// has reports whether a filter has an operation.
func (k family) has(operation string) bool {
	switch operation {
	case "equals", "notEquals", "in", "notIn", "specified":
		return true
	case "greaterThan", "lessThan", "greaterThanOrEqual", "lessThanOrEqual":
		return k == familyRange
	case "contains", "doesNotContain":
		return k == familyString
	}
	return false
}

// mismatch returns the error of a value that does not convert. Like the framework's
// own message, it contains the value.
func mismatch(parameter, text string) fieldError {
	return fieldError{
		ObjectName: "transactionCriteria", Field: parameter,
		Message: fmt.Sprintf("Failed to convert value \"%s\" for property '%s'", text, parameter),
	}
}

// bind takes one operation, or returns an error for a value that does not convert.
func (f *filter) bind(operation string, given []string) error {
	switch operation {
	case "specified":
		b, err := toBoolean(given[0])
		if err == nil {
			f.specified = b
		}
		return err
	case "in", "notIn":
		list, err := f.column.list(given)
		if err == nil {
			f.lists[operation] = list
		}
		return err
	}
	text := given[0]
	if f.column.kind == kindString {
		text = strings.Join(given, ",") // as Spring converts an array to a string
	}
	v, err := f.column.convert(text)
	if err == nil {
		f.single[operation] = v
	}
	return err
}

// list converts a list: one string is split at its commas and its parts are
// trimmed, an array is taken item by item. Items without a value stay NULL and
// match nothing. It returns an error for an item that does not convert.
func (c *column) list(given []string) ([]value, error) {
	if len(given) == 1 {
		text := given[0]
		given = nil
		if text != "" {
			for piece := range strings.SplitSeq(text, ",") {
				given = append(given, javaTrim(piece))
			}
		}
	}
	list := make([]value, 0, len(given))
	for _, text := range given {
		v, err := c.convert(text)
		if err != nil {
			return nil, err
		}
		if v == nil {
			v = &value{null: true}
		}
		list = append(list, *v)
	}
	return list, nil
}

// javaTrim removes at both ends what Java's String.trim does: spaces and all
// characters below them.
func javaTrim(s string) string { return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }) }

// convert converts a string to a value of the column. It returns nil for a string
// that means no value, and an error for a string that does not convert.
func (c *column) convert(text string) (*value, error) {
	switch c.kind {
	case kindString:
		return &value{text: text}, nil
	case kindEnum:
		return toEnum(text)
	case kindBoolean:
		b, err := toBoolean(text)
		if b == nil || err != nil {
			return nil, err
		}
		return new(boolean(b)), nil
	case kindInstant:
		return toInstant(text)
	case kindDouble:
		return toDouble(text)
	case kindLong:
		return toInteger(text, 64)
	case kindInteger:
	}
	return toInteger(text, 32)
}

// toEnum returns the name of a constant, nil for "", or an error for text that
// cannot be such a name. The constants of the live service are not documented.
func toEnum(text string) (*value, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no value and no error
	}
	constant := javaTrim(text)
	for i, r := range constant {
		if r != '_' && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return nil, fmt.Errorf("no enum constant %s", constant)
		}
	}
	if constant == "" {
		return nil, fmt.Errorf("no enum constant %s", constant)
	}
	return &value{text: constant}, nil
}

// toBoolean converts a boolean as Spring does; "" is nil. It returns an error for
// other text.
func toBoolean(text string) (*bool, error) {
	switch strings.ToLower(javaTrim(text)) {
	case "":
		return nil, nil //nolint:nilnil // no value and no error
	case "true", "on", "yes", "1":
		return new(true), nil
	case "false", "off", "no", "0":
		return new(false), nil
	}
	return nil, fmt.Errorf("invalid boolean value")
}

// toInteger converts a whole number as Spring does; "" is nil. It returns an error
// for other text, and for a number of more bits.
func toInteger(text string, bits int) (*value, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no value and no error
	}
	text = strings.Join(strings.Fields(text), "") // all whitespace is removed, also inside
	sign, digits := "", text
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") {
		sign, digits = text[:1], text[1:]
	}
	base := 10
	for _, prefix := range []string{"0x", "0X", "#"} {
		if rest, ok := strings.CutPrefix(digits, prefix); ok {
			base, digits = 16, rest
			break
		}
	}
	if strings.ContainsAny(digits, "+-_") || base == 16 && sign == "+" {
		return nil, fmt.Errorf("not a number")
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(sign, "+")+digits, base, bits)
	if err != nil {
		return nil, fmt.Errorf("not a number")
	}
	return &value{number: n}, nil
}

// toDouble converts a number; "" is nil. It is exact where a double is not, and
// returns an error for text that is not a number or does not fit a decimal.
func toDouble(text string) (*value, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no value and no error
	}
	text = strings.TrimPrefix(strings.Join(strings.Fields(text), ""), "+")
	if mantissa, exponent, ok := strings.Cut(strings.ToUpper(text), "E"); ok {
		power, err := strconv.Atoi(exponent)
		if err != nil || power < -decimal.MaxScale || power > decimal.MaxScale {
			return nil, fmt.Errorf("not a number")
		}
		d, err := decimal.Parse(mantissa)
		if err != nil {
			return nil, fmt.Errorf("not a number")
		}
		if d, err = scale(d, power); err != nil {
			return nil, err
		}
		return &value{amount: d}, nil
	}
	d, err := decimal.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("not a number")
	}
	return &value{amount: d}, nil
}

// scale multiplies d by a power of ten, or returns an error if the product does not
// fit.
func scale(d decimal.Decimal, power int) (decimal.Decimal, error) {
	if power < 0 {
		return d.Mul(decimal.MustNew(1, -power))
	}
	ten, err := decimal.Ten.PowInt(min(power, math.MaxInt8))
	if err != nil {
		return d, err
	}
	return d.Mul(ten)
}

// toInstant converts ISO 8601 with seconds and a zone, or milliseconds since 1970;
// spaces are nil. It returns an error for other text.
func toInstant(text string) (*value, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil //nolint:nilnil // no value and no error
	}
	if millis, err := strconv.ParseInt(text, 10, 64); err == nil {
		return &value{at: time.UnixMilli(millis).UTC()}, nil
	}
	if strings.Contains(text, ",") {
		return nil, fmt.Errorf("not an instant")
	}
	at, err := time.Parse(time.RFC3339Nano, strings.ToUpper(text))
	if err != nil {
		return nil, fmt.Errorf("not an instant")
	}
	return &value{at: at.UTC()}, nil
}
