package finikjournal

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/redact"
)

// overdue is the age at which Unsettled begins to list a payout that was sent and has not
// ended.
const overdue = time.Hour

// Flags are the bits that mark a payout that a person should look at. 0 means none.
// [Journal.Note] clears all of them.
type Flags int

// The flags.
const (
	Contradicted  Flags = 1 << iota // one source says that the payout was paid, another that it was not, or not sent
	AmountDiffers                   // the provider reports another amount than the payout's
	Predates                        // the payment was made more than an hour before the payout was added
)

// String returns the names of the set flags in alphabetical order, separated by ", ":
// "amount differs", "contradicted", "predates". It returns "" if none is set, and leaves out
// unknown bits.
func (f Flags) String() string {
	var names []string
	for flag, name := range map[Flags]string{Contradicted: "contradicted", AmountDiffers: "amount differs", Predates: "predates"} {
		if f&flag != 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names) // a map has no order
	return strings.Join(names, ", ")
}

// Entry is a copy of a payout as the journal has it. Times are by the database's clock, in
// UTC, and zero if not known. Printing an entry shows reference, ids, state and amount.
type Entry struct {
	Reference, Account, Service string
	Amount                      decimal.Decimal // in som (Unverified: the wire names no currency)
	Mask                        string          // Mask of the Payout
	State                       State
	Before                      State  // for the function of OnSettle: the State that it got last for this payout, "" if none; elsewhere ""
	TransactionID               string // the id that this package sends to the provider
	PaymentID                   string // the provider's id of the payment; "" if not known
	Code                        int    // of the last answer or webhook event: finik.Error.StatusCode, or statusCode of the payment; 0 if none
	Cause                       string // why the payout has its state, in words; "" if there is nothing to say
	Flags                       Flags
	Attempts                    int    // how many requests for the payment were sent, or may have been; 0 if a 401, 402 or 403 answered the first
	ReissueOf                   string // the Reference that this payout replaces; "" if none

	AddedAt, SettledAt  time.Time // SettledAt: when the payout became paid, failed or canceled
	FirstSent, LastSent time.Time // when this package stored that it was about to send the first and the last request
	// NextAt is when the next step of a queued, sending or waiting payout is due. While a
	// process works on the payout, NextAt is when other processes may take it. It is zero
	// in every other state.
	NextAt  time.Time
	Overdue bool // first sent more than an hour ago, and not ended
}

func (j *Journal) entry(r *row) Entry {
	e := Entry{
		Reference: r.reference, Account: r.account, Service: r.service, Amount: som(r.amount), Mask: r.mask, State: r.state,
		TransactionID: r.transactionID, PaymentID: r.paymentID, Code: r.code, Cause: r.cause, Flags: r.flags, Attempts: r.attempts, ReissueOf: r.reissueOf,
		AddedAt: instant(r.addedAt), FirstSent: instant(r.firstSent), LastSent: instant(r.lastSent), SettledAt: instant(r.settledAt),
	}
	if r.state.Moving() {
		e.NextAt = instant(r.nextAt)
	}
	e.Overdue = !r.state.Settled() && r.firstSent != 0 && r.now-r.firstSent > overdue.Milliseconds()
	return e
}

// Question returns a question to the provider, in English, about a payout whose end nobody
// knows: what became of the payment? The text has the TransactionID, the PaymentID if
// known, account, service, amount and the times of sending, and nothing about the
// recipient. If FirstSent is zero, the text says that the payout was not sent. The State
// makes no difference.
func (e Entry) Question() string {
	text := fmt.Sprintf("What became of the payment with transactionId %s", e.TransactionID)
	if e.PaymentID != "" {
		text += " and id " + e.PaymentID
	}
	text += fmt.Sprintf(", of %s som from account %s to service %s", e.Amount, e.Account, e.Service)
	if e.FirstSent.IsZero() {
		return text + "? We have not sent it."
	}
	return fmt.Sprintf("%s, sent from %s to %s UTC?", text, e.FirstSent.Format(time.DateTime), e.LastSent.Format(time.DateTime))
}

// String returns one line with Reference, State, Amount, TransactionID and, if it is known,
// PaymentID.
func (e Entry) String() string {
	text := fmt.Sprintf("payout %s: %s, %s (transaction %s", e.Reference, e.State, e.Amount, e.TransactionID)
	if e.PaymentID != "" {
		text += ", payment " + e.PaymentID
	}
	return text + ")"
}

// Format prints what [Entry.String] returns: reference, state, amount and ids. It does so
// for every verb and flag, also %+v and %#v.
func (e Entry) Format(f fmt.State, _ rune) { redact.Print(f, e.String()) }

// LogValue returns what [Entry.String] returns, as a string value for log/slog.
func (e Entry) LogValue() slog.Value { return slog.StringValue(e.String()) }

// Format prints "payout " and the reference, as [Payout.String] does. It does so for every
// verb and flag, also %+v and %#v, so that no verb prints personal data.
func (p Payout) Format(f fmt.State, _ rune) { redact.Print(f, p.String()) }

// LogValue returns "payout " and the reference, as a string value for log/slog.
func (p Payout) LogValue() slog.Value { return slog.StringValue(p.String()) }

// Format prints "sealed" or "plain", as [Privacy.String] does. It does so for every verb and
// flag, also %+v and %#v, so that no verb prints the key.
func (p Privacy) Format(f fmt.State, _ rune) { redact.Print(f, p.String()) }

// LogValue returns "sealed" or "plain", as a string value for log/slog.
func (p Privacy) LogValue() slog.Value { return slog.StringValue(p.String()) }

func instant(millis int64) time.Time {
	if millis == 0 {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

// som returns an amount of millionths. A decimal holds every int64.
func som(micros int64) decimal.Decimal {
	d, _ := decimal.New(micros, 6)
	return d.Trim(2)
}

// microsOf returns an amount in millionths, and false where it has more than 6 decimals or
// 13 digits before them.
func microsOf(d decimal.Decimal) (int64, bool) {
	whole, fraction, ok := d.Int64(6)
	if !ok || d.Scale() > 6 && d.Trim(6).Scale() > 6 || whole >= 1e12 || whole <= -1e12 {
		return 0, false
	}
	return whole*1e6 + fraction, true
}

// sumOf parses a sum of millionths, as a database writes it, and returns it in som. It fails
// where the sum has more than 19 digits.
func sumOf(text string) (decimal.Decimal, error) {
	d, err := decimal.ParseExact(text+"e-6", 6)
	return d.Trim(2), err
}
