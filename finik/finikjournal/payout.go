package finikjournal

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/wire"
)

// Payout is a payment to make. A field that breaks its rule makes Add and AddAll return
// ErrInvalidRequest. A payout with the same Reference is the same payout if Account, User,
// Service, Fields, AmountField and Recipient are equal. Printing a Payout shows the
// reference only.
type Payout struct {
	// Reference is the caller's own key of the payment: 1 to 100 printable Unicode
	// characters, spaces only inside. It names one payment for ever: a monthly payout has
	// the month in it, such as "salary-2026-01-17". Put no name and no phone into
	// Reference, because it is stored and printed in clear.
	Reference string
	// Account is the account to debit, User the user who has rights to it, and Service
	// the service to pay: ids of 1 to 256 bytes each, see finik.CreatePaymentRequest.
	Account, User, Service string
	// Fields are the values that the service requires, with the amount. They must not be
	// empty. See finik.Fields. Add does not change or keep the map.
	Fields finik.Fields
	// AmountField is the name of the amount in Fields; "" is "amount". The amount is in som
	// (Unverified), above 0 and below 1,000,000,000,000, with at most 6 decimals.
	AmountField string
	// Recipient identifies who is paid, such as a phone, always in the same spelling; at
	// most 256 bytes of UTF-8. It is stored as a digest, and with the request, and is not
	// sent. The option [DuplicateWithin] compares it; "" is compared with nothing.
	Recipient string
	Mask      string    // the recipient, for people, such as "+996…001"; at most 32 characters, stored in clear
	NotBefore time.Time // nothing is sent before this time; zero means at once
	Hold      bool      // true: the payout is held until a person calls Release
}

// String returns "payout " and the reference.
func (p Payout) String() string { return "payout " + p.Reference }

// content is the stored request of a payout.
type content struct {
	Account     string          `json:"account"`
	User        string          `json:"user"`
	Service     string          `json:"service"`
	Fields      json.RawMessage `json:"fields"`
	AmountField string          `json:"amountField"`
	Recipient   string          `json:"recipient"`
}

// namespace is the UUID namespace of the transaction ids of journals.
var namespace = uuid.MustParse("b2d3f6f0-6b0e-5a53-9c0d-0f4f2b1e7a64") //nolint:gochecknoglobals // a constant

// transactionID derives the TransactionID from book, account and reference, so that a payout
// that is added again, after a restore or to an empty database, is sent with the same one.
// It has the form of a random UUID, because a provider may check the form.
func (j *Journal) transactionID(account, reference string) string {
	return uuid.NewHash(sha256.New(), namespace, framed(j.book, account, reference), 4).String()
}

// framed joins strings, each behind its length.
func framed(parts ...string) []byte {
	var out []byte
	for _, part := range parts {
		out = append(binary.AppendUvarint(out, uint64(len(part))), part...)
	}
	return out
}

// draft returns the row of a payout, or all that is wrong with the payout, or an error of
// the Sealer.
func (j *Journal) draft(ctx context.Context, p Payout) (*row, []string, error) {
	id := j.transactionID(p.Account, p.Reference)
	var found problems.List
	found.If(!visible(p.Reference, 100), "Reference: must be 1 to 100 visible characters")
	found.If(utf8.RuneCountInString(p.Mask) > 32 || !utf8.ValidString(p.Mask) || strings.ContainsFunc(p.Mask, unicode.IsControl), "Mask: must be at most 32 characters")
	found.If(len(p.Recipient) > 256 || !utf8.ValidString(p.Recipient), "Recipient: must be at most 256 bytes of UTF-8")
	p.AmountField = cmp.Or(p.AmountField, "amount")
	if err := p.request(id).Validate(); err != nil {
		return nil, append(found, strings.TrimPrefix(err.Error(), finik.ErrInvalidRequest.Error()+": ")), nil
	}
	fields, err := canonical(p.Fields)
	if err != nil {
		return nil, nil, fmt.Errorf("finikjournal: encode the fields of %s: %w", p.Reference, err)
	}
	amount, ok := micros(fields, p.AmountField)
	found.If(!ok, fmt.Sprintf("Fields[%q]: must be an amount such as 150.00, above 0 and below 1,000,000,000,000, with at most 6 decimals", p.AmountField))
	if len(found) > 0 {
		return nil, found, nil
	}
	text, err := wire.Encode(content{p.Account, p.User, p.Service, fields, p.AmountField, p.Recipient})
	if err != nil {
		return nil, nil, err
	}
	r := &row{
		reference: p.Reference, account: p.Account, service: p.Service, transactionID: id, amount: amount, mask: p.Mask,
		digest: j.privacy.sum("request", string(text)), state: Queued,
	}
	if p.Recipient != "" {
		r.recipient = j.privacy.sum("recipient", j.book, p.Recipient)
	}
	if !p.NotBefore.IsZero() {
		r.nextAt = p.NotBefore.UnixMilli()
	}
	if reason := j.options.limit(r); p.Hold || reason != "" {
		r.state, r.cause = Held, reason
	}
	if r.request, err = j.privacy.sealer.Seal(ctx, text, j.about(r)); err != nil {
		return nil, nil, fmt.Errorf("finikjournal: seal the request of %s: %w", p.Reference, err)
	}
	return r, nil, nil
}

