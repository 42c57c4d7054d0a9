package transactions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The types below may hold personal data and print none of it, with any verb and
// through log/slog.

// String returns the number of transactions, the number of bad rows, and Total,
// NextID and NextModified where they are set. It shows no other values of the rows.
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

// String returns the names of the parameters that the filter sends, and none of
// their values. It replaces a name in Unchecked that is not made of letters and
// digits by "an unchecked parameter".
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

// String returns the names of the operations that are set, for example "equals",
// and none of their values. Without operations the list of names is empty.
func (t Text) String() string {
	return "condition on a text by [" + strings.Join(operationNames(t.operations()), " ") + "]"
}

// String returns the page, the size (2000 for 0), the order and the names of the
// conditions. It leaves out the values of the conditions, because they may be
// personal data.
func (p ListTransactionsParams) String() string {
	return fmt.Sprintf("transactions, page %d of size %d, order %v, %s", p.Page, p.size(), p.Sort, p.Filter)
}

// String returns "field error in" and Field. It returns only "field error" if Field
// is not a name of letters and digits, because then it may hold anything.
func (e FieldError) String() string {
	if !isProperty(e.Field) {
		return "field error"
	}
	return "field error in " + e.Field
}
