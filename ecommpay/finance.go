package ecommpay

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/wire"
)

// RawAnswer is an answer whose shape no document describes.
type RawAnswer struct {
	// Rows are the elements of the only array among the members of the answer, as
	// received. nil if the answer has no array, or several.
	Rows []json.RawMessage
	// Raw is the whole answer as received, with its signature.
	Raw json.RawMessage
}

// FinancialOperationsParams selects financial operations. A value that is not
// allowed is refused with ErrInvalidRequest before sending. The documents describe
// the path and purpose of the request but not its members. From and To are sent
// as ListOperations sends them (Unverified). Put anything else that the service
// wants into Unchecked.
type FinancialOperationsParams struct {
	// From and To are both included, and sent in UTC, cut to whole seconds. At
	// least one must be set; a zero end is not sent.
	From, To time.Time
	// Unchecked adds members to the request: JSON values by name. A name must not be
	// empty, have a semicolon or colon, or be interval, tz, token or signature. A
	// value must be JSON without a semicolon and without repeated names.
	Unchecked map[string]json.RawMessage
}

// FinancialOperations reads operations with their fees, for reconciliation with
// settlements. p.From or p.To must be set; p.Unchecked may be nil.
//
// No document describes the request or the answer. So RawAnswer holds raw JSON,
// and one call reads one answer, without pagination. That the service accepts
// the request is Unverified.
//
// The call only reads. It is retried as [Client.ListOperations] is, and returns
// the same errors. ErrInvalidRequest, before anything is sent, comes for the zero
// p, for any other p that [FinancialOperationsParams] does not allow, and for a
// wrong option. The result is nil with every error.
//
// ecommpay Data API: POST /financial-reporting/operations
func (c *Client) FinancialOperations(ctx context.Context, p FinancialOperationsParams, opts ...CallOption) (*RawAnswer, error) {
	problems := append(neededProblems(Interval{p.From, p.To}), memberProblems("Unchecked", p.Unchecked, "token", "signature", "interval", "tz")...)
	body := map[string]any{"interval": newPeriod(Interval{p.From, p.To}, timeForm), "tz": "+00:00"}
	for name, member := range p.Unchecked {
		body[name] = member
	}
	q := request{operation: "FinancialOperations", path: []string{"financial-reporting", "operations"}, body: body, problems: problems}
	return do(ctx, c, q, newCall(opts), decodeRaw)
}

// neededProblems returns what is wrong with an interval of which at least one end
// must be set, nil if nothing is.
func neededProblems(i Interval) []string {
	if i.IsZero() {
		return []string{"From, To: one of them is needed"}
	}
	return i.problems("")
}

// decodeRaw decodes an answer of unknown shape: the rows of its only array, if it
// has exactly one, and the whole. It returns an error if the body is not a JSON
// object or an array in it is not valid JSON.
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
