package finikjournal

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

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
	v, refused := judgeError(eventAgain, Sending, err)
	v.paymentID = id
	v.strike.counts = refused == nil || v.code >= 500 || v.code == http.StatusTooManyRequests
	// A duplicate whose answer was cut off may have been named: it is asked for again.
	unnamed := errors.Is(err, finik.ErrDuplicate) && id == "" && refused != nil && json.Valid(refused.Body)
	switch {
	case errors.Is(err, finik.ErrOtherPayment), unnamed:
		v.event, v.to, v.strike = eventGaveUp, Unknown, strike{clears: true}
	case errors.Is(err, finik.ErrInvalidRequest):
		v.event, v.to, v.strike = eventGaveUp, Unknown, strike{}
	case id != "": // it exists, also if reading it has failed
		v.event, v.to, v.told = eventAccepted, Waiting, true
	case refused == nil:
	case isAccount(v.code) && (doubt || !errors.Is(err, finik.ErrOutcomeUnknown)):
		v.strike.counts = r.strikes(v.code)
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
	v, _ := judgeError(eventAgain, Queued, err)
	v.strike.counts = r.strikes(v.code)
	if v.code == http.StatusBadRequest || v.code == http.StatusNotFound {
		v.event, v.to, v.strike = eventRefused, Failed, strike{clears: true}
	}
	return v
}

// judgeError returns the verdict of an error, under which nothing was learned about the
// payment, and the refusal that the error is, nil if there was no answer. The caller
// decides whether it counts as a strike.
func judgeError(event string, to State, err error) (verdict, *finik.Error) {
	v := verdict{event: event, to: to, cause: causeOf(err)}
	refused, answered := cause.Own[*finik.Error](err)
	if answered {
		v.code = refused.StatusCode
		v.strike = strike{code: refused.StatusCode, retryAfter: refused.RetryAfter}
	}
	return v, refused
}

// strikes reports whether a refusal counts against the account. A payout that is forbidden
// again may be the reason itself.
func (r *row) strikes(code int) bool { return code != http.StatusForbidden || r.refusals == 0 }

// judgeLook judges the answer to a read of a payment that exists.
func judgeLook(r *row, p *finik.Payment, err error) verdict {
	switch {
	case err == nil && (p.ID != r.paymentID || p.TransactionID != "" && p.TransactionID != r.transactionID):
		return verdict{event: eventGaveUp, to: Unknown, paymentID: r.paymentID, cause: "the payment with this id is another one"}
	case err == nil:
		return judgePayment(p, eventLook)
	}
	v, _ := judgeError(eventLook, Waiting, err)
	v.paymentID = r.paymentID
	v.strike = strike{counts: v.code == http.StatusUnauthorized || v.code == http.StatusForbidden, code: v.code}
	return v
}

// judgePayment judges a payment as the provider reports it. under is the event if the
// payment is not finished.
func judgePayment(p *finik.Payment, under string) verdict {
	v := verdict{event: under, to: Waiting, paymentID: p.ID, code: p.StatusCode, strike: strike{clears: true}, told: true}
	if end := endOf(p.Status); end != "" {
		v.event, v.to = eventEnded, end
	}
	if v.to == Failed {
		v.cause = "payment " + string(p.Status)
	}
	return v
}

// endOf returns the end that a status of the provider means, "" if it means none.
func endOf(s finik.Status) State {
	switch s.Class() {
	case finik.StatusClassSucceeded:
		return Paid
	case finik.StatusClassFailed:
		return Failed
	case finik.StatusClassPending, finik.StatusClassUnknown: // unknown words are for a person, once they last
	}
	return ""
}

// judgeOther reports whether a payment was made for something else, or before the payout
// was added, and the verdict then. Two systems that use one TransactionID must not mistake
// each other's payment. Only a payment that was read has an amount and a time.
func judgeOther(r *row, p *finik.Payment) (verdict, bool) {
	v := verdict{event: eventGaveUp, to: Unknown, paymentID: p.ID, code: p.StatusCode, strike: strike{clears: true}}
	switch {
	case p.AccountID != "" && p.AccountID != r.account:
		v.cause = "the payment with this TransactionID is from another account"
	case p.Service.ID != "" && p.Service.ID != r.service:
		v.cause = "the payment with this TransactionID is for another service"
	case p.Amount == nil:
		return v, false
	case p.Amount.Cmp(som(r.amount)) != 0:
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
	text := err.Error()
	return text[:min(len(text), 300)]
}
