package ecommpay

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// CurrencyRatesParams selects currency rates. A value that is not allowed is
// refused with ErrInvalidRequest before sending. The documents list the members
// of the request without their nesting, so the nesting that is sent is Unverified.
type CurrencyRatesParams struct {
	MerchantID string // a decimal number, from the provider's support; "" means none is sent
	Currency   string // ISO 4217 code, three capital letters; "" means none is sent
	// From and To are both included, and sent in UTC, cut to whole seconds. At
	// least one must be set; a zero end is not sent. A span below an hour returns
	// the rate at From.
	From, To time.Time
	// Unchecked adds members to the request's filter: JSON values by name. A name must
	// not be empty, have a semicolon or colon, or be one of merchant, currency,
	// interval, token and signature. A value must be JSON without a semicolon and
	// without repeated names.
	Unchecked map[string]json.RawMessage
}

// CurrencyRates reads reference rates against the US dollar, one for each hour
// of a period, in one request without pagination. The rates are for information
// and not binding.
//
// p.From or p.To must be set. The other fields of p may be left out. No
// document describes the answer, so RawAnswer holds raw JSON. That the service
// accepts the request is Unverified.
//
// The call only reads. It is retried as [Client.ListOperations] is, and returns
// the same errors. ErrInvalidRequest, before anything is sent, comes for the zero
// p, for any other p that [CurrencyRatesParams] does not allow, and for a wrong
// option. The result is nil with every error.
//
// ecommpay Data API: POST /currency-rates/get
func (c *Client) CurrencyRates(ctx context.Context, p CurrencyRatesParams, opts ...CallOption) (*RawAnswer, error) {
	type filter struct {
		Merchant any     `json:"merchant,omitzero"`
		Currency string  `json:"currency,omitzero"`
		Interval *period `json:"interval"`
	}
	f := filter{Currency: p.Currency, Interval: newPeriod(Interval{p.From, p.To}, timeForm)}
	problems := neededProblems(Interval{p.From, p.To})
	if p.MerchantID != "" {
		f.Merchant = numbers([]string{p.MerchantID})[0]
		if !number(p.MerchantID) {
			problems = append(problems, "MerchantID: must be a decimal number")
		}
	}
	if p.Currency != "" && (len(p.Currency) != 3 || strings.Trim(p.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		problems = append(problems, "Currency: must be three capital letters")
	}
	problems = append(problems, memberProblems("Unchecked", p.Unchecked, "token", "signature", "merchant", "currency", "interval")...)
	body := struct {
		Filter extended `json:"filter"`
		TZ     string   `json:"tz"`
	}{extended{f, p.Unchecked}, "+00:00"}
	q := request{operation: "CurrencyRates", path: []string{"currency-rates", "get"}, body: body, problems: problems}
	return do(ctx, c, q, newCall(opts), decodeRaw)
}
