package ecommpay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

// Balance is the money available for payouts in one balance. The service says
// that it may be up to 30 minutes old.
type Balance struct {
	// Name is the merchant's name of the balance, "" if the answer has none. A
	// name may mention another currency than the amounts have.
	Name string
	// AmountsMinor holds the amounts in minor units by currency: 310099 under
	// "SGD" is 3100.99 SGD, see [Major]. Currencies are spelled as the service
	// spells them, usually ISO 4217 codes in capitals. Any other string may come,
	// such as "USDT"; for it both Major and [Balance.Major] return an error.
	// There is at least one amount, usually exactly one. Amounts may be negative.
	AmountsMinor map[string]int64

	// Unread is []string{"/name"}, a JSON pointer (RFC 6901), if the member "name" is
	// neither a string nor a number: Name is then "", and Raw has the value.
	// Otherwise Unread is nil. A balance with an amount that cannot be read is in
	// BalanceList.Bad instead.
	Unread []string `json:"-"`

	// Raw is the balance as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// BalanceList holds the balances of all projects that the token reaches.
type BalanceList struct {
	Balances []*Balance // in the order of the answer; empty if it has none that decodes
	Bad      []BadRow   // the rows that did not decode; they are not in Balances. nil if all did
}

// Balances reads the money available for payouts in every project that the
// token reaches, in one request without pagination. The amounts may be up to 30
// minutes old. Rows that do not decode are in BalanceList.Bad; the call still
// succeeds.
//
// If the service answers without rows, BalanceList.Balances is empty and the
// error is nil. Whether a token that reaches no project gets this answer or a
// refusal is Unverified.
//
// The call only reads. It is retried after network errors, a body cut short and
// the statuses 429, 500, 502, 503 and 504, see [WithRetry]. After a 401 it is
// sent once more if a [CredentialSource] has new credentials.
//
// The result is nil with every error. The errors are:
//   - ErrInvalidRequest for a wrong option, before anything is sent
//   - *Error for a refusal, *SignatureError for a wrong or missing signature
//   - *DecodeError for an answer that cannot be read, ErrResponseTooLarge
//   - errors of the context, the network, a [Signer] and a [CredentialSource]
//
// ecommpay Data API: POST /balance/get
func (c *Client) Balances(ctx context.Context, opts ...CallOption) (*BalanceList, error) {
	q := request{operation: "Balances", path: []string{"balance", "get"}, body: struct{}{}}
	return do(ctx, c, q, newCall(opts), func(body []byte) (*BalanceList, error) {
		var envelope struct {
			Balance json.RawMessage `json:"balance"`
		}
		if err := wire.Decode(body, &envelope); err != nil {
			return nil, err
		}
		if err := checkArray("balance", envelope.Balance); err != nil {
			return nil, err
		}
		balances, bad, err := wire.Rows[Balance](envelope.Balance)
		if err != nil {
			return nil, err
		}
		return &BalanceList{Balances: balances, Bad: badRows(bad)}, nil
	})
}

var (
	errBadBalance = errors.New("a balance member other than its name is not a whole number")
	errNoAmount   = errors.New("a balance has no amount")
)

// UnmarshalJSON decodes one balance, from the API or from a stored Raw. It
// replaces all fields of b; Raw becomes a copy of data.
//
// The member "name" sets Name: a string or a number. If "name" is missing or
// null, Name is "". If "name" is anything else, Name is "" and Unread holds
// "/name". Every other member is an amount, and the name of the member is the
// currency. An amount is a whole number within int64, as a JSON number or a
// string.
//
// UnmarshalJSON returns an error, and leaves b unchanged, if
//   - an amount is anything else: null, "", 1.50, an object
//   - data holds no amount
//   - two members have the same name, such as "USD" twice or "name" twice
//   - data is not a JSON object
//
// A member with an unexpected form is an error and not skipped: skipping it
// could lose money.
func (b *Balance) UnmarshalJSON(data []byte) error {
	var members map[string]json.RawMessage
	if err := wire.Decode(data, &members); err != nil {
		return err
	}
	out := Balance{AmountsMinor: map[string]int64{}, Raw: wire.Raw(data)}
	for name := range members {
		if name == "name" {
			continue
		}
		text, ok := wire.Field(data, name)
		minor, err := minorUnits(text)
		if !ok || text == "" || err != nil {
			return errBadBalance
		}
		out.AmountsMinor[name] = minor
	}
	if len(out.AmountsMinor) == 0 {
		return errNoAmount
	}
	if name, ok := wire.Words(data, "name"); ok || members["name"] == nil {
		out.Name = name
	} else {
		out.Unread = []string{"/name"}
	}
	*b = out
	return nil
}

// Major returns the amounts in major units by currency, converted by the function
// [Major]. Without amounts the map is empty and the error is nil. If [Major] does
// not know a currency, such as USDT, the map is nil and the error is
// [ErrInvalidRequest]; its text names all such currencies.
func (b Balance) Major() (map[string]decimal.Decimal, error) {
	amounts := make(map[string]decimal.Decimal, len(b.AmountsMinor))
	var problems []string
	for _, currency := range slices.Sorted(maps.Keys(b.AmountsMinor)) {
		major, err := Major(b.AmountsMinor[currency], currency)
		if err != nil {
			problems = append(problems, fmt.Sprintf("AmountsMinor: %.16q is not an ISO 4217 code with minor units, active or withdrawn since 2009", currency))
		}
		amounts[currency] = major
	}
	if len(problems) > 0 {
		return nil, invalid(problems...)
	}
	return amounts, nil
}

// MarshalJSON returns Raw itself, unchecked, if Raw is not nil. Changes of the
// other fields then have no effect.
//
// If Raw is nil, MarshalJSON returns one flat object, such as
// {"USD":"310099","name":"shop"}. The member "name" is Name, also if Name is
// "". Every other member is named by a currency and is the amount in minor
// units, as a string. If Name or a currency is not valid UTF-8, the result is
// nil with an error.
func (b Balance) MarshalJSON() ([]byte, error) {
	if b.Raw != nil {
		return b.Raw, nil
	}
	members := map[string]string{"name": b.Name}
	for currency, minor := range b.AmountsMinor {
		members[currency] = fmt.Sprint(minor)
	}
	return wire.Encode(members)
}

// String returns the name, a colon and the amounts, sorted by currency: in
// major units where [Major] knows the currency, otherwise in minor units with
// the words "minor units". Without amounts it returns the name and the colon.
func (b Balance) String() string {
	text := b.Name + ":"
	for _, currency := range slices.Sorted(maps.Keys(b.AmountsMinor)) {
		text += " " + Sum{b.AmountsMinor[currency], currency}.String()
	}
	return text
}
