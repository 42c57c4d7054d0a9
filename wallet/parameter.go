package wallet

import (
	"errors"
	"slices"

	"github.com/payclients/payclients-go/internal/wire"
)

// Parameter is a parameter of a payment to a service. The service gives it in
// two shapes: as a field of a form, with all that a form needs, and as a short
// pair of name and value. Both fill ID, Title and Value; what only the form has
// is zero in the short shape. Values may come back rewritten, a phone in
// international form for example.
type Parameter struct {
	ID    string `json:"id,omitzero" wire:"or=code"`    // "id" of a form, "code" of the short shape; may be digits
	Title string `json:"title,omitzero" wire:"or=name"` // "title" of a form, "name" of the short shape; for people
	Value string `json:"value,omitzero"`                // "" where a form has none yet; personal data

	// The rest is of a form only. Flags are nil where the answer has none.
	IsDisabled *bool `json:"is_disabled,omitzero"`
	IsHidden   *bool `json:"is_hidden,omitzero"`
	IsRequired *bool `json:"is_required,omitzero"`
	IsChanged  *bool `json:"is_changed,omitzero"`

	// MinLength and MaxLength bound the value's characters; nil is no bound.
	MinLength *int `json:"min_length,omitzero"`
	MaxLength *int `json:"max_length,omitzero"`
	// RangeStart and RangeEnd bound a number, as printed; "" is no bound, and
	// "0" for both has been seen for none as well.
	RangeStart string `json:"range_start,omitzero"`
	RangeEnd   string `json:"range_end,omitzero"`

	Pattern     string             `json:"pattern,omitzero"`      // regular expression of the value
	PatternDesc string             `json:"pattern_desc,omitzero"` // the same for people
	Patterns    []ParameterPattern `json:"patterns,omitzero"`
	Type        string             `json:"type,omitzero"` // for example "phone", "string", "email", "number" or "enum"; others may come

	DefaultValue    string          `json:"default_value,omitzero"`
	SuggestedValues []string        `json:"suggested_values,omitzero"` // personal data
	Items           []ParameterItem `json:"items,omitzero"`
	LocalizedFields []string        `json:"localized_fields,omitzero"` // names of the members that are in the wallet's language
	PatternID       string          `json:"service_param_pattern_id,omitzero"`
}

// ParameterPattern is one of several expressions for a value. Unverified.
type ParameterPattern struct {
	Pattern     string `json:"pattern"`     // regular expression
	Description string `json:"description"` // for people
}

// ParameterItem is one of the values of an enumeration. Unverified.
type ParameterItem struct {
	Code  string `json:"code"`  // what to send
	Value string `json:"value"` // for people
}

var errOddParameter = errors.New("a member of a parameter does not fit")

// UnmarshalJSON decodes a parameter of either shape. A member that does not fit is
// an error, except items, whose shape is Unverified. Within a [Payment] no such
// member is an error: Unread of the payment names it.
func (p *Parameter) UnmarshalJSON(data []byte) error {
	var row struct {
		Parameter

		Unread []string `json:"-"`
	}
	if err := wire.DecodePHP(data, &row); err != nil {
		return err
	}
	if slices.ContainsFunc(row.Unread, func(at string) bool { return at != "/items" }) {
		return errOddParameter
	}
	*p = row.Parameter
	return nil
}

type plainParameter Parameter // Parameter without its methods

// MarshalJSON writes a parameter as a field of a form.
func (p Parameter) MarshalJSON() ([]byte, error) { return wire.Encode(plainParameter(p)) }
