package finik

import (
	"cmp"
	"encoding/json"

	"github.com/govalues/decimal"
)

// Service is something that can be paid. A payment's Fields are by FieldID of
// RequiredFields.
type Service struct {
	ID       string `json:"id" wire:"strict"`
	ParentID string `json:"parentId"` // of its category

	NameEN  string `json:"name_en"`
	NameKY  string `json:"name_ky"`
	NameRU  string `json:"name_ru"`
	Country string `json:"country"`
	Logo    Logo   `json:"logo"`

	// MinAmount and MaxAmount are the limits of an amount in som (Unverified: the
	// wire names no currency), both included; nil is none.
	MinAmount *decimal.Decimal `json:"minAmount"`
	MaxAmount *decimal.Decimal `json:"maxAmount"`

	Status          ServiceStatus   `json:"status" wire:"strict"`
	PopularityScore string          `json:"popularityScore"` // a number as it was printed
	RequiredFields  []RequiredField `json:"requiredFields"`

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/logo" or
	// "/requiredFields/0/minLength". Such a field is nil or zero, and Raw has its
	// value. An array with an element of another kind is nil as a whole. Unread is nil
	// where everything fits. A service is a [BadRow] only where ID or Status do not
	// fit.
	Unread []string `json:"-"`

	// Raw is the service as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// Logo is a picture of a service.
type Logo struct {
	URL string `json:"url"`
}

// RequiredField is what a service wants to be told.
type RequiredField struct {
	FieldID string `json:"fieldId"` // the key in Fields

	LabelEN string `json:"label_en"`
	LabelKY string `json:"label_ky"`
	LabelRU string `json:"label_ru"`

	KeyboardType KeyboardType `json:"keyboardType"`
	// InputMask is for people who type. Its grammar is not documented, so nothing
	// here enforces it.
	InputMask string `json:"inputMask"`
	MinLength int    `json:"minLength"` // in characters; 0 is no bound
	MaxLength int    `json:"maxLength"` // in characters; 0 is no bound
	Prefix    string `json:"prefix"`    // shown in front; whether the value has it too is Unverified
	// Value is fixed where IsHidden, and else a default.
	Value       string `json:"value"`
	OrderNumber *int   `json:"orderNumber"` // place in a form; nil where the answer has none
	IsHidden    *bool  `json:"isHidden"`    // not for people to enter; nil where the answer does not say
}

// Name is the name in a language, or in English where it has none.
func (s *Service) Name(l Locale) string { return localized(l, s.NameEN, s.NameKY, s.NameRU) }

// FixedFields are the fields that are not for people to enter, with their
// values: what a form's own fields are added to.
func (s *Service) FixedFields() Fields {
	fields := Fields{}
	for _, f := range s.RequiredFields {
		if f.fixed() {
			fields[f.FieldID] = f.Value
		}
	}
	return fields
}

// Label is the label in a language, or in English where it has none.
func (f RequiredField) Label(l Locale) string { return localized(l, f.LabelEN, f.LabelKY, f.LabelRU) }

func (f RequiredField) fixed() bool { return f.IsHidden != nil && *f.IsHidden && f.Value != "" }

func localized(l Locale, en, ky, ru string) string {
	switch l {
	case LocaleKY:
		return cmp.Or(ky, en)
	case LocaleRU:
		return cmp.Or(ru, en)
	}
	return en
}

func (s *Service) check() error {
	if s.ID == "" { // without its key a service cannot be paid
		return errNoID
	}
	return nil
}
