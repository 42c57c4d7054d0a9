package finik

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strconv"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// said is what an answer says beside its data. Of a body that is no JSON object it
// is the status alone.
type said struct {
	http     int
	code     int  // the status in the body; 0 is none
	readable bool // false: there is a code that is no status
	message  string

	id, transaction string // "" is none
	payment         Status // of the payment in the body; "" is no payment
}

// listen reads what an answer says. Each member is read alone, so that one of an
// odd kind hides no other.
func listen(r transport.Response) said {
	s := said{http: r.StatusCode, readable: true}
	var body map[string]json.RawMessage
	if wire.Decode(r.Body, &body) != nil {
		return s
	}
	s.code, s.readable = codeOf(body["statusCode"], body["StatusCode"]) // the latter is how a neighbour API of the provider spells it
	for _, name := range []string{"errorMessage", "ErrorMessage", "message", "Message"} {
		s.message = cmp.Or(s.message, wire.ScalarWords(body[name]))
	}
	s.id, s.transaction = wire.Scalar(body["id"]), wire.Scalar(body["transactionId"])
	if s.id != "" {
		s.payment = Status(wire.ScalarWords(body["status"]))
	}
	return s
}

// other reports whether the body is about another payment than the one that q makes.
func (s said) other(q request) bool {
	return q.transactionID != "" && s.transaction != "" && s.transaction != q.transactionID
}

// codeOf is the status in a body, 0 where there is none. It reports false for one
// that is there and is no status.
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
