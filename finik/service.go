package finik

import (
	"cmp"
	"encoding/json"

	"github.com/govalues/decimal"
)

// Service is something that can be paid for. The keys of a payment's Fields are
// the FieldIDs of RequiredFields.
type Service struct {
	ID       string `json:"id" wire:"strict"`
	ParentID string `json:"parentId"` // id of its category

	NameEN  string `json:"name_en"`
	NameKY  string `json:"name_ky"`
	NameRU  string `json:"name_ru"`
	Country string `json:"country"`
	Logo    Logo   `json:"logo"`

	// MinAmount and MaxAmount are the limits of an amount in som (Unverified: the
	// wire names no currency), both included; nil means no limit.
	MinAmount *decimal.Decimal `json:"minAmount"`
	MaxAmount *decimal.Decimal `json:"maxAmount"`

	Status          ServiceStatus   `json:"status" wire:"strict"`
	PopularityScore string          `json:"popularityScore"` // a number, as it is written
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
	URL string `json:"url"` // "" if the service has none
}

// RequiredField is a field that a service requires in Fields.
type RequiredField struct {
	FieldID string `json:"fieldId"` // the key in Fields

	LabelEN string `json:"label_en"`
	LabelKY string `json:"label_ky"`
	LabelRU string `json:"label_ru"`

	KeyboardType KeyboardType `json:"keyboardType"`
	// InputMask is a mask for an input form. Its grammar is not documented, and
	// nothing here enforces it.
	InputMask string `json:"inputMask"`
	MinLength int    `json:"minLength"` // in characters; 0 means no limit
	MaxLength int    `json:"maxLength"` // in characters; 0 means no limit
	Prefix    string `json:"prefix"`    // shown in front; whether the value includes it is Unverified
	// Value is the fixed value if IsHidden, otherwise a default.
	Value       string `json:"value"`
	OrderNumber *int   `json:"orderNumber"` // position in a form; nil if the answer has none
	IsHidden    *bool  `json:"isHidden"`    // true: not for people to enter; nil if the answer does not say
}

// Name returns the name of the service in the language l. It returns NameEN if
// the service has no name in l, or if l is "", is unknown or is in lower case.
// It returns "" if NameEN is empty too.
func (s *Service) Name(l Locale) string { return localized(l, s.NameEN, s.NameKY, s.NameRU) }

// FixedFields returns new Fields with the FieldID and the Value of each hidden
// field that has a value. The Fields are empty, not nil, if there is none. Add
// the values that a person enters.
func (s *Service) FixedFields() Fields {
	fields := Fields{}
	for _, f := range s.RequiredFields {
		if f.fixed() {
			fields[f.FieldID] = f.Value
		}
	}
	return fields
}

// Label returns the label of the field in the language l. It returns LabelEN if
// the field has no label in l, or if l is "", is unknown or is in lower case. It
// returns "" if LabelEN is empty too.
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
	if s.ID == "" { // without its id the service cannot be paid
		return errNoID
	}
	return nil
}
