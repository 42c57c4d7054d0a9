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

// verdict is what an answer means for a payout.
type verdict struct {
	event     string
	to        State
	paymentID string
	code      int
	cause     string
	flags     Flags
	strike    strike
	// told reports that the provider has told of the payment itself. Such a verdict counts
	// also where another process has moved the payout on.
	told bool
}

// judgeSend is about the answer to a request that made a payment, or may have. doubt
// reports that an earlier request may have left. id is the payment's where an answer has
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
	case id != "": // it exists, whatever a look at it has met
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

// judgeRecipient is about a check of the recipient that did not lead to a request.
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

// judgeLook is about a read of a payment that exists.
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

// judgePayment is about a payment as the provider tells of it. under is the event of one
// that is not finished.
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

// judgeOther finds a payment that was made for something else, or before the payout was
// added: two systems that use one TransactionID must not take each other's payment for
// theirs. Only a payment that was read has an amount and can have been made before.
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

// causeOf is an error in words without personal data: the texts of finik's errors are
// operation, status and class.
func causeOf(err error) string {
	if text := err.Error(); len(text) <= 300 {
		return text
	}
	return err.Error()[:300]
}
