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

// Balance is what is available for payouts. The service says that it may be up to
// 30 minutes old.
type Balance struct {
	// Name is the merchant's name of the balance. A currency in it need not be
	// that of the amount.
	Name string
	// AmountsMinor are the amounts in minor units by currency, spelled as the
	// service spells it: 310099 by SGD is 3100.99 SGD, see [Major]. That is an ISO
	// 4217 code in capitals as a rule, but may be any other text, such as USDT,
	// for which both Major and [Balance.Major] return an error. There is at least one amount, and one only
	// as a rule.
	AmountsMinor map[string]int64

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/name". Such a field is nil
	// or zero, and Raw has its value. An array with an element of another kind is nil
	// as a whole. Unread is nil where everything fits. Amounts always fit: see
	// BalanceList.Bad.
	Unread []string `json:"-"`

	// Raw is the balance as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// BalanceList is the balances of the projects that the token reaches.
type BalanceList struct {
	Balances []*Balance
	Bad      []BadRow // the rows that did not decode, which are not in Balances
}

// Balances reads what is available for payouts, of every project that the token
// reaches. The amounts may be up to 30 minutes old. Rows that do not decode are in
// BalanceList.Bad and are no error.
//
// Its retries and errors are those of [Client.ListOperations].
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
		if err := arrayFault("balance", envelope.Balance); err != nil {
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
	errBadBalance = errors.New("a member of a balance, other than its name, is not a whole number")
	errNoAmount   = errors.New("a balance has no amount")
)

// UnmarshalJSON decodes a balance, one of the API or a stored Raw. Every member
// except name is an amount by its currency: a whole number, as a JSON number or a
// string. A member that is anything else (null, 1.50, an object) is an error, and
// so is a balance without an amount: money must not vanish because its member has
// an unexpected form.
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

// Major returns the amounts in major units by currency, each as the function
// [Major] returns it. If any currency is unknown to it, such as USDT, the map is
// nil and the error is [ErrInvalidRequest], which names all such currencies.
func (b Balance) Major() (map[string]decimal.Decimal, error) {
	amounts := make(map[string]decimal.Decimal, len(b.AmountsMinor))
	var faults []string
	for _, currency := range slices.Sorted(maps.Keys(b.AmountsMinor)) {
		major, err := Major(b.AmountsMinor[currency], currency)
		if err != nil {
			faults = append(faults, fmt.Sprintf("AmountsMinor: %.16q is not an ISO 4217 code with minor units, active or withdrawn since 2009", currency))
		}
		amounts[currency] = major
	}
	if len(faults) > 0 {
		return nil, invalid(faults...)
	}
	return amounts, nil
}

// MarshalJSON gives Raw where there is one, and the typed fields where there is
// none.
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

// String is the name with the amounts.
func (b Balance) String() string {
	text := b.Name + ":"
	for _, currency := range slices.Sorted(maps.Keys(b.AmountsMinor)) {
		text += " " + Sum{b.AmountsMinor[currency], currency}.String()
	}
	return text
}
