package vima

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

func (c *Client) prepareDo(*transport.Request) []string { return nil }

// outcomeOfDo returns the refusal in an answer of any shape, if it is one.
func (c *Client) outcomeOfDo(_ context.Context, operation string, a transport.Response, _ any) error {
	var e envelope
	if transport.IsObject(a.Body) {
		_ = wire.Decode(a.Body, &e) // members of other kinds are no error of the collector's
	}
	code, _ := strconv.Atoi(e.Code)
	if a.StatusCode/100 == 2 && !says(e.Error) && (code < 400 || code > 599) {
		return nil
	}
	refused := e.refusal(a)
	if own, ok := refused.(*Error); ok { //nolint:errorlint // made here, never wrapped
		own.Operation = operation
	}
	return refused
}

// says reports whether the member error of an answer is one.
func says(member json.RawMessage) bool {
	switch string(member) {
	case "", "null", "false", "0", `""`, "[]", "{}":
		return false
	}
	return true
}
