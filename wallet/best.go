package wallet

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
)

// BestTransferReport describes a money transfer of the Best system.
// [Client.ReportBestTransfer] returns ErrInvalidRequest if a field is zero or
// malformed. Printing it shows PaymentID only. Which system assigns the ids is not
// documented.
type BestTransferReport struct {
	PaymentID int64     `json:"payment_id"` // id of the transfer, above 0
	Sender    BestParty `json:"sender"`
	Recipient BestParty `json:"recipient"`
}

// BestParty is one side of a reported transfer.
type BestParty struct {
	ID    int64  `json:"id"`    // id of the person, above 0
	Phone string `json:"phone"` // a plus sign and 7 to 15 digits; personal data
}

// BestTransfer is a money transfer of the Best system. Amounts are in units of
// their currency, not in minor units. A field that the answer lacks is "", nil or
// the zero time; only Number is always there. Times are in UTC. Printing it shows
// number, amount, currency and time only. Unverified.
type BestTransfer struct {
	Number         string           `json:"number" wire:"strict"`         // the key, in digits; never ""
	Amount         *decimal.Decimal `json:"amount" wire:"strict"`         // what was sent, in Currency; nil if the answer has none
	Currency       string           `json:"currency_alpha" wire:"strict"` // for example "RUR", which is not in ISO 4217
	Fee            *decimal.Decimal `json:"fee"`                          // its currency, and which amount has it, are not documented
	AmountCharge   *decimal.Decimal `json:"amount_charge"`                // what was charged, in CurrencyCharge
	CurrencyCharge string           `json:"currency_charge"`              // may be ""
	Rate           *decimal.Decimal `json:"rate"`                         // of exchange between Currency and CurrencyCharge; the direction is not documented
	Note           string           `json:"note"`                         // personal data
	SMSToSender    string           `json:"smstosender"`                  // "0" or "1"
	CreatedAt      time.Time        `json:"creating_date"`
	Unseen         *bool            `json:"unseen"` // true until a list has returned it; nil where the answer does not say
	Sender         BestPerson       `json:"sender"`
	Receiver       BestPerson       `json:"receiver"`

	// Unread names the members whose values do not fit their fields, as JSON
	// pointers (RFC 6901) in the order of the answer, for example
	// "/sender/address". Such a field is nil or zero, and Raw has its value. An
	// array with an element of another kind is nil as a whole. Unread is nil where
	// everything fits. A transfer becomes a [BadRow] only where Number, Amount or
	// Currency do not fit.
	Unread []string `json:"-"`

	// Raw is the transfer as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// BestPerson is one side of a transfer. All of it is personal data. A string that the
// answer lacks is "", here and in the types of the fields. Unverified.
type BestPerson struct {
	Data    BestPersonData `json:"data"`
	Address BestAddress    `json:"address"`
}

// BestPersonData is a person's name and country. Unverified.
type BestPersonData struct {
	Country    BestCountry `json:"country"`
	LastName   string      `json:"lastname"`
	FirstName  string      `json:"firstname"`
	Patronymic string      `json:"patronymic"`
	IsResident string      `json:"isresident"` // "0" or "1"
}

// BestCountry is the country of a person. Unverified.
type BestCountry struct {
	Numeric string `json:"numeric"` // ISO 3166-1 numeric code; may be ""
}

// BestAddress is how to reach a person. Unverified.
type BestAddress struct {
	Phone string `json:"phone"` // not always in international form; may be ""
}

// BestTransferList is the answer of ListBestTransfers. Unverified.
type BestTransferList struct {
	Transfers []*BestTransfer // in the order of the answer
	// Bad are the rows that did not decode. They are not in Transfers. Nil means
	// that every row decoded.
	Bad  []BadRow
	Meta Meta
}

// ReportBestTransfer adds a transfer of the Best system to the service's log. It
// moves no money. A nil error means that the service accepted the report. The
// result is the Meta of the answer, and nil with every error.
//
// ReportBestTransfer has no idempotency key: nothing says that the service drops a
// second report of the same PaymentID. So the client sends the request once, and
// retries only on proof that nothing left this machine.
//
// The errors of ReportBestTransfer are ErrInvalidRequest before anything is sent (a
// bad r), *Error for a refusal, *DecodeError, ErrResponseTooLarge, errors of the
// Authenticator, and errors of the context and the network. An error that also
// matches ErrOutcomeUnknown means that the service may have logged the transfer. A
// second report may then log the transfer twice: the caller decides.
//
// Whether the service checks the credentials here is Unverified.
//
// wallet.best API: POST /payments/best/p2p
func (c *Client) ReportBestTransfer(ctx context.Context, r BestTransferReport, opts ...CallOption) (*Meta, error) {
	return metaOf(do(ctx, c, request{
		operation: "ReportBestTransfer",
		kind:      transport.Once, // a second one may be logged too
		method:    http.MethodPost,
		path:      []string{"payments", "best", "p2p"},
		body:      r,
		problems:  r.problems(),
	}, newCall(opts), decodeNothing))
}

// ListBestTransfers reads all Best transfers of the wallet; the list has no pages.
// Rows that do not decode are in BestTransferList.Bad and are not an error.
//
// ListBestTransfers changes state: the service marks the transfers that it returns
// as seen. So the client sends the request once, and retries only on proof that
// nothing left this machine. With [AllowRepeat] the request is retried as
// [Client.GetPayment] is. If an answer is lost, its transfers may have been marked
// although ListBestTransfers returns an error.
//
// The errors are ErrInvalidRequest for an invalid option (nothing is sent), *Error for
// a refusal, *DecodeError, also for an answer without an array of transfers,
// ErrResponseTooLarge, errors of the Authenticator, and errors of the
// context and the network. No error matches ErrOutcomeUnknown. The list is nil with
// every error.
//
// Unverified: known from the provider's later documentation only.
//
// wallet.best API: GET /payments/best
func (c *Client) ListBestTransfers(ctx context.Context, opts ...CallOption) (*BestTransferList, error) {
	q := request{
		operation: "ListBestTransfers",
		kind:      transport.ReadOnce, // marks what it returns as seen
		method:    http.MethodGet,
		path:      []string{"payments", "best"},
		list:      "transfers",
	}
	r, err := do(ctx, c, q, newCall(opts), decodeRows[BestTransfer])
	if err != nil {
		return nil, err
	}
	return &BestTransferList{Transfers: r.data.good, Bad: r.data.bad, Meta: r.meta}, nil
}

// ResetUnseenBest marks all Best transfers of the wallet as seen. It moves no
// money. It returns the Meta of the answer, or nil with every error. The client
// sends the request once, and retries only on proof that nothing left this machine.
//
// The errors of ResetUnseenBest are ErrInvalidRequest for an invalid option (nothing
// is sent), *Error for a refusal, *DecodeError, ErrResponseTooLarge, and errors of the
// Authenticator, the context and the network. An error that also matches
// ErrOutcomeUnknown means that the transfers may have been marked. *DecodeError and
// ErrResponseTooLarge always match it.
//
// Unverified: known from the provider's later documentation only.
//
// wallet.best API: GET /payments/best/reset_unseen
func (c *Client) ResetUnseenBest(ctx context.Context, opts ...CallOption) (*Meta, error) {
	return c.reset(ctx, "ResetUnseenBest", newCall(opts), "payments", "best", "reset_unseen")
}

// errNoNumber is the error of a row without its key.
var errNoNumber = errors.New("number is missing")

// check returns an error for a transfer that must be a bad row.
func (t *BestTransfer) check() error {
	if t.Number == "" {
		return errNoNumber
	}
	return nil
}

// problems returns what is wrong with r, by field and rule.
func (r BestTransferReport) problems() []string {
	var found problems.List
	found.If(r.PaymentID <= 0, "PaymentID: must be positive")
	found.If(r.Sender.ID <= 0, "Sender.ID: must be positive")
	found.If(!isPhone(r.Sender.Phone), "Sender.Phone: must be a plus sign and 7 to 15 digits")
	found.If(r.Recipient.ID <= 0, "Recipient.ID: must be positive")
	found.If(!isPhone(r.Recipient.Phone), "Recipient.Phone: must be a plus sign and 7 to 15 digits")
	return found
}
