package transactions

import (
	"slices"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

// fit is the result of comparing a transaction with a condition.
type fit int

const (
	inside  fit = iota // the transaction meets the condition, or cannot be judged
	wider              // the string does not meet Contains, but fits the service's reading as a pattern
	outside            // the service has ignored the condition
)

// insideIf returns inside or outside.
func insideIf(met bool) fit {
	if met {
		return inside
	}
	return outside
}

// fit returns the worst result of all conditions for t, with the name of the field.
// Doubts count for the service: its database compares strings in its own way, keeps
// times and doubles less exactly than they are written, and may show accounts
// masked.
func (f *Filter) fit(t *Transaction) (worst fit, name string) {
	for i := range filterFields {
		field := &filterFields[i]
		if is := field.fit(f, t); is > worst {
			worst, name = is, field.name
		}
	}
	return worst, name
}

// judge is a condition that can be compared with a value.
type judge[T any] interface {
	accepts(v T) bool
	wantsValue() bool // NULL does not meet it
	// only NULL meets it
	wantsNull() bool
}

// met reports whether a value, nil for NULL or unknown, meets a condition or cannot
// be judged.
func met[T any](c judge[T], v *T, t *Transaction, name string) bool {
	if v == nil {
		return !c.wantsValue() || !null(t, name)
	}
	return !c.wantsNull() && c.accepts(*v)
}

// accepts reports whether a value meets the condition.
func (r *Range[T]) accepts(v T) bool {
	_, inexact := any(v).(time.Time)
	if !inexact {
		_, inexact = any(v).(decimal.Decimal)
	}
	same := func(x T) bool { return near(x, v) == 0 }
	switch {
	case r.Equals != nil && !same(*r.Equals),
		r.In != nil && !slices.ContainsFunc(r.In, same),
		!inexact && r.NotEquals != nil && same(*r.NotEquals),
		!inexact && slices.ContainsFunc(r.NotIn, same):
		return false
	}
	edge := 1 // a strict bound refuses equality
	if inexact {
		edge = 0
	}
	return !(r.GreaterThan != nil && near(v, *r.GreaterThan) < edge ||
		r.LessThan != nil && near(v, *r.LessThan) > -edge ||
		r.GreaterThanOrEqual != nil && near(v, *r.GreaterThanOrEqual) < 0 ||
		r.LessThanOrEqual != nil && near(v, *r.LessThanOrEqual) > 0)
}

// wantsValue reports whether the condition excludes NULL.
func (r *Range[T]) wantsValue() bool {
	return r.Equals != nil || r.In != nil || r.GreaterThan != nil || r.LessThan != nil ||
		r.GreaterThanOrEqual != nil || r.LessThanOrEqual != nil || isTrue(r.Specified)
}

// wantsNull reports whether the condition accepts only NULL.
func (r *Range[T]) wantsNull() bool { return isFalse(r.Specified) }

// accepts reports whether a value meets the condition.
func (e *Exact[T]) accepts(v T) bool {
	return (e.Equals == nil || *e.Equals == v) && (e.In == nil || slices.Contains(e.In, v)) &&
		(e.NotEquals == nil || *e.NotEquals != v) && !slices.Contains(e.NotIn, v)
}

// wantsValue reports whether the condition excludes NULL.
func (e *Exact[T]) wantsValue() bool { return e.Equals != nil || e.In != nil || isTrue(e.Specified) }

// wantsNull reports whether the condition accepts only NULL.
func (e *Exact[T]) wantsNull() bool { return isFalse(e.Specified) }

// fit compares a string with the condition. "" is NULL, or unknown if the answer
// leaves the field out.
func (t *Text) fit(v string, row *Transaction, name string) fit {
	wantsText := t.Equals != nil || t.In != nil || t.Contains != nil
	if v == "" {
		if !wantsText && !isTrue(t.Specified) {
			return inside
		}
		literal, there := member(row, name)
		if there && literal != "null" && t.Contains != nil {
			return t.contained(v)
		}
		return insideIf(!there || !wantsText && literal != "null")
	}
	same := func(x string) bool {
		return !plain(x, v) || strings.EqualFold(strings.TrimSpace(x), strings.TrimSpace(v))
	}
	switch {
	case isFalse(t.Specified),
		t.Equals != nil && !same(*t.Equals),
		t.In != nil && !slices.ContainsFunc(t.In, same),
		t.NotEquals != nil && *t.NotEquals == v,
		slices.Contains(t.NotIn, v):
		return outside
	case t.Contains != nil:
		return t.contained(v)
	}
	return inside
}

// contained compares v with Contains, as a string and as the pattern that the
// service reads in it.
func (t *Text) contained(v string) fit {
	if !plain(*t.Contains, v) {
		return inside
	}
	text, v := strings.ToUpper(strings.TrimSpace(*t.Contains)), strings.ToUpper(v)
	switch {
	case strings.Contains(v, text):
		return inside
	case like("%"+text+"%", v):
		return wider
	}
	return outside
}

// like reports whether all of text fits a pattern of SQL, in which % is any string
// and _ any character. Both are in ASCII.
func like(pattern, text string) bool {
	// After a mismatch the last % takes one more byte: an earlier % would not help.
	at, from, star := 0, 0, -1
	for i := 0; i < len(text); {
		switch {
		case at < len(pattern) && pattern[at] == '%':
			star, from = at, i
			at++
		case at < len(pattern) && (pattern[at] == '_' || pattern[at] == text[i]):
			at, i = at+1, i+1
		case star >= 0:
			from++
			at, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[at:], "%") == ""
}

// plain reports whether all databases compare both strings alike, except for case
// and spaces at the ends, and whether shown can be as it is in the database: an
// asterisk counts as a mask.
func plain(x, shown string) bool {
	special := func(r rune) bool { return r < ' ' || r > '~' }
	return !strings.ContainsFunc(x, special) && !strings.ContainsFunc(shown, special) && !strings.Contains(shown, "*")
}

// near compares two values; times that differ by less than a second, and decimals
// that agree in 15 digits, are equal.
func near[T int32 | int64 | decimal.Decimal | time.Time](a, b T) int {
	switch a := any(a).(type) {
	case time.Time:
		b, _ := any(b).(time.Time)
		if a.Sub(b).Abs() < time.Second {
			return 0
		}
	case decimal.Decimal:
		b, _ := any(b).(decimal.Decimal)
		if alike(a, b) {
			return 0
		}
	}
	return compare(a, b)
}

// alike reports whether two decimals agree in 15 digits.
func alike(a, b decimal.Decimal) bool {
	difference, err := a.Sub(b)
	if err != nil {
		return false // too far apart to be subtracted
	}
	larger := a.Abs()
	if larger.Cmp(b.Abs()) < 0 {
		larger = b.Abs()
	}
	const digits = 15 // that every double has
	tolerance, err := larger.Mul(decimal.MustNew(1, digits))
	return err == nil && difference.Abs().Cmp(tolerance) <= 0
}

// null reports whether the transaction certainly has NULL: a field that the answer
// leaves out, or whose value is in an unknown layout, may have a value.
func null(t *Transaction, name string) bool {
	literal, there := member(t, name)
	return there && literal == "null"
}

// member returns the JSON of a member as received, and whether it is there. A
// transaction without Raw has all members, and an empty one is null.
func member(t *Transaction, name string) (literal string, there bool) {
	if t.Raw == nil {
		return "null", true
	}
	value, there := wire.Member(t.Raw, name)
	return string(value), there
}

// isTrue reports whether b points to true.
func isTrue(b *bool) bool { return b != nil && *b }

// isFalse reports whether b points to false.
func isFalse(b *bool) bool { return b != nil && !*b }
