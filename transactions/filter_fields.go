package transactions

import (
	"net/url"
	"time"

	"github.com/govalues/decimal"
)

// filterField is one documented name: where its condition is in a filter, and
// whether a transaction meets the condition.
type filterField struct {
	name string
	of   func(f *Filter) condition
	fit  func(f *Filter, t *Transaction) fit
}

// condition is *Range, *Exact or *Text.
type condition interface {
	IsZero() bool
	EncodeValues(name string, v *url.Values) error
	operations() []operation
	// faults returns which of the operations do not go together.
	faults(name string, operations []operation) []string
	// set takes an operation from a query, or returns what is wrong.
	set(operation string, given []string) (fault string)
}

// rangeField returns the filterField of a Range.
func rangeField[T int32 | int64 | decimal.Decimal | time.Time](
	name Field, of func(*Filter) *Range[T], value func(*Transaction) *T,
) filterField {
	return filterField{
		name: string(name),
		of:   func(f *Filter) condition { return of(f) },
		fit: func(f *Filter, t *Transaction) fit {
			r := of(f)
			return insideIf(r.IsZero() || met(r, value(t), t, string(name)))
		},
	}
}

// exactField returns the filterField of an Exact.
func exactField[T Status | PayType | bool](
	name Field, of func(*Filter) *Exact[T], value func(*Transaction) *T,
) filterField {
	return filterField{
		name: string(name),
		of:   func(f *Filter) condition { return of(f) },
		fit: func(f *Filter, t *Transaction) fit {
			e := of(f)
			return insideIf(e.IsZero() || met(e, value(t), t, string(name)))
		},
	}
}

// textField returns the filterField of a Text.
func textField(name Field, of func(*Filter) *Text, value func(*Transaction) string) filterField {
	return filterField{
		name: string(name),
		of:   func(f *Filter) condition { return of(f) },
		fit: func(f *Filter, t *Transaction) fit {
			c := of(f)
			if c.IsZero() {
				return inside
			}
			return c.fit(value(t), t, string(name))
		},
	}
}

// named returns nil for the empty name, which means NULL.
func named[T Status | PayType](name *T) *T {
	if *name == "" {
		return nil
	}
	return name
}

// known returns nil for the zero time, which means NULL or an unknown layout.
func known(t *time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return t
}
