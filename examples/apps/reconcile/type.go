package main

import (
	"slices"

	"github.com/payclients/payclients-go/ecommpay"
)

// rowType is what kind of movement a row is of.
type rowType string

const (
	payment rowType = "payment" // a payer's money comes in
	payout  rowType = "payout"  // money goes out to a payer
	refund  rowType = "refund"  // a payment goes back
	fee     rowType = "fee"     // what a provider takes
)

// allTypes are the types in the order in which a user reads them.
func allTypes() []rowType { return []rowType{payment, payout, refund, fee} }

// types are what the words of a side for types stand for.
type types = words[rowType]

// vimaTypes are the methods of Vima's operations. "deposit" and "withdrawal" are
// Unverified.
func vimaTypes() types {
	return newWords(map[rowType][]string{
		payment: {"payment.in", "deposit"},
		payout:  {"payment.out", "withdrawal"},
		refund:  {"payment.refund", "refund"},
	})
}

// fileTypes are words that an export may use. Which ones PayShack uses is
// Unverified. Any other word is a problem of its row.
func fileTypes() types {
	return newWords(map[rowType][]string{
		payment: {"payment", "payment.in", "payin", "pay-in", "pay_in", "deposit", "sale", "purchase", "collection", "in"},
		payout:  {"payout", "payment.out", "pay-out", "pay_out", "withdrawal", "withdraw", "disbursement", "out"},
		refund:  {"refund", "payment.refund", "reversal", "return"},
		fee:     {"fee", "fees", "commission", "charge", "service fee"},
	})
}

// ecommpayTypes are types of ecommpay's operations.
func ecommpayTypes() types {
	return newWords(map[rowType][]string{
		payment: {
			string(ecommpay.TypeSale), string(ecommpay.TypePurchase), string(ecommpay.TypeRecurring), string(ecommpay.TypeInvoice),
			string(ecommpay.TypeAuth), string(ecommpay.TypeCapture), string(ecommpay.TypeIncremental),
		},
		payout: {string(ecommpay.TypePayout)},
		refund: {string(ecommpay.TypeRefund), string(ecommpay.TypeReversal)},
		fee:    {string(ecommpay.TypeCommission)},
	})
}

// typing is how types of both sides are compared.
type typing struct {
	used  bool      // types matter: the other side has them, or some are chosen
	only  []rowType // those that count, on both sides
	vima  types
	other types
}

// set reads the type of a row. A row without one counts, and its type is not
// compared.
func (t typing) set(r *row, text string, words types) {
	if r.typeText = text; plainWord(text) == "" {
		return
	}
	kind, known := words.of(text)
	if !known {
		r.blame(problemType)
		return
	}
	r.kind, r.leftOut = kind, !slices.Contains(t.only, kind)
}
