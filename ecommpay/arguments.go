package ecommpay

import (
	"cmp"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/problems"
)

// Limits of the lists that take their page in the body (chargebacks, fraud). The
// documents name no highest limit; the maximum only keeps sums within int.
const (
	filteredLimit    = 100
	maxFilteredLimit = 1_000_000
)

// pageSize returns the limit to send: limit itself, or 100 for 0.
func pageSize(limit int) int { return cmp.Or(limit, filteredLimit) }

// walkable returns found, with one more if limit is 1: pages of a walk overlap
// by at least one row, so a page of one row never moves on.
func walkable(found []string, limit int) []string {
	if limit == 1 {
		found = append(found, "Limit: must be above 1 in a walk, whose pages overlap")
	}
	return found
}

// period is an interval as the service takes it. An end that is "" is not sent.
type period struct {
	From string `json:"from,omitzero"`
	To   string `json:"to,omitzero"`
}

// newPeriod formats i in UTC with the layout form, cut to whole seconds. It
// returns nil for a zero interval and leaves out a zero end.
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

// pagination is the member of the body that selects a page of chargebacks or
// fraud operations.
type pagination struct {
	Limit  int `json:"limit"`
	Offset int `json:"offset"`
}

// pagingProblems returns what is wrong with a limit and an offset, nil if nothing
// is. A limit of 0 is allowed and means 100.
func pagingProblems(limit, offset int) []string {
	var found []string
	if limit < 0 || limit > maxFilteredLimit {
		found = append(found, "Limit: must be 1 to 1000000, or 0 for 100")
	}
	if offset < 0 || offset > maxOffset {
		found = append(found, "Offset: must be 0 to 1000000000")
	}
	return found
}

// textProblems returns what is wrong with the strings of a parameter called name,
// nil if nothing is. A semicolon is refused because it separates the lines of the
// signed text and is not escaped: a string with a semicolon could be read in two
// ways under one signature.
func textProblems[T ~string](name string, texts []T) []string {
	var found problems.List
	for _, t := range texts {
		text := string(t)
		found.If(text == "", name+": must not be empty")
		found.If(strings.Contains(text, ";"), name+": must not hold a semicolon")
		found.If(!utf8.ValidString(text), name+": must be valid UTF-8")
		found.If(strings.ContainsFunc(text, unicode.IsControl), name+": must not hold control characters")
		found.If(len(text) > 1024, name+": must have at most 1024 bytes")
		found.If(strings.TrimSpace(text) != text, name+": must not begin or end with whitespace")
	}
	return found
}

// number reports whether text is a whole number of at most 19 digits without a
// sign and without leading zeros.
func number(text string) bool {
	return text != "" && len(text) <= 19 && strings.Trim(text, "0123456789") == "" && (text == "0" || text[0] != '0')
}

// numbers returns ids as JSON numbers, unquoted. Each must satisfy number. No ids
// return nil.
func numbers(ids []string) []json.RawMessage {
	var out []json.RawMessage
	for _, id := range ids {
		out = append(out, json.RawMessage(id))
	}
	return out
}
