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

// Proxy stands between a client and a fake, and breaks connections on demand. It
// is safe for concurrent use.
type Proxy struct {
	// URL is the fake's URL with the proxy's address.
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

// NewProxy starts a proxy in front of a fake. A secure one speaks TLS to the
// client, and plain HTTP to the fake. Call Close when done. It panics if it
// cannot listen.
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

// NewProxyInMemory returns a proxy that its client reaches through pipes, without
// TLS. In a testing/synctest bubble time stands still while the proxy talks to
// the fake, and jumps to the next deadline while the proxy holds an answer back.
func NewProxyInMemory(fakeURL string) *Proxy {
	u, err := url.Parse(fakeURL)
	if err != nil {
		panic(err)
	}
	return &Proxy{URL: fakeURL, target: u.Host, open: map[net.Conn]bool{}}
}

// Break applies shape to the next events of its place (dials, handshakes or
// requests), after the first skip of them: to times events, or to all if times is
// negative. It replaces the shape before.
func (p *Proxy) Break(shape Shape, skip, times int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shape, p.skip, p.times = shape, skip, times
}

// Hits returns the number of requests that arrived, broken ones included.
func (p *Proxy) Hits() int { return int(p.hits.Load()) }

// Dials returns how many times the client of [Proxy.Client] dialled.
func (p *Proxy) Dials() int { return int(p.dials.Load()) }

// Client returns a new HTTP client that reaches the proxy, or fails to reach it
// where a shape says so. It trusts the proxy's certificate.
func (p *Proxy) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:     p.dial,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: trusted().pool},
	}}
}

// Close stops the proxy and waits until its goroutines have ended. Requests still
// running are aborted.
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

// take returns the shape to apply to an event of this place, and false if it goes
// through.
func (p *Proxy) take(at place) (Shape, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.shape.at != at || p.times == 0:
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

// reset lets the Close of a connection free its port at once. Else the port waits a
// minute for late segments, and the long form of the tests uses up all ports.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

// Exchange is one request that a [Shape] answers.
type Exchange struct {
	Request *http.Request
	Body    []byte

	conn  net.Conn // with TLS, if the proxy is secure
	tcp   net.Conn
	proxy *Proxy
}

// Forward sends the request to the fake and returns its answer. It returns an
// error if the fake cannot be reached or breaks off.
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

// Write sends bytes to the client unchanged. It reports false once the client has
// disconnected.
func (x *Exchange) Write(b []byte) bool {
	_, err := x.conn.Write(b)
	return err == nil
}

// Answer is a complete answer.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// With returns a copy of the answer with a header set.
func (a Answer) With(name, value string) Answer {
	a.Header = maps.Clone(a.Header)
	if a.Header == nil {
		a.Header = http.Header{}
	}
	a.Header.Set(name, value)
	return a
}

// Bytes returns the answer as HTTP/1.1 text. Content-Length is the true length,
// unless the header has another.
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
