package main

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/payclients/payclients-go/finik"
)

// verdict is what a try has shown.
type verdict struct {
	state  state
	code   int    // of the provider
	note   string // for people
	lost   bool   // the payment's id is not to be relied on
	spoken bool   // a refusal in the provider's own form, and not of a thing on the way
	again  bool   // another try may show more
	silent bool   // there was no answer that can be used
	err    error
	stop   error // the run is to end
}

// judge says what the answer to a payout means for its row. With doubt, because
// an earlier try may have made the payment, only a payment at its end is an end.
func judge(payment *finik.Payment, err error, doubt bool) verdict {
	if err == nil {
		return ended(payment)
	}
	var refused *finik.Error
	v := verdict{state: stateUnknown, err: err}
	asked := false // it was about the recipient, and no payment was asked for
	if errors.As(err, &refused) {
		v.code, v.spoken = refused.StatusCode, refused.Code != "" && refused.Message != ""
		asked = refused.Operation == "CheckRecipient"
	}
	unknown := doubt || errors.Is(err, finik.ErrOutcomeUnknown)
	poor := v.code == http.StatusPaymentRequired && !asked && !unknown
	if v.code == http.StatusUnauthorized || poor || errors.Is(err, finik.ErrInvalidRequest) {
		v.stop = err // it would be the same for every row
	}
	v.again = v.stop == nil && v.code != http.StatusForbidden
	switch {
	case errors.Is(err, finik.ErrOtherPayment):
		v.note, v.lost = "the answer was about another payment", true
	case errors.Is(err, finik.ErrDuplicate) && !asked:
		// An answer that was cut off may have named the payment.
		v.note, v.again = "made, and the provider does not say which payment it is", refused == nil || !json.Valid(refused.Body)
	case payment != nil:
		v.note = "made, and its end is not known yet"
	case doubt && v.code != 0:
		v.note = "refused, but an earlier request may have made it"
	case unknown:
		v.note = "no answer says whether it was made"
	case poor:
		v.state, v.note = stateOpen, "too little money"
	case (v.code == http.StatusBadRequest || v.code == http.StatusNotFound) && (v.spoken || !asked):
		v.state, v.again = stateFailed, false
	default:
		v.state, v.note = stateOpen, "not made"
	}
	return v
}

// ended is the verdict on a payment at its end.
func ended(payment *finik.Payment) verdict {
	switch s := payment.Status; {
	case s.Is(finik.StatusSucceeded):
		return verdict{state: statePaid, code: payment.StatusCode}
	case s.Is(finik.StatusFailed), s.Is(finik.StatusCanceled):
		return verdict{state: stateFailed, code: payment.StatusCode}
	}
	return verdict{state: stateUnknown, code: payment.StatusCode, note: "ended with a status that this program does not know"}
}
