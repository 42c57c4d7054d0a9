package transport

import (
	"context"
	"net/http/httptrace"
)

// discreet is the context of a request with credentials. If its parent has a trace
// (net/http/httptrace), discreet hides from the trace the events with header
// fields: WroteHeaderField, which would show secrets and over HTTP/2 the path with
// its query, and Got1xxResponse. The trace gets all other events that httptrace has
// today. Everything else is as in the parent.
type discreet struct{ context.Context } //nolint:containedctx // it is a context

func (d discreet) Value(key any) any {
	value := d.Context.Value(key)
	trace, ok := value.(*httptrace.ClientTrace)
	if !ok || trace == nil {
		return value
	}
	return &httptrace.ClientTrace{ // all except Got1xxResponse, WroteHeaderField and future hooks
		GetConn:              trace.GetConn,
		GotConn:              trace.GotConn,
		PutIdleConn:          trace.PutIdleConn,
		GotFirstResponseByte: trace.GotFirstResponseByte,
		Got100Continue:       trace.Got100Continue,
		DNSStart:             trace.DNSStart,
		DNSDone:              trace.DNSDone,
		ConnectStart:         trace.ConnectStart,
		ConnectDone:          trace.ConnectDone,
		TLSHandshakeStart:    trace.TLSHandshakeStart,
		TLSHandshakeDone:     trace.TLSHandshakeDone,
		WroteHeaders:         trace.WroteHeaders,
		Wait100Continue:      trace.Wait100Continue,
		WroteRequest:         trace.WroteRequest,
	}
}
