package torture

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"
	"syscall"
	"time"
)

type place int

// The places at which a [Shape] may break a connection: at a request that has
// reached the proxy, at a dial of the client, and at the TLS handshake of a
// secure proxy.
const (
	atRequest place = iota
	atDial
	atHandshake
)

// Shape is a way in which a [Proxy] breaks a connection, and what a test must
// then find. [Shapes], [Instead] and [Hold] make shapes. Use the zero Shape
// only to end the breaking, Break(Shape{}, 0, 0): with other numbers the proxy
// panics at a request.
type Shape struct {
	// Name is for the names of tests; "" for Instead and Hold.
	Name string
	// Unsent is true if the client can know that it sent nothing, so that a retry
	// of any call is safe.
	Unsent bool
	// Processed is true if the fake carries the request out before the
	// connection breaks.
	Processed bool
	// Final is true if the client must not retry any call after this shape.
	Final bool
	// Harmless is true if the client gets the whole answer, so that the call
	// succeeds.
	Harmless bool
	// Secure is true if the shape needs a proxy with TLS.
	Secure bool
	// Slow is true if only a timeout of the client ends the call.
	Slow bool
	// Cause reports whether err is the error that this shape must lead to. Nil
	// accepts every error.
	Cause func(err error) bool

	at      place
	address string // dialled instead of the right one
	plain   bool   // answers without TLS
	apply   func(x *Exchange)
}

// Instead returns a shape that calls respond for each request that it breaks.
// respond may write to the client with x.Write; when respond returns, the proxy
// closes the connection. The fake gets the request only if respond calls
// x.Forward. respond must not be nil, and is called by several goroutines if
// requests overlap.
func Instead(respond func(x *Exchange)) Shape { return Shape{apply: respond} }

// Hold returns a shape that calls onRequest for each request that it breaks, and
// then sends nothing. The connection stays open until the client disconnects or
// the proxy is closed. The fake does not get the request. onRequest must not be
// nil, and is called by several goroutines if requests overlap.
func Hold(onRequest func()) Shape {
	return Shape{apply: func(x *Exchange) {
		onRequest()
		x.hold()
	}}
}

// OnRequests returns true for a shape that breaks requests, and false for a
// shape that breaks dials or TLS handshakes.
func (s Shape) OnRequests() bool { return s.at == atRequest }

// Shapes returns the 17 shapes that the tests run against every operation. Each
// call returns a new slice in the same order.
func Shapes() []Shape {
	return []Shape{
		{Name: "refused", Unsent: true, Cause: is(syscall.ECONNREFUSED), at: atDial, address: "127.0.0.1:1"},
		{Name: "reset before", Cause: isReset, apply: func(x *Exchange) { x.reset() }},
		{Name: "reset after processing", Processed: true, Cause: isReset, apply: processed(func(x *Exchange, _ Answer) { x.reset() })},
		{Name: "half a status line", Processed: true, apply: processed(func(x *Exchange, a Answer) {
			x.Write(a.Bytes()[:len("HTTP/1.1 2")])
		})},
		{Name: "half a body", Processed: true, Cause: is(io.ErrUnexpectedEOF), apply: processed(func(x *Exchange, a Answer) {
			whole := a.Bytes()
			x.Write(whole[:len(whole)-(len(a.Body)+1)/2])
		})},
		{Name: "slow body", Processed: true, Slow: true, Cause: is(context.DeadlineExceeded), apply: processed(drip)},
		{Name: "stall", Processed: true, Slow: true, Cause: is(context.DeadlineExceeded), apply: processed(func(x *Exchange, _ Answer) { x.hold() })},
		{Name: "garbage", Processed: true, apply: processed(func(x *Exchange, _ Answer) {
			x.Write([]byte("\x00\xff{[\"]}\x01 no HTTP at all\r\n\r\n\xc3\x28"))
		})},
		{Name: "length too long", Processed: true, Cause: is(io.ErrUnexpectedEOF), apply: processed(func(x *Exchange, a Answer) {
			x.Write(a.With("Content-Length", strconv.Itoa(len(a.Body)+7)).Bytes())
		})},
		{Name: "length too short", Processed: true, Final: true, apply: processed(func(x *Exchange, a Answer) {
			x.Write(a.With("Content-Length", strconv.Itoa(len(a.Body)/2)).Bytes())
			x.hold()
		})},
		{Name: "broken gzip", Processed: true, Cause: is(gzip.ErrChecksum), apply: processed(func(x *Exchange, a Answer) {
			// Otherwise the next request might meet the end of this connection.
			x.Write(BrokenGzip(a).With("Connection", "close").Bytes())
		})},
		{Name: "no TLS", Unsent: true, Secure: true, at: atHandshake, plain: true},
		{Name: "untrusted certificate", Unsent: true, Final: true, Secure: true, Cause: isCertificate, at: atHandshake},
		{Name: "no such host", Unsent: true, Cause: isDNS, at: atDial, address: "api.provider.invalid.:443"},
		{Name: "100-continue, then the answer", Processed: true, Harmless: true, apply: processed(func(x *Exchange, a Answer) {
			x.Write([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n"))
			x.Write(a.Bytes())
		})},
		{Name: "100-continue, then nothing", Processed: true, Cause: isReset, apply: processed(func(x *Exchange, _ Answer) {
			x.Write([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
		})},
		{Name: "early close", Processed: true, Cause: isReset, apply: processed(func(*Exchange, Answer) {})},
	}
}

// BrokenGzip returns a copy of the answer whose body is compressed with gzip
// and has a wrong checksum. Content-Encoding and Content-Length of the copy fit
// the new body. a is not changed.
func BrokenGzip(a Answer) Answer {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(a.Body)
	_ = z.Close()
	const trailer = 8 // checksum and length
	packed.Bytes()[packed.Len()-trailer] ^= 0xff
	a.Body = packed.Bytes()
	return a.With("Content-Encoding", "gzip").With("Content-Length", strconv.Itoa(len(a.Body)))
}

// processed returns a function for Shape.apply. The function sends the request
// to the fake and then calls spoil with the answer, which spoil writes to the
// client in a broken form. If the fake cannot be reached, spoil is not called,
// and the client gets nothing.
func processed(spoil func(*Exchange, Answer)) func(*Exchange) {
	return func(x *Exchange) {
		if answer, err := x.Forward(); err == nil {
			spoil(x, answer)
		}
	}
}

// drip sends the client the header of a, and then the body one byte each 10 ms,
// except the last byte. It returns when the client disconnects or the proxy is
// closed.
func drip(x *Exchange, a Answer) {
	whole := a.Bytes()
	head := len(whole) - len(a.Body)
	x.Write(whole[:head])
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for i := head; i < len(whole)-1; i++ {
		if !x.Write(whole[i : i+1]) {
			return
		}
		<-tick.C
	}
	x.hold()
}

// hold sends nothing, and waits until the client disconnects or the proxy is
// closed. It reads and discards what the client sends.
func (x *Exchange) hold() { _, _ = io.Copy(io.Discard, x.conn) }

// reset closes the connection at once. A TCP connection is closed with RST
// instead of FIN, so the client sees an aborted connection. For a connection in
// memory the client sees io.EOF.
func (x *Exchange) reset() {
	if tcp, ok := x.tcp.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = x.tcp.Close()
}

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func isDNS(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

func isCertificate(err error) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}
