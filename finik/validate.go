package finik

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/wire"
)

// ValidateFields checks fields against the limits that a service lists, before
// money moves. It does no I/O. It returns nil if all is well. Otherwise it
// returns one ErrInvalidRequest that names each wrong field and its rule, and
// no value. The rules are:
//
//   - There is at least one field, and each value is one that [Fields] accepts.
//   - Every required field is present, and neither empty nor whitespace only.
//   - A hidden required field with a Value has exactly that value, see
//     [Service.FixedFields].
//   - A required field has MinLength to MaxLength characters as it is sent; 0
//     means no limit. Maps and slices are not counted. Characters are Unicode
//     code points: an emoji is one. The service may count some of them as two.
//   - Each amount is a plain decimal such as 150.00, without exponent and above
//     0.
//   - Each amount is within MinAmount and MaxAmount. nil means no limit. A
//     MaxAmount of 0 means no limit too (Unverified).
//   - service.Unread names neither MinAmount nor MaxAmount nor a part of
//     RequiredFields, because these could then not be checked. Unread labels,
//     order numbers and input masks do not matter.
//
// The amounts are the required fields of keyboard type MONEY (or money).
// Without such a field, the first of these that exists is the only amount: the
// required field "amount", the required field "total", "amount" in fields,
// "total" in fields. If none exists, no amount is checked.
//
// InputMask and Prefix are not checked, because their rules are unknown. The
// service's status is not checked. Fields that the service does not list are
// allowed: some services take more than they list.
func ValidateFields(service Service, fields Fields) error {
	_, found := fields.json()
	for _, pointer := range service.Unread {
		if limits(pointer) {
			found = append(found, "service: "+pointer+" cannot be read, see Unread")
		}
	}
	amounts := service.amounts()
	for _, f := range service.RequiredFields {
		found = append(found, f.check(fields)...)
		if amounts[f.FieldID] && !f.missing(fields) {
			found = append(found, service.checkAmount(f.FieldID, fields[f.FieldID])...)
		}
	}
	for _, usual := range usualAmounts {
		if v, given := fields[usual]; given && len(amounts) == 0 {
			found = append(found, service.checkAmount(usual, v)...)
			break
		}
	}
	if len(found) > 0 {
		return invalid(found...)
	}
	return nil
}

// limits reports whether a member of a service limits what Fields may be.
func limits(pointer string) bool {
	_, member, inside := strings.Cut(strings.TrimPrefix(pointer, "/requiredFields/"), "/")
	switch {
	case pointer == "/minAmount", pointer == "/maxAmount", pointer == "/requiredFields":
		return true
	case !strings.HasPrefix(pointer, "/requiredFields/"):
		return false
	}
	return !inside || !strings.HasPrefix(member, "label_") && member != "orderNumber" && member != "inputMask"
}

// check returns what is wrong with a field's presence, fixed value and length,
// nil if nothing is.
func (f RequiredField) check(fields Fields) []string {
	text, scalar := scalarText(fields[f.FieldID])
	problem := func(rule string) []string { return []string{f.path() + rule} }
	switch {
	case f.missing(fields):
		return problem("the service requires it")
	case f.fixed() && text != f.Value:
		return problem("must have the value that the service fixes, see FixedFields")
	case !scalar:
		return nil
	}
	if n := utf8.RuneCountInString(text); f.MinLength > 0 && n < f.MinLength {
		return problem(fmt.Sprintf("must have at least %d characters", f.MinLength))
	} else if f.MaxLength > 0 && n > f.MaxLength {
		return problem(fmt.Sprintf("must have at most %d characters", f.MaxLength))
	}
	return nil
}

// missing reports whether a field is absent, empty or whitespace only.
func (f RequiredField) missing(fields Fields) bool {
	text, scalar := scalarText(fields[f.FieldID])
	return scalar && strings.TrimSpace(text) == "" && (!f.fixed() || text != f.Value)
}

func (f RequiredField) path() string { return "Fields[" + strconv.Quote(f.FieldID) + "]: " }

// usualAmounts are the usual names of an amount, the likelier one first.
var usualAmounts = []string{"amount", "total"}

// amounts returns the ids of the required fields that are amounts: the ones with
// keyboard type MONEY, otherwise "amount", otherwise "total". The map is empty if
// there are none.
func (s *Service) amounts() map[string]bool {
	ids, listed := map[string]bool{}, map[string]bool{}
	for _, f := range s.RequiredFields {
		listed[f.FieldID] = true
		if strings.EqualFold(string(f.KeyboardType), string(KeyboardTypeMoney)) {
			ids[f.FieldID] = true
		}
	}
	for _, usual := range usualAmounts {
		if len(ids) == 0 && listed[usual] {
			ids[usual] = true
		}
	}
	return ids
}

func (s *Service) checkAmount(id string, v any) []string {
	text, ok := scalarText(v)
	problem := func(rule string) []string { return []string{RequiredField{FieldID: id}.path() + rule} }
	amount, err := wire.Decimal(text)
	switch {
	case !ok || err != nil || strings.ContainsAny(text, "eE"):
		return problem("must be an amount such as 150.00")
	case !amount.IsPos():
		return problem("must be above 0")
	case s.MinAmount != nil && amount.Cmp(*s.MinAmount) < 0:
		return problem("must be at least " + s.MinAmount.String() + ", the service's MinAmount")
	case s.MaxAmount != nil && s.MaxAmount.IsPos() && amount.Cmp(*s.MaxAmount) > 0:
		return problem("must be at most " + s.MaxAmount.String() + ", the service's MaxAmount")
	}
	return nil
}

// scalarText returns a value as it is sent, without quotes, and false for a value
// that is nested.
func scalarText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case decimal.Decimal:
		return v.String(), true
	case json.Number:
		return v.String(), true
	}
	switch of := reflect.ValueOf(v); of.Kind() {
	case reflect.Map, reflect.Slice, reflect.Array, reflect.Struct, reflect.Pointer:
		return "", false
	case reflect.String:
		return of.String(), true
	default:
		return fmt.Sprint(v), true
	}
}

// memberProblems returns what is wrong with members that a caller adds to a
// request, nil if nothing is. taken are the names that this package sets itself.
func memberProblems(members map[string]json.RawMessage, taken ...string) []string {
	return problems.Members("Unchecked", members, memberProblem, taken...)
}

func memberProblem(name string, value json.RawMessage) string {
	if !json.Valid(value) { // on its own: it must not close the object and continue after it
		return "values must be JSON"
	}
	if _, err := CanonicalJSON(appendMembers([]byte("{}"), map[string]json.RawMessage{name: value})); err != nil {
		return rule(err)
	}
	return ""
}

// appendMembers adds members to a JSON object, in the order of their names.
func appendMembers(object []byte, members map[string]json.RawMessage) []byte {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		object = object[:len(object)-1]
		if object[len(object)-1] != '{' {
			object = append(object, ',')
		}
		text, err := wire.Encode(name)
		if err != nil {
			text = []byte(`"\ud800"`) // which CanonicalJSON refuses
		}
		object = append(append(append(append(object, text...), ':'), members[name]...), '}')
	}
	return object
}
