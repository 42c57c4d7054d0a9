package torture

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// Proxy is an HTTP server between a client and a fake. It passes requests and
// answers on. After [Proxy.Break] it also breaks connections. [NewProxy] and
// [NewProxyInMemory] make a Proxy; the zero Proxy cannot be used. The caller must
// call [Proxy.Close]. A Proxy is safe for concurrent use.
type Proxy struct {
	// URL is the base URL for a client: the fake's URL with the address of the
	// proxy, and https if the proxy is secure. In memory it is the fake's URL.
	URL string

	target   string
	secure   bool
	listener net.Listener // nil for a proxy in memory
	running  sync.WaitGroup
	hits     atomic.Int64
	dials    atomic.Int64

	mu     sync.Mutex
	open   map[net.Conn]bool
	closed bool
	shape  Shape
	skip   int
	times  int
}

// NewProxy starts a proxy on a free port of 127.0.0.1, in front of the fake at
// fakeURL, an http URL such as Fake.URL. If secure is true, the proxy speaks
// TLS to the client and plain HTTP to the fake; otherwise it speaks plain HTTP
// to both. The caller must call Close. NewProxy panics if it cannot listen or
// fakeURL cannot be parsed.
func NewProxy(fakeURL string, secure bool) *Proxy {
	p := NewProxyInMemory(fakeURL)
	p.secure, p.listener = secure, listen()
	u, err := url.Parse(fakeURL)
	if err != nil {
		panic(err)
	}
	u.Host = p.listener.Addr().String()
	if secure {
		u.Scheme = "https"
	}
	p.URL = u.String()
	p.running.Go(func() {
		for {
			conn, err := p.listener.Accept()
			if err != nil {
				return
			}
			if p.track(conn) {
				p.running.Go(func() { p.serve(conn) })
			}
		}
	})
	return p
}

// NewProxyInMemory returns a proxy in front of the fake at fakeURL, without TLS
// and without a port: only the clients of [Proxy.Client] reach it. In a
// testing/synctest bubble, time stands still while the proxy waits for the
// fake. If the proxy holds an answer back, time jumps to the client's next
// deadline. The caller must call Close. NewProxyInMemory panics if fakeURL
// cannot be parsed.
func NewProxyInMemory(fakeURL string) *Proxy {
	u, err := url.Parse(fakeURL)
	if err != nil {
		panic(err)
	}
	return &Proxy{URL: fakeURL, target: u.Host, open: map[net.Conn]bool{}}
}

// Break makes the proxy apply shape to later events. An event is a request that
// arrives, a dial by a client of [Proxy.Client], or a TLS handshake: the kind
// that shape breaks. In memory, dials and handshakes are never broken.
//
// The proxy first lets skip events through; a negative skip counts as 0. It then
// breaks count events: none if count is 0, all if count is negative. A second
// Break replaces shape, skip and count.
//
// Break(Shape{}, 0, 0) ends the breaking. Do not pass the zero Shape with
// another count: the proxy then panics at a request.
func (p *Proxy) Break(shape Shape, skip, count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shape, p.skip, p.times = shape, skip, count
}

// Hits returns the number of requests that arrived whole or with a body cut
// short. Requests that a shape broke count too; dials and handshakes do not.
func (p *Proxy) Hits() int { return int(p.hits.Load()) }

// Dials returns how many connections the clients of [Proxy.Client] tried to
// open, failed ones included.
func (p *Proxy) Dials() int { return int(p.dials.Load()) }

// Client returns a new HTTP client with its own connections and without a
// timeout. It accepts the certificate of the proxy. For a proxy in memory,
// every request of the client goes to the proxy, with any host in the URL.
// Otherwise the client dials the host of the URL, except while the [Shape] of
// the proxy makes dialing fail.
func (p *Proxy) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:     p.dial,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: trusted().pool},
	}}
}

// Close stops the proxy and closes its connections: requests still running are
// aborted. It waits until its goroutines have ended, also for a request that
// the fake is still answering. It does not close the fake. Further calls do
// nothing.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	for conn := range p.open {
		_ = conn.Close()
	}
	p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close()
	}
	p.running.Wait()
}

func (p *Proxy) track(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		_ = conn.Close()
		return false
	}
	p.open[conn] = true
	return true
}

// take decides about one event at the place spot, one of the constants of
// place. It returns the shape to apply and true if the proxy must break the
// event. It then lowers the number of events to break, unless this number is
// negative.
//
// Otherwise take returns the zero Shape and false:
//   - [Proxy.Break] was not called, has no events left to break, or has a shape
//     for another place
//   - the event is one that [Proxy.Break] lets pass; take lowers the number of
//     these events
func (p *Proxy) take(spot place) (Shape, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.shape.at != spot || p.times == 0:
		return Shape{}, false
	case p.skip > 0:
		p.skip--
		return Shape{}, false
	case p.times > 0:
		p.times--
	}
	return p.shape, true
}

