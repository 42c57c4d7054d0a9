package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// amountForm is how a file writes amounts. The zero one is 1234.50.
type amountForm struct {
	decimalComma bool
	grouping     string            // the marks between groups of digits; "" is none
	signs        map[string]string // of currencies, and their codes
	minor        bool              // amounts are in minor units
}

// groupings are what -grouping takes, and the marks that this means.
func groupings() map[string]string {
	return map[string]string{"": "", ",": ",", ".": ".", "'": "'’", "_": "_", "space": " \u00a0\u2009\u202f"}
}

// newSigns reads pairs such as "₹=INR,Rs.=INR".
func newSigns(text string) (map[string]string, error) {
	signs := map[string]string{}
	for _, pair := range list(text) {
		sign, currency, _ := strings.Cut(pair, "=")
		sign, currency = strings.TrimSpace(sign), strings.ToUpper(strings.TrimSpace(currency))
		if sign == "" || strings.ContainsAny(sign, "0123456789+-") || code(currency) != currency || currency == "-" {
			return nil, fmt.Errorf("%w: -currency-signs must be pairs such as ₹=INR,Rs.=INR,€=EUR", cli.ErrUsage)
		}
		signs[sign] = currency
	}
	return signs, nil
}

// read writes an amount of a file as 1234.50, and returns the currency of its
// sign, or "". A text that is not of this form comes back as it is.
func (f amountForm) read(text string) (amount, currency string) {
	amount = strings.TrimSpace(text)
	minus := ""
	if strings.HasPrefix(amount, "-") || strings.HasPrefix(amount, "+") {
		minus, amount = amount[:1], strings.TrimSpace(amount[1:])
	}
	for _, sign := range f.longestFirst() {
		rest, before := strings.CutPrefix(amount, sign)
		if !before {
			rest, before = strings.CutSuffix(amount, sign)
		}
		if before {
			amount, currency = strings.TrimSpace(rest), f.signs[sign]
			break
		}
	}
	if currency != "" && minus == "" && strings.HasPrefix(amount, "-") {
		minus, amount = "-", amount[1:]
	}
	point := "."
	if f.decimalComma {
		point = ","
	}
	whole, fraction, hasPoint := strings.Cut(amount, point)
	whole, grouped := f.ungroup(whole)
	if !grouped || hasPoint && !allDigits(fraction) || !allDigits(whole) {
		return text, currency
	}
	if hasPoint {
		whole += "." + fraction
	}
	return minus + whole, currency
}

func (f amountForm) longestFirst() []string {
	var signs []string
	for sign := range f.signs {
		signs = append(signs, sign)
	}
	slices.SortFunc(signs, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return signs
}

// ungroup takes the marks out of 1,234,567 and, in lakh and crore, 12,34,567. It
// refuses groups of other lengths: what they mean nobody can know.
func (f amountForm) ungroup(whole string) (digits string, ok bool) {
	if f.grouping == "" || !strings.ContainsAny(whole, f.grouping) {
		return whole, true
	}
	groups := strings.FieldsFunc(whole, func(r rune) bool { return strings.ContainsRune(f.grouping, r) })
	marks := 0
	for _, r := range whole {
		if strings.ContainsRune(f.grouping, r) {
			marks++
		}
	}
	last := len(groups) - 1
	if marks != last || len(groups[last]) != 3 || !allDigits(groups[last]) {
		return whole, false
	}
	inner := 3
	if last > 1 {
		inner = len(groups[1])
	}
	for i, group := range groups[:last] {
		if inner != 2 && inner != 3 || !allDigits(group) || i > 0 && len(group) != inner || len(group) > inner {
			return whole, false
		}
	}
	return strings.Join(groups, ""), true
}

// hint says which setting may read an amount that cannot be read.
func (f amountForm) hint(text string) string {
	text = strings.Trim(strings.TrimSpace(text), "+-")
	marks := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, text)
	_, behind, _ := strings.Cut(text, ",")
	switch {
	case marks == "":
		return ""
	case f.grouping != "" && strings.ContainsAny(marks, f.grouping):
		return "its groups of digits are not those of -grouping: 1,234,567 or 12,34,567"
	case marks == "," && !f.decimalComma && len(behind) != 3:
		return "-decimal-comma reads it"
	case marks == "," && !f.decimalComma:
		return "-decimal-comma or -grouping , reads it: the file's maker knows which"
	case marks == "." && f.decimalComma:
		return "it has a point: leave out -decimal-comma, or name the point with -grouping"
	case strings.Trim(marks, ",.'_ \u00a0\u2009\u202f’") == "":
		return "-grouping names the mark between groups of digits, and -decimal-comma a comma before the fraction"
	case strings.ContainsAny(text, "eE") && strings.Trim(text, "+-.,eE0123456789") == "":
		return "an exponent: a spreadsheet has rounded it, ask for the file as it was before"
	case strings.ContainsAny(text, "0123456789"):
		return "-currency-signs names signs and words beside the digits"
	}
	return ""
}

var errInexact = errors.New("must be a decimal number of at most 19 digits")
