package finikjournal

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/cause"
)

// verdict is the meaning of an answer for a payout.
type verdict struct {
	event     string
	to        State
	paymentID string
	code      int
	cause     string
	flags     Flags
	strike    strike
	// told reports whether the answer is about the payment itself. Such a verdict is used
	// also if another process has moved the payout on.
	told bool
}

// judgeSend judges the answer to a request that made a payment, or may have. doubt says
// that an earlier request may have left. id is the id of the payment, "" if no answer has
// named it.
func judgeSend(r *row, doubt bool, p *finik.Payment, id string, err error) verdict {
	if err == nil {
		if v, other := judgeOther(r, p); other {
			return v
		}
		return judgePayment(p, eventAccepted)
	}
	v := verdict{event: eventAgain, to: Sending, paymentID: id, cause: causeOf(err), strike: strike{counts: true}}
	refused, answered := cause.Own[*finik.Error](err)
	if answered {
		v.code = refused.StatusCode
		v.strike = strike{counts: refused.StatusCode >= 500 || refused.StatusCode == http.StatusTooManyRequests, code: refused.StatusCode, retryAfter: refused.RetryAfter}
	}
	// A duplicate whose answer was cut off may have been named: it is asked for again.
	unnamed := errors.Is(err, finik.ErrDuplicate) && id == "" && answered && json.Valid(refused.Body)
	switch {
	case errors.Is(err, finik.ErrOtherPayment), unnamed:
		v.event, v.to, v.strike = eventGaveUp, Unknown, strike{clears: true}
	case errors.Is(err, finik.ErrInvalidRequest):
		v.event, v.to, v.strike = eventGaveUp, Unknown, strike{}
	case id != "": // it exists, also if reading it has failed
		v.event, v.to, v.told = eventAccepted, Waiting, true
	case !answered:
	case isAccount(v.code) && (doubt || !errors.Is(err, finik.ErrOutcomeUnknown)):
		v.strike.counts = v.code != http.StatusForbidden || r.refusals == 0
		if !doubt {
			v.event, v.to = eventAway, Queued
		}
	case doubt || errors.Is(err, finik.ErrOutcomeUnknown):
	default:
		v.event, v.to, v.strike = eventRefused, Failed, strike{clears: true}
	}
	return v
}

// judgeRecipient judges a failed check of the recipient, after which nothing was sent.
func judgeRecipient(r *row, err error) verdict {
	v := verdict{event: eventAgain, to: Queued, cause: causeOf(err), strike: strike{counts: true}}
	refused, answered := cause.Own[*finik.Error](err)
	if !answered {
		return v
	}
	v.code = refused.StatusCode
	v.strike = strike{counts: true, code: v.code, retryAfter: refused.RetryAfter}
	switch {
	case isAccount(v.code):
		v.strike.counts = v.code != http.StatusForbidden || r.refusals == 0
	case v.code == http.StatusBadRequest || v.code == http.StatusNotFound:
		v.event, v.to, v.strike = eventRefused, Failed, strike{clears: true}
	}
	return v
}

// judgeLook judges the answer to a read of a payment that exists.
func judgeLook(r *row, p *finik.Payment, err error) verdict {
	switch {
	case err == nil && (p.ID != r.paymentID || p.TransactionID != "" && p.TransactionID != r.transactionID):
		return verdict{event: eventGaveUp, to: Unknown, paymentID: r.paymentID, cause: "the payment with this id is another one"}
	case err == nil:
		return judgePayment(p, eventLook)
	}
	v := verdict{event: eventLook, to: Waiting, paymentID: r.paymentID, cause: causeOf(err)}
	if refused, ok := cause.Own[*finik.Error](err); ok {
		v.code = refused.StatusCode
		v.strike = strike{counts: v.code == http.StatusUnauthorized || v.code == http.StatusForbidden, code: v.code}
	}
	return v
}

// judgePayment judges a payment as the provider reports it. under is the event if the
// payment is not finished.
func judgePayment(p *finik.Payment, under string) verdict {
	v := verdict{event: under, to: Waiting, paymentID: p.ID, code: p.StatusCode, strike: strike{clears: true}, told: true}
	switch p.Status.Class() {
	case finik.StatusClassSucceeded:
		v.event, v.to = eventEnded, Paid
	case finik.StatusClassFailed:
		v.event, v.to, v.cause = eventEnded, Failed, "payment "+string(p.Status)
	case finik.StatusClassPending, finik.StatusClassUnknown: // unknown words are for a person, once they last
	}
	return v
}

// judgeOther reports whether a payment was made for something else, or before the payout
// was added, and the verdict then. Two systems that use one TransactionID must not mistake
// each other's payment. Only a payment that was read has an amount and a time.
func judgeOther(r *row, p *finik.Payment) (verdict, bool) {
	v := verdict{event: eventGaveUp, to: Unknown, paymentID: p.ID, code: p.StatusCode, strike: strike{clears: true}}
	amount, _ := decimal.New(r.amount, 6)
	switch {
	case p.AccountID != "" && p.AccountID != r.account:
		v.cause = "the payment with this TransactionID is from another account"
	case p.Service.ID != "" && p.Service.ID != r.service:
		v.cause = "the payment with this TransactionID is for another service"
	case p.Amount == nil:
		return v, false
	case p.Amount.Cmp(amount) != 0:
		v.cause, v.flags = "the payment with this TransactionID has another amount", AmountDiffers
	case !p.RequestDate.IsZero() && p.RequestDate.UnixMilli() < r.addedAt-time.Hour.Milliseconds():
		v.cause, v.flags = fmt.Sprintf("the payment is %s and was made before the payout was added", p.Status), Predates
	default:
		return v, false
	}
	return v, true
}

// isAccount reports whether a refusal is about the account and not about the payout.
func isAccount(code int) bool {
	return code == http.StatusUnauthorized || code == http.StatusPaymentRequired || code == http.StatusForbidden
}

// causeOf returns up to 300 bytes of the text of an error. Texts of finik's errors hold
// operation, status and class, and no personal data.
func causeOf(err error) string {
	if text := err.Error(); len(text) <= 300 {
		return text
	}
	return err.Error()[:300]
}
