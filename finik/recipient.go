package finik

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/transport"
)

// maxID limits the ids of accounts, users and services, in bytes. No document
// limits them.
const maxID = 256

// CheckRecipientRequest asks whether a service knows a recipient. If a field
// breaks its rule, CheckRecipient returns ErrInvalidRequest and sends nothing.
// Printing it shows the service only.
type CheckRecipientRequest struct {
	ServiceID string // 1 to 256 bytes, without control characters and without spaces around it
	Fields    Fields // what names the recipient, the same as for a payment; must not be empty

	// Unchecked adds members to the request, JSON values by name, under the
	// rules of CreatePaymentRequest.Unchecked. The names fields and service are
	// refused. Nil adds none.
	Unchecked map[string]json.RawMessage
}

// Recipient is who would receive a payment. Printing one shows no personal data.
type Recipient struct {
	StatusCode int    `json:"statusCode,omitzero" wire:"strict"` // from the body, 200 to 299; 0 if the answer has none; any other is an error of the call
	Name       string `json:"name,omitzero"`                     // initials for the service Finik; "" if the service sends none; personal data
	Phone      string `json:"phone,omitzero"`                    // from the service Finik only; personal data
	// TransactionType and Fields are in the answers of one bank, which expects
	// both values in the payment; in which members is not documented. "" and
	// nil mean that the answer has none. Unverified.
	TransactionType string          `json:"transactionType,omitzero"`
	Fields          json.RawMessage `json:"fields,omitzero"`
	ErrorMessage    string          `json:"errorMessage,omitzero"` // the provider's own words; may hold personal data

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/fields". Such a field is
	// nil or zero, and Raw has its value. An array with an element of another kind is
	// nil as a whole. Unread is nil where everything fits. Only StatusCode has to fit.
	Unread []string `json:"-"`

	// Raw is the answer as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// CheckRecipient asks a service about a recipient before a payment. No money
// moves. A nil error means that the service has not refused the recipient. A
// recipient that does not exist or is blocked is a refusal, *Error, with the
// service's status; the documents do not say which status.
//
// The call only reads. It is retried after network errors and the statuses 429,
// 500, 502, 503 and 504. The errors are ErrInvalidRequest (before sending, if a
// field of r breaks its rule), *Error, *DecodeError, ErrResponseTooLarge,
// context errors, network errors, and the error of a [Signer] or
// [CredentialSource]. The recipient is then nil.
//
// Finik API: POST /v2/recipient
func (c *Client) CheckRecipient(ctx context.Context, r CheckRecipientRequest, opts ...CallOption) (*Recipient, error) {
	fields, problems := r.Fields.json()
	return c.check(ctx, r, fields, append(problems, memberProblems(r.Unchecked, "fields", "service")...), newCall(opts))
}

// check asks about a recipient. problems is what is wrong with the members of r.
func (c *Client) check(ctx context.Context, r CheckRecipientRequest, fields json.RawMessage, problems []string, call *callOptions) (*Recipient, error) {
	return do(ctx, c, request{
		operation: "CheckRecipient",
		kind:      transport.ReadOnly,
		method:    http.MethodPost,
		path:      []string{"v2", "recipient"},
		body:      recipientBody{fields, r.ServiceID, r.Unchecked},
		problems:  slices.Concat(idProblems("ServiceID", r.ServiceID), problems),
	}, call, decodeNew[Recipient])
}

var errNoRecipient = errors.New("statusCode, name and phone are missing")

// check returns an error if the answer has neither statusCode, name nor phone.
func (r *Recipient) check() error {
	if r.StatusCode == 0 && r.Name == "" && r.Phone == "" {
		return errNoRecipient
	}
	return nil
}

// decodeNew decodes an answer that is one object.
func decodeNew[T any, P interface {
	*T
	UnmarshalJSON(data []byte) error
}](body []byte) (*T, error) {
	out := new(T)
	if err := P(out).UnmarshalJSON(body); err != nil {
		return nil, err
	}
	return out, nil
}

// idProblems returns what is wrong with an id in a body, nil if nothing is.
func idProblems(name, id string) []string {
	switch {
	case id == "":
		return []string{name + ": must not be empty"}
	case len(id) > maxID || !utf8.ValidString(id) || strings.TrimSpace(id) != id || strings.ContainsFunc(id, unicode.IsControl):
		return []string{name + ": must have at most 256 bytes of UTF-8, without control characters, and without spaces around it"}
	}
	return nil
}

// recipientBody is the body of CheckRecipient.
type recipientBody struct {
	fields    json.RawMessage
	serviceID string
	unchecked map[string]json.RawMessage
}

func (b recipientBody) json() []byte {
	w := fieldWriter{out: append([]byte(`{"fields":`), b.fields...)}
	w.out = append(w.out, `,"service":`...)
	w.text(b.serviceID)
	return appendMembers(append(w.out, '}'), b.unchecked)
}
