package wallet

import (
	"encoding/json"

	"github.com/payclients/payclients-go/internal/wire"
)

// Parameter is a parameter of a payment to a service. The service gives it in
// two shapes: as a field of a form, with all that a form needs, and as a short
// pair of name and value. Both fill ID, Title and Value; what only the form has
// is zero in the short shape. Values may come back rewritten, a phone in
// international form for example.
type Parameter struct {
	ID    string // "id" of a form, "code" of the short shape; may be digits
	Title string // "title" of a form, "name" of the short shape; for people
	Value string // "" where a form has none yet; personal data

	IsDisabled bool // the rest is of a form only
	IsHidden   bool
	IsRequired bool
	IsChanged  bool

	// MinLength and MaxLength bound the value's characters; nil is no bound.
	MinLength, MaxLength *int
	// RangeStart and RangeEnd bound a number, as printed; "" is no bound, and
	// "0" for both has been seen for none as well.
	RangeStart, RangeEnd string

	Pattern     string // regular expression of the value
	PatternDesc string // the same for people
	Patterns    []ParameterPattern
	Type        string // for example "phone", "string", "email", "number" or "enum"; others may come

	DefaultValue    string
	SuggestedValues []string // personal data
	Items           []ParameterItem
	LocalizedFields []string // names of the members that are in the wallet's language
	PatternID       string   // "service_param_pattern_id"
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

// parameter is Parameter as the wire has it.
type parameter struct {
	ID              string             `json:"id,omitzero"`
	Code            string             `json:"code,omitzero"`
	Title           string             `json:"title,omitzero"`
	Name            string             `json:"name,omitzero"`
	Value           string             `json:"value,omitzero"`
	IsDisabled      bool               `json:"is_disabled,omitzero"`
	IsHidden        bool               `json:"is_hidden,omitzero"`
	IsRequired      bool               `json:"is_required,omitzero"`
	IsChanged       bool               `json:"is_changed,omitzero"`
	MinLength       *int               `json:"min_length,omitzero"`
	MaxLength       *int               `json:"max_length,omitzero"`
	RangeStart      string             `json:"range_start,omitzero"`
	RangeEnd        string             `json:"range_end,omitzero"`
	Pattern         string             `json:"pattern,omitzero"`
	PatternDesc     string             `json:"pattern_desc,omitzero"`
	Patterns        []ParameterPattern `json:"patterns,omitzero"`
	Type            string             `json:"type,omitzero"`
	DefaultValue    string             `json:"default_value,omitzero"`
	SuggestedValues []string           `json:"suggested_values,omitzero"`
	Items           json.RawMessage    `json:"items,omitzero"`
	LocalizedFields []string           `json:"localized_fields,omitzero"`
	PatternID       string             `json:"service_param_pattern_id,omitzero"`
}

// UnmarshalJSON decodes a parameter of either shape.
func (p *Parameter) UnmarshalJSON(data []byte) error {
	var w parameter
	if err := wire.DecodePHP(data, &w); err != nil {
		return err
	}
	if w.ID == "" {
		w.ID = w.Code
	}
	if w.Title == "" {
		w.Title = w.Name
	}
	var items []ParameterItem
	_ = wire.DecodePHP(w.Items, &items) // known from the later documentation only: an unknown shape stays in Raw
	*p = Parameter{
		ID: w.ID, Title: w.Title, Value: w.Value,
		IsDisabled: w.IsDisabled, IsHidden: w.IsHidden, IsRequired: w.IsRequired, IsChanged: w.IsChanged,
		MinLength: w.MinLength, MaxLength: w.MaxLength, RangeStart: w.RangeStart, RangeEnd: w.RangeEnd,
		Pattern: w.Pattern, PatternDesc: w.PatternDesc, Patterns: w.Patterns, Type: w.Type,
		DefaultValue: w.DefaultValue, SuggestedValues: w.SuggestedValues, Items: items,
		LocalizedFields: w.LocalizedFields, PatternID: w.PatternID,
	}
	return nil
}

// MarshalJSON writes a parameter as a field of a form.
func (p Parameter) MarshalJSON() ([]byte, error) {
	w := parameter{
		ID: p.ID, Title: p.Title, Value: p.Value,
		IsDisabled: p.IsDisabled, IsHidden: p.IsHidden, IsRequired: p.IsRequired, IsChanged: p.IsChanged,
		MinLength: p.MinLength, MaxLength: p.MaxLength, RangeStart: p.RangeStart, RangeEnd: p.RangeEnd,
		Pattern: p.Pattern, PatternDesc: p.PatternDesc, Patterns: p.Patterns, Type: p.Type,
		DefaultValue: p.DefaultValue, SuggestedValues: p.SuggestedValues,
		LocalizedFields: p.LocalizedFields, PatternID: p.PatternID,
	}
	if p.Items != nil {
		items, err := wire.Encode(p.Items)
		if err != nil {
			return nil, err
		}
		w.Items = items
	}
	return wire.Encode(w)
}
