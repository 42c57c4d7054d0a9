package transactions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The types below may hold personal data and print none of it, with any verb and
// through log/slog.

// String counts the rows of the page and gives its keys.
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

// String names the parameters and none of their values.
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

// String names the operations and none of their values.
func (t Text) String() string {
	return "condition on a text by [" + strings.Join(operationNames(t.operations()), " ") + "]"
}

// String names the page and the parameters: conditions may hold personal data.
func (p ListTransactionsParams) String() string {
	return fmt.Sprintf("transactions, page %d of size %d, order %v, %s", p.Page, p.size(), p.Sort, p.Filter)
}

// String names the field, where its name is one.
func (e FieldError) String() string {
	if !isProperty(e.Field) {
		return "field error"
	}
	return "field error in " + e.Field
}