// about returns the bytes that Sealer gets as about for a payout.
func (j *Journal) about(r *row) []byte { return framed(j.book, r.reference, r.transactionID) }

// visible reports whether a string has 1 to most printable characters, without spaces at
// its ends.
func visible(text string, most int) bool {
	n := utf8.RuneCountInString(text)
	return n > 0 && n <= most && utf8.ValidString(text) && strings.TrimSpace(text) == text && !strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) })
}

// canonical encodes fields as they are sent.
func canonical(f finik.Fields) (json.RawMessage, error) {
	text, err := json.Marshal(map[string]any(f))
	if err != nil {
		return nil, err
	}
	return finik.CanonicalJSON(text)
}

// micros returns the amount in fields in millionths, and false if it is missing, zero or not
// a plain decimal number.
func micros(fields json.RawMessage, name string) (int64, bool) {
	text, ok := wire.Words(fields, name)
	whole, fraction, _ := strings.Cut(text, ".")
	if !ok || len(whole) > 12 || len(fraction) > 6 || whole == "" || strings.HasSuffix(text, ".") || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", 6-len(fraction)), 10, 64)
	return n, err == nil && n > 0
}

var errTampered = errors.New("finikjournal: the stored request is not the one that was added")

// opened returns a payout as it was added, without NotBefore and Hold. It fails with
// ErrErased, errTampered, or an error of the Sealer.
func (j *Journal) opened(ctx context.Context, r *row) (Payout, error) {
	if r.request == nil {
		return Payout{}, fmt.Errorf("%w: %s", ErrErased, r.reference)
	}
	text, err := j.privacy.sealer.Open(ctx, r.request, j.about(r))
	if err != nil {
		return Payout{}, fmt.Errorf("finikjournal: open the request of %s: %w", r.reference, err)
	}
	if !hmac.Equal(j.privacy.sum("request", string(text)), r.digest) {
		return Payout{}, fmt.Errorf("%w: %s", errTampered, r.reference)
	}
	var c content
	if err := wire.Decode(text, &c); err != nil {
		return Payout{}, err
	}
	p := Payout{Reference: r.reference, Account: c.Account, User: c.User, Service: c.Service, AmountField: c.AmountField, Recipient: c.Recipient, Mask: r.mask}
	d := json.NewDecoder(bytes.NewReader(c.Fields))
	d.UseNumber() // numbers keep their digits
	if err := d.Decode((*map[string]any)(&p.Fields)); err != nil {
		return Payout{}, fmt.Errorf("finikjournal: read stored fields: %w", err)
	}
	return p, nil
}

// request returns the request to send for a payout.
func (p Payout) request(transactionID string) finik.CreatePaymentRequest {
	return finik.CreatePaymentRequest{AccountID: p.Account, UserID: p.User, ServiceID: p.Service, TransactionID: transactionID, Fields: p.Fields}
}
