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

const (
	atRequest place = iota
	atDial
	atHandshake
)

// Shape is a way in which a connection breaks, with what must follow.
type Shape struct {
	Name string
	// Unsent: the client has proof that nothing was sent.
	Unsent bool
	// Processed: the fake has carried the request out.
	Processed bool
	// Final: no kind of call is retried after it.
	Final bool
	// Harmless: the call succeeds.
	Harmless bool
	// Secure: needs a proxy with TLS.
	Secure bool
	// Slow: ends by a timeout only.
	Slow bool
	// Cause reports whether err is the error that this shape must lead to. Nil
	// accepts every error.
	Cause func(err error) bool

	at      place
	address string // dialled instead of the right one
	plain   bool   // answers without TLS
	apply   func(x *Exchange)
}

// Instead returns a shape that calls answer instead of answering a request.
func Instead(answer func(x *Exchange)) Shape { return Shape{apply: answer} }

// Hold returns a shape that calls do instead of answering a request, and keeps
// the connection open.
func Hold(do func()) Shape {
	return Shape{apply: func(x *Exchange) {
		do()
		x.hold()
	}}
}

// OnRequests reports whether the shape breaks requests, and not dials or
// handshakes.
func (s Shape) OnRequests() bool { return s.at == atRequest }

// Shapes returns all shapes: fourteen, some in two variants.
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

// BrokenGzip returns the answer compressed, with a wrong checksum at the end.
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

// processed forwards the request to the fake before spoil spoils the answer.
func processed(spoil func(*Exchange, Answer)) func(*Exchange) {
	return func(x *Exchange) {
		if answer, err := x.Forward(); err == nil {
			spoil(x, answer)
		}
	}
}

// drip sends a body byte by byte, and never the last byte.
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

// hold waits until the client has disconnected.
func (x *Exchange) hold() { _, _ = io.Copy(io.Discard, x.conn) }

// reset closes the connection with RST instead of FIN.
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
