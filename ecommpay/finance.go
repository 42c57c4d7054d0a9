package ecommpay

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/wire"
)

// RawAnswer is an answer whose shape no document has.
type RawAnswer struct {
	// Rows are the elements of the array in the answer, as received; none where
	// it has no array or several.
	Rows []json.RawMessage
	// Raw is the answer as received, its signature included.
	Raw json.RawMessage
}

// FinancialOperationsParams selects financial operations. Path and purpose of
// the request are documented, its members are not: From and To are sent as
// ListOperations sends them, and whatever else the service wants is in Unchecked.
// Unverified.
type FinancialOperationsParams struct {
	// From and To are both included, and sent in UTC, cut to whole seconds. One of
	// them is needed.
	From, To time.Time
	// Unchecked are further members of the request: JSON texts by name. None may
	// hold a semicolon, which could be read in two ways under one signature.
	Unchecked map[string]json.RawMessage
}

// FinancialOperations reads operations with their fees, the source for
// reconciliation with what is paid out. No document has the shape of the request
// or of the answer: rows are raw, and there is no walk. Unverified.
//
// Its retries and errors are those of [Client.ListOperations].
//
// ecommpay Data API: POST /financial-reporting/operations
func (c *Client) FinancialOperations(ctx context.Context, p FinancialOperationsParams, opts ...CallOption) (*RawAnswer, error) {
	faults := append(neededFaults(Interval{p.From, p.To}), memberFaults("Unchecked", p.Unchecked, "token", "signature", "interval", "tz")...)
	body := map[string]any{"interval": newPeriod(Interval{p.From, p.To}, timeForm), "tz": "+00:00"}
	for name, member := range p.Unchecked {
		body[name] = member
	}
	q := request{operation: "FinancialOperations", path: []string{"financial-reporting", "operations"}, body: body, faults: faults}
	return do(ctx, c, q, newCall(opts), decodeRaw)
}

// neededFaults are those of an interval that must have an end.
func neededFaults(i Interval) []string {
	if i.IsZero() {
		return []string{"From, To: one of them is needed"}
	}
	return i.faults("")
}

func decodeRaw(body []byte) (*RawAnswer, error) {
	var members map[string]json.RawMessage
	if err := wire.Decode(body, &members); err != nil {
		return nil, err
	}
	out := &RawAnswer{Raw: wire.Text(body)}
	arrays := 0
	for _, member := range members {
		if !strings.HasPrefix(string(member), "[") {
			continue
		}
		rows, err := wire.Elements(member)
		if err != nil {
			return nil, err
		}
		arrays++
		out.Rows = make([]json.RawMessage, len(rows))
		for i, row := range rows {
			out.Rows[i] = row
		}
	}
	if arrays > 1 {
		out.Rows = nil
	}
	return out, nil
}
