package ecommpay

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// CurrencyRatesParams selects currency rates. How its members nest in the
// request was put together from a flat list of them. Unverified.
type CurrencyRatesParams struct {
	MerchantID string // decimal; the provider's support tells it. "" is none
	Currency   string // ISO 4217 code; "" is none
	// From and To are both included, and sent in UTC, cut to whole seconds. A span
	// below an hour returns the rate at From. At least one of the two must be set.
	From, To time.Time
	// Unchecked are further members of the request's filter, as with
	// [ListOperationsParams].
	Unchecked map[string]json.RawMessage
}

// CurrencyRates reads reference rates against the US dollar, one for each hour.
// They inform and bind nobody. No document has the shape of the answer: rows are
// raw. Unverified.
//
// Its retries and errors are those of [Client.ListOperations].
//
// ecommpay Data API: POST /currency-rates/get
func (c *Client) CurrencyRates(ctx context.Context, p CurrencyRatesParams, opts ...CallOption) (*RawAnswer, error) {
	type filter struct {
		Merchant any     `json:"merchant,omitzero"`
		Currency string  `json:"currency,omitzero"`
		Interval *period `json:"interval"`
	}
	f := filter{Currency: p.Currency, Interval: newPeriod(Interval{p.From, p.To}, timeForm)}
	faults := neededFaults(Interval{p.From, p.To})
	if p.MerchantID != "" {
		f.Merchant = numbers([]string{p.MerchantID})[0]
		if !number(p.MerchantID) {
			faults = append(faults, "MerchantID: must be a decimal number")
		}
	}
	if p.Currency != "" && (len(p.Currency) != 3 || strings.Trim(p.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		faults = append(faults, "Currency: must be three capital letters")
	}
	faults = append(faults, memberFaults("Unchecked", p.Unchecked, "token", "signature", "merchant", "currency", "interval")...)
	body := struct {
		Filter extended `json:"filter"`
		TZ     string   `json:"tz"`
	}{extended{f, p.Unchecked}, "+00:00"}
	q := request{operation: "CurrencyRates", path: []string{"currency-rates", "get"}, body: body, faults: faults}
	return do(ctx, c, q, newCall(opts), decodeRaw)
}