func (p *Proxy) dial(ctx context.Context, network, address string) (net.Conn, error) {
	p.dials.Add(1)
	if p.listener == nil {
		client, conn := net.Pipe()
		if p.track(conn) {
			p.running.Go(func() { p.serve(conn) }) //nolint:contextcheck // a connection outlives its dial
		}
		return client, nil
	}
	var dialer net.Dialer
	if shape, ok := p.take(atDial); ok {
		address, dialer.Resolver = shape.address, nowhere()
	}
	return dialer.DialContext(ctx, network, address)
}

func (p *Proxy) serve(tcp net.Conn) {
	defer func() {
		_ = tcp.Close()
		p.mu.Lock()
		delete(p.open, tcp)
		p.mu.Unlock()
	}()
	conn := tcp
	if p.secure {
		shape, broken := p.take(atHandshake)
		switch {
		case !broken:
			conn = tls.Server(tcp, trusted().server)
		case shape.plain:
			_, _ = io.WriteString(tcp, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
			return
		default:
			conn = tls.Server(tcp, untrusted().server)
		}
	}
	in := bufio.NewReader(conn)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			reset(tcp) // the client has left
			return
		}
		p.hits.Add(1)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		x := &Exchange{Request: r, Body: body, conn: conn, tcp: tcp, proxy: p}
		if shape, ok := p.take(atRequest); ok {
			shape.apply(x)
			if shape.Harmless {
				continue // the client keeps the connection
			}
			return
		}
		answer, err := x.Forward()
		if err != nil {
			return
		}
		x.Write(answer.Bytes())
	}
}

// reset makes the Close of a TCP connection send RST, so that its port is free
// at once. reset itself does not close conn. Without reset a port waits a
// minute for late packets, and the long form of the tests would use up all
// ports. reset ignores connections other than TCP.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

// Exchange is one request that a [Shape] answers in place of the fake. The
// proxy makes it, and closes the connection after the shape, unless the shape
// is Harmless. It is for one goroutine.
type Exchange struct {
	Request *http.Request // Request.Body has been read already: use Body
	Body    []byte        // the whole body; empty if the request has none

	conn  net.Conn // with TLS, if the proxy is secure
	tcp   net.Conn
	proxy *Proxy
}

// Forward sends the request to the fake, once and without a retry, and returns
// the answer. It waits without a timeout. A second call sends the request
// again.
//
// Forward returns an error for a network error and for an answer that is not
// HTTP. The answer is then zero, with one exception: if the body broke off, the
// answer has the status, the header and the body up to there.
func (x *Exchange) Forward() (Answer, error) {
	var dialer net.Dialer
	up, err := dialer.DialContext(x.Request.Context(), "tcp", x.proxy.target)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = up.Close() }()
	x.Request.Body = io.NopCloser(bytes.NewReader(x.Body))
	if err := x.Request.Write(up); err != nil {
		return Answer{}, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(up), x.Request)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	reset(up) // all is read
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, err
}

// Write sends b to the client as it is, and reports whether all of b was sent.
// It returns false if the client has disconnected or the proxy is closed. An
// empty b sends nothing.
func (x *Exchange) Write(b []byte) bool {
	_, err := x.conn.Write(b)
	return err == nil
}

// Answer is a complete HTTP answer of a fake. The zero Answer has the status 0,
// which is not valid HTTP.
type Answer struct {
	Status int         // of HTTP, for example 200
	Header http.Header // may be nil
	Body   []byte      // as sent: compressed, if the header says so
}

// With returns a copy of the answer. In the copy, the header with the name key
// has the one value text, in place of any earlier values. key may be in upper or
// lower case, as for http.Header.Set. a is not changed. The copy shares the body
// with a.
func (a Answer) With(key, text string) Answer {
	a.Header = maps.Clone(a.Header)
	if a.Header == nil {
		a.Header = http.Header{}
	}
	a.Header.Set(key, text)
	return a
}

// Bytes returns the answer as HTTP/1.1 text, headers in the order of their
// names. If the header has no Content-Length, Bytes writes the length of the
// body; otherwise it writes the value that is there, also a wrong one. a is not
// changed.
func (a Answer) Bytes() []byte {
	if a.Header.Get("Content-Length") == "" {
		a = a.With("Content-Length", strconv.Itoa(len(a.Body)))
	}
	var out bytes.Buffer
	_, _ = fmt.Fprintf(&out, "HTTP/1.1 %d %s\r\n", a.Status, http.StatusText(a.Status))
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		for _, value := range a.Header[name] {
			_, _ = fmt.Fprintf(&out, "%s: %s\r\n", name, value)
		}
	}
	_, _ = out.WriteString("\r\n")
	_, _ = out.Write(a.Body)
	return out.Bytes()
}
