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

// maxID bounds the ids of accounts, users and services; no document does.
const maxID = 256

// CheckRecipientRequest asks whether a service knows a recipient. Printing it
// shows the service only.
type CheckRecipientRequest struct {
	ServiceID string
	Fields    Fields // what names the recipient, as for a payment

	// Unchecked are further members of the request, as with
	// [CreatePaymentRequest]. fields and service are refused.
	Unchecked map[string]json.RawMessage
}

// Recipient is who a payment would go to. Printing one shows no personal data.
type Recipient struct {
	StatusCode int    `json:"statusCode,omitzero" wire:"strict"`
	Name       string `json:"name,omitzero"`  // initials for the service Finik; "" where the service gives none; personal data
	Phone      string `json:"phone,omitzero"` // of the service Finik; personal data
	// TransactionType and Fields have been seen of one bank, to be sent with the
	// payment. Unverified.
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

// CheckRecipient asks a service about a recipient, before a payment. No money
// moves. A recipient that does not exist or is blocked is an *Error; its status
// is that of the service, and the documents do not say which.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its errors are ErrInvalidRequest, *Error, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network.
//
// Finik API: POST /v2/recipient
func (c *Client) CheckRecipient(ctx context.Context, r CheckRecipientRequest, opts ...CallOption) (*Recipient, error) {
	fields, faults := r.Fields.json()
	return c.check(ctx, r, fields, append(faults, memberFaults(r.Unchecked, "fields", "service")...), newCall(opts))
}

// check asks about a recipient; faults says what is wrong with its members.
func (c *Client) check(ctx context.Context, r CheckRecipientRequest, fields json.RawMessage, faults []string, call *callOptions) (*Recipient, error) {
	return do(ctx, c, request{
		operation: "CheckRecipient",
		kind:      transport.ReadOnly,
		method:    http.MethodPost,
		path:      []string{"v2", "recipient"},
		body:      recipientBody{fields, r.ServiceID, r.Unchecked},
		faults:    slices.Concat(idFaults("ServiceID", r.ServiceID), faults),
	}, call, decodeNew[Recipient])
}

var errNoRecipient = errors.New("statusCode, name and phone are missing")

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

// idFaults is about ids that go into bodies.
func idFaults(name, id string) []string {
	switch {
	case id == "":
		return []string{name + ": must not be empty"}
	case len(id) > maxID || !utf8.ValidString(id) || strings.TrimSpace(id) != id || strings.ContainsFunc(id, unicode.IsControl):
		return []string{name + ": must be text of at most 256 bytes, without control characters and blanks around it"}
	}
	return nil
}

// recipientBody is the body of a question about a recipient.
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
