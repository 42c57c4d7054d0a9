package ecommpay

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// PaymentOperation is one operation of a payment, as [Client.OperationsByPayment]
// returns it. It has fewer fields than [Operation], and neither project nor
// status. Ids, times and amounts work as in Operation.
type PaymentOperation struct {
	OperationID            string        `json:"operation_id" wire:"strict"` // the primary key
	OperationType          OperationType `json:"operation_type"`
	OperationCreatedAt     time.Time     `json:"operation_created_at"`
	OperationCompletedAt   time.Time     `json:"operation_completed_at"`
	Sum                    Sum           `json:"-" wire:"inline,strict"` // amount and currency of the row, minor units
	ARN                    string        `json:"arn"`                    // acquirer reference number; may be ""
	RRN                    string        `json:"rrn"`                    // retrieval reference number
	PaymentProviderCode    string        `json:"payment_provider_code"`
	PaymentProviderMessage string        `json:"payment_provider_message"`

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/arn". Such a field is zero,
	// and Raw has its value. A missing or null member fits every field. Unread is nil
	// if everything fits. The row becomes a [BadRow] if "operation_id" is missing, null
	// or "", or if a value does not fit OperationID or Sum.
	Unread []string `json:"-"`

	// Raw is the operation as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// PaymentOperationList holds the operations of a payment.
type PaymentOperationList struct {
	Operations []*PaymentOperation
	Bad        []BadRow // the rows that did not decode; they are not in Operations. nil if all did
}

// OperationsByPayment reads all operations of a payment in one request, without
// pagination. paymentID is the merchant's id of the payment. It must not be
// empty and must keep the rules for strings in [ListOperationsParams].
//
// The id is unique within a project only, and the request cannot name the
// project. Operations of several projects may come together, and no field says
// which project an operation belongs to. Use [Client.ListOperations] where the
// project matters.
//
// The documentation's sample has the newest operation first. Whether an unknown
// payment returns an empty list or an error is Unverified. Rows that do not
// decode are in PaymentOperationList.Bad; the call still succeeds.
//
// The call only reads. It is retried after network errors, a body cut short and
// the statuses 429, 500, 502, 503 and 504, see [WithRetry]. After a 401 it is
// sent once more if a [CredentialSource] has new credentials.
//
// The result is nil with every error. The errors are:
//   - ErrInvalidRequest if paymentID or an option is wrong, before anything is
//     sent
//   - *Error for a refusal, *SignatureError for a wrong or missing signature
//   - *DecodeError for an answer that cannot be read, ErrResponseTooLarge
//   - errors of the context, the network, a [Signer] and a [CredentialSource]
//
// ecommpay Data API: POST /operations/get-by-payment
func (c *Client) OperationsByPayment(ctx context.Context, paymentID string, opts ...CallOption) (*PaymentOperationList, error) {
	q := request{
		operation: "OperationsByPayment",
		path:      []string{"operations", "get-by-payment"},
		body: struct {
			PaymentID string `json:"payment_id"`
		}{paymentID},
		problems: textProblems("paymentID", []string{paymentID}),
	}
	rows, err := do(ctx, c, q, newCall(opts), decodeRows[PaymentOperation])
	if err != nil {
		return nil, err
	}
	return &PaymentOperationList{Operations: rows.rows, Bad: rows.bad}, nil
}

func (o *PaymentOperation) check() error { return checkOperationID(o.OperationID) }

// String returns OperationID, OperationType, Sum and OperationCreatedAt, and no
// personal data.
func (o PaymentOperation) String() string {
	return fmt.Sprintf("operation %s %s %s %s", o.OperationID, o.OperationType, o.Sum, o.OperationCreatedAt.Format(time.RFC3339))
}

// LogValue returns a group for log/slog with the same values that String prints.
// The keys are operation_id, type, amount and created_at.
func (o PaymentOperation) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation_id", o.OperationID),
		slog.String("type", string(o.OperationType)),
		slog.String("amount", o.Sum.String()),
		slog.Time("created_at", o.OperationCreatedAt),
	)
}
