package main

import (
	"strings"
	"time"

	"github.com/govalues/decimal"
)

// row is an operation as one side has it.
type row struct {
	key string // as it is stored or written: two keys are one if their bytes are
	ref string // what finds the row on its side: an operation_id, or a line

	amount     decimal.Decimal // in major units
	known      bool            // there is an amount
	amountText string          // as it is stored or written
	currency   string          // in capitals; "" is none
	class      class           // of the status
	status     string          // as it is stored or written
	at         time.Time       // of its creation, zero where it is not known
	kind       rowType         // "" where types are not compared, or the row has none
	typeText   string          // as it is stored or written

	problem string // why it cannot be compared; "" is that it can
	column  string // with the problem
	hint    string // what may mend the problem
	line    int64  // in a file; 0 elsewhere
	outside bool   // of the period, and read because it may belong to a row within
	leftOut bool   // of a type that -types does not name
}

// class is what a status comes to.
type class string

const (
	success class = "success"
	failed  class = "failed"
	pending class = "pending"
)

// identity is what two rows of one key have in common if nothing differs.
type identity struct {
	amount   decimal.Decimal
	known    bool
	currency string
	class    class
}

func (r *row) identity() identity {
	if !r.known { // then its currency says nothing
		return identity{class: r.class}
	}
	return identity{r.amount.Trim(0), true, r.currency, r.class}
}

// blame keeps the first problem.
func (r *row) blame(problem string) {
	if r.problem == "" {
		r.problem = problem
	}
}

// setAmount reads an amount in major units. An empty one is none.
func (r *row) setAmount(text string) {
	r.amountText = text
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	amount, err := exact(text)
	if err != nil {
		r.blame(problemAmount)
		return
	}
	r.amount, r.known = amount, true
}

// setCurrency takes a code, whose case and surroundings mean nothing.
func (r *row) setCurrency(text string) { r.currency = strings.ToUpper(strings.TrimSpace(text)) }

// setStatus classifies a status.
func (r *row) setStatus(text string, classes classes) {
	class, known := classes.of(text)
	if r.status, r.class = text, class; !known {
		r.blame(problemStatus)
	}
}

// exact reads a decimal number and refuses what would be rounded, which
// decimal.Parse does beyond 19 digits, and what is not a plain number: a thousands
// separator, an exponent, a currency sign.
func exact(text string) (decimal.Decimal, error) {
	digits := strings.TrimLeft(text, "+-")
	whole, fraction, point := strings.Cut(digits, ".")
	if len(text)-len(digits) > 1 || !allDigits(whole) || point && !allDigits(fraction) {
		return decimal.Decimal{}, errInexact
	}
	whole, significant := strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if len(significant) > decimal.MaxScale || len(whole)+len(significant) > decimal.MaxPrec {
		return decimal.Decimal{}, errInexact
	}
	plain := "0" + whole
	if significant != "" {
		plain += "." + significant
	}
	if text[0] == '-' {
		plain = "-" + plain
	}
	return decimal.Parse(plain)
}

func allDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
