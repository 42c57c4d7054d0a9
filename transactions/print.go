package transactions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The types below may hold personal data and print none of it, with any verb and
// through log/slog.

// String returns the numbers of rows and the keys for the next iteration.
func (p TransactionPage) String() string {
	text := fmt.Sprintf("page of %d transactions and %d bad rows", len(p.Transactions), len(p.Bad))
	if p.Total != nil {
		text += fmt.Sprintf(" of %d in all", *p.Total)
	}
	if p.NextID != 0 {
		text += fmt.Sprintf(", next id %d", p.NextID)
	}
	if !p.NextModified.IsZero() {
		text += ", next modified " + p.NextModified.Format("2006-01-02T15:04:05.999999999Z07:00")
	}
	return text
}

// String returns the names of the parameters and none of their values.
func (f Filter) String() string {
	values, _ := f.encode()
	names := slices.Sorted(maps.Keys(values))
	for i, name := range names {
		if field, operation, _ := strings.Cut(name, "."); !isProperty(field) || operation != "" && !isProperty(operation) {
			names[i] = "an unchecked parameter"
		}
	}
	return "filter by [" + strings.Join(slices.Compact(names), " ") + "]"
}

// String returns the names of the operations and none of their values.
func (t Text) String() string {
	return "condition on a text by [" + strings.Join(operationNames(t.operations()), " ") + "]"
}

// String returns page, size, order and the names of the conditions: their values
// may be personal data.
func (p ListTransactionsParams) String() string {
	return fmt.Sprintf("transactions, page %d of size %d, order %v, %s", p.Page, p.size(), p.Sort, p.Filter)
}

// String returns the field, if that is the name of a property.
func (e FieldError) String() string {
	if !isProperty(e.Field) {
		return "field error"
	}
	return "field error in " + e.Field
}
