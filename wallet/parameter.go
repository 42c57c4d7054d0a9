package wallet

import (
	"errors"
	"slices"

	"github.com/payclients/payclients-go/internal/wire"
)

// Parameter is a parameter of a payment to a service. The service sends it in two
// shapes: as a field of a form, with everything that a form needs, or as a pair of
// name and value. Both shapes fill ID, Title and Value; in a pair the other fields
// are zero. The service may rewrite a value, for example a phone into international
// form.
type Parameter struct {
	ID    string `json:"id,omitzero" wire:"or=code"`    // "id" of a form, "code" of a pair; may be digits
	Title string `json:"title,omitzero" wire:"or=name"` // "title" of a form, "name" of a pair; to show to the user
	Value string `json:"value,omitzero"`                // "" if it has no value yet; personal data

	// The fields from here on are for a form only. A flag that the answer lacks is
	// nil, any other field zero.
	IsDisabled *bool `json:"is_disabled,omitzero"` // true: the user must not change the value
	IsHidden   *bool `json:"is_hidden,omitzero"`   // true: do not show the field to the user
	IsRequired *bool `json:"is_required,omitzero"` // true: a payment must send a value
	IsChanged  *bool `json:"is_changed,omitzero"`  // its meaning is not documented

	// MinLength and MaxLength limit the number of characters of the value; nil
	// means no limit.
	MinLength *int `json:"min_length,omitzero"`
	MaxLength *int `json:"max_length,omitzero"`
	// RangeStart and RangeEnd limit a number, in decimal. "" means no limit. In known
	// samples "0" in both fields means no limit too.
	RangeStart string `json:"range_start,omitzero"`
	RangeEnd   string `json:"range_end,omitzero"`

	Pattern     string             `json:"pattern,omitzero"`      // regular expression that the value must match
	PatternDesc string             `json:"pattern_desc,omitzero"` // Pattern in words, to show to the user
	Patterns    []ParameterPattern `json:"patterns,omitzero"`     // more regular expressions; whether the value must match all or one is unknown
	Type        string             `json:"type,omitzero"`         // for example "phone", "string", "email", "number" or "enum"; other types may occur

	DefaultValue    string          `json:"default_value,omitzero"`            // proposal for the form; whether the service uses it is unknown
	SuggestedValues []string        `json:"suggested_values,omitzero"`         // proposals for the form; personal data
	Items           []ParameterItem `json:"items,omitzero"`                    // the values of an enumeration
	LocalizedFields []string        `json:"localized_fields,omitzero"`         // members whose text is translated, for example "title"
	PatternID       string          `json:"service_param_pattern_id,omitzero"` // its meaning is not documented
}

// ParameterPattern is one of several regular expressions for a value. Unverified.
type ParameterPattern struct {
	Pattern     string `json:"pattern"`     // regular expression
	Description string `json:"description"` // Pattern in words, to show to the user
}

// ParameterItem is one of the values of an enumeration. Unverified.
type ParameterItem struct {
	Code  string `json:"code"`  // what to send
	Value string `json:"value"` // to show to the user
}

// errOddParameter is the error of a parameter with a member of the wrong kind.
var errOddParameter = errors.New("a member of a parameter does not fit")

// UnmarshalJSON decodes data, a parameter of either shape, see [Parameter], and
// replaces all fields of p:
//
//   - null, {} and [] make p zero.
//   - If items is not an array of objects, Items is nil without an error, because
//     the shape of items is Unverified.
//   - If another member does not fit its field, UnmarshalJSON returns an error.
//   - If data is neither an object nor one of the above, UnmarshalJSON returns an
//     error.
//
// With an error p is unchanged. This is for a parameter alone. Within a [Payment] a
// member that does not fit is not an error: Unread of the payment names the member.
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

// MarshalJSON returns the parameter as a JSON object of the members that this type
// declares, without the members that are zero. It fails, with a nil result, only for
// strings that are not UTF-8.
func (p Parameter) MarshalJSON() ([]byte, error) { return wire.Encode(plainParameter(p)) }
