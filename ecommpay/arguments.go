package ecommpay

import (
	"cmp"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/problems"
)

// Limits of the lists that are paged within the body. No document has a highest
// one; these bound what is computed with.
const (
	filteredLimit    = 100
	maxFilteredLimit = 1_000_000
)

// pageSize is the limit that is sent.
func pageSize(limit int) int { return cmp.Or(limit, filteredLimit) }

// walkable adds to faults what is wrong with a limit in a walk.
func walkable(faults []string, limit int) []string {
	if limit == 1 {
		faults = append(faults, "Limit: must be above 1 in a walk, whose pages overlap")
	}
	return faults
}

// period is an interval in the shape {from, to}.
type period struct {
	From string `json:"from,omitzero"`
	To   string `json:"to,omitzero"`
}

func newPeriod(i Interval, form string) *period {
	if i.IsZero() {
		return nil
	}
	var p period
	if !i.From.IsZero() {
		p.From = seconds(i.From).Format(form)
	}
	if !i.To.IsZero() {
		p.To = seconds(i.To).Format(form)
	}
	return &p
}

// pagination is the part of the body that pages chargebacks and fraud.
type pagination struct {
	Limit  int `json:"limit"`
	Offset int `json:"offset"`
}

func pagingFaults(limit, offset int) []string {
	var faults []string
	if limit < 0 || limit > maxFilteredLimit {
		faults = append(faults, "Limit: must be 1 to 1000000, or 0 for 100")
	}
	if offset < 0 || offset > maxOffset {
		faults = append(faults, "Offset: must be 0 to 1000000000")
	}
	return faults
}

// textFaults says what is wrong with texts of a request. A semicolon separates
// what is signed, and is not escaped: a text with one could be read in two ways
// under one signature.
func textFaults[T ~string](name string, texts []T) []string {
	var faults problems.List
	for _, t := range texts {
		text := string(t)
		faults.If(text == "", name+": must not be empty")
		faults.If(strings.Contains(text, ";"), name+": must not hold a semicolon")
		faults.If(!utf8.ValidString(text), name+": must be valid UTF-8")
		faults.If(strings.ContainsFunc(text, unicode.IsControl), name+": must not hold control characters")
		faults.If(len(text) > 1024, name+": must have at most 1024 bytes")
		faults.If(strings.TrimSpace(text) != text, name+": must not begin or end with whitespace")
	}
	return faults
}

// number reports whether text is a number without a zero in front.
func number(text string) bool {
	return text != "" && len(text) <= 19 && strings.Trim(text, "0123456789") == "" && (text == "0" || text[0] != '0')
}

func numbers(ids []string) []json.RawMessage {
	var out []json.RawMessage
	for _, id := range ids {
		out = append(out, json.RawMessage(id))
	}
	return out
}
