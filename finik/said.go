package finik

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strconv"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// said holds what an answer says besides its data. If the body is not a JSON
// object, only the HTTP status is set.
type said struct {
	http     int
	code     int  // the status in the body; 0 if none
	readable bool // false: the body has a statusCode that is not a status
	message  string

	id, transaction string // "" if none
	payment         Status // status of the payment in the body; "" if the body is not a payment
}

// listen reads the envelope of an answer. Each member is read on its own, so that
// one of an unexpected type does not hide the others.
func listen(r transport.Response) said {
	s := said{http: r.StatusCode, readable: true}
	var body map[string]json.RawMessage
	if wire.Decode(r.Body, &body) != nil {
		return s
	}
	s.code, s.readable = codeOf(body["statusCode"], body["StatusCode"]) // the spelling of another API of the provider
	for _, name := range []string{"errorMessage", "ErrorMessage", "message", "Message"} {
		s.message = cmp.Or(s.message, wire.ScalarWords(body[name]))
	}
	s.id, s.transaction = wire.Scalar(body["id"]), wire.Scalar(body["transactionId"])
	if s.id != "" {
		s.payment = Status(wire.ScalarWords(body["status"]))
	}
	return s
}

// other reports whether the body names another transaction id than q sent.
func (s said) other(q request) bool {
	return q.transactionID != "" && s.transaction != "" && s.transaction != q.transactionID
}

// codeOf returns the status in a body, 0 if it has none, and false if it has one
// that is not 100 to 599.
func codeOf(members ...json.RawMessage) (code int, readable bool) {
	for _, member := range members {
		text := string(bytes.Trim(member, `"`))
		if text == "" {
			continue
		}
		status, err := strconv.Atoi(text)
		if err != nil || status < 100 || status > 599 {
			return 0, false
		}
		code = worse(code, status)
	}
	return code, true
}
