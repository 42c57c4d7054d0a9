package fakeapi

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// htmlPage is the body of an HTML fault. garbage is the body of a Garbage fault: it
// is not JSON and not valid UTF-8.
const (
	htmlPage = "<!DOCTYPE html>\n<html><head><title>Service temporarily unavailable</title></head>" +
		"<body><h1>Service temporarily unavailable</h1></body></html>\n"
	garbage = "\x00\xff\xfe{[\"]}\x01not json\xc3\x28"
)

// meet answers r with the injected fault f; f.Delay is over already. operation is
// the name of the request's operation, "" if it has none. With an unknown Kind meet
// sends f.Status (200 if 0), f.Header and f.Body. It panics with
// http.ErrAbortHandler if the fault breaks a connection that is not HTTP/1;
// net/http then resets the stream.
func (s *Server) meet(w http.ResponseWriter, r *http.Request, operation string, f Fault) {
	if f.Kind == Answer && f.Status == 0 {
		maps.Copy(w.Header(), f.Header)
		s.handle(w, r, operation)
		return
	}
	if f.Kind == ResetBefore {
		abort(w)
		return
	}
	answer := s.faulty(r, operation, f)
	switch f.Kind {
	case ResetAfter:
		abort(w)
		return
	case Truncated:
		answer.truncate(w)
		return
	case HTML:
		answer.replace("text/html; charset=utf-8", htmlPage)
	case Garbage:
		answer.replace("application/json", garbage)
	case Empty:
		answer.replace("application/json", "")
	case BrokenGzip:
		answer.spoilGzip()
	case Answer, ResetBefore, StalledPage:
	}
	answer.send(w)
}

// faulty returns the answer to r before meet damages it for f.Kind; it is never
// nil. f.Header is added to the answer.
//
// StalledPage gets the last page of the operation, or the handler's answer if no
// page can replace it. Truncated and BrokenGzip without f.Status get the handler's
// answer. All other faults get an answer with f.Status (200 if 0) and f.Body, or
// with the body from Config.Refuse. The handler runs for ResetAfter, with
// f.Process, and where its answer is needed.
func (s *Server) faulty(r *http.Request, operation string, f Fault) *recorder {
	if f.Kind == StalledPage {
		answer := newRecorder()
		s.config.Handler.ServeHTTP(answer, r)
		if answer.status == http.StatusOK && slices.Contains(s.config.Pages, operation) {
			s.pages.replace(answer, operation)
		}
		maps.Copy(answer.header, f.Header)
		return answer
	}
	handled := newRecorder()
	wanted := f.Status == 0 && (f.Kind == Truncated || f.Kind == BrokenGzip)
	if wanted || f.Process || f.Kind == ResetAfter {
		s.handle(handled, r, operation)
	}
	if wanted {
		maps.Copy(handled.header, f.Header)
		return handled
	}
	own := newRecorder()
	if f.Body == "" && f.Status >= http.StatusBadRequest && s.config.Refuse != nil {
		s.config.Refuse(own, r, f.Status)
	}
	if f.Status != 0 {
		own.status = f.Status
	}
	own.body.WriteString(f.Body)
	maps.Copy(own.header, f.Header)
	return own
}

// recorder is an http.ResponseWriter that keeps the answer in memory and sends
// nothing. newRecorder makes one, with status 200.
type recorder struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{status: http.StatusOK, header: http.Header{}} }

func (a *recorder) reset() {
	a.status, a.header = http.StatusOK, http.Header{}
	a.body.Reset()
}

func (a *recorder) Header() http.Header         { return a.header }
func (a *recorder) Write(p []byte) (int, error) { return a.body.Write(p) }
func (a *recorder) WriteHeader(status int)      { a.status = status }

// WriteString appends s to the body, and saves io.WriteString a copy. It returns
// the length of s and nil.
func (a *recorder) WriteString(s string) (int, error) { return a.body.WriteString(s) }

func (a *recorder) replace(contentType, body string) {
	a.header.Set("Content-Type", contentType)
	a.body.Reset()
	a.body.WriteString(body)
}

func (a *recorder) spoilGzip() {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(a.body.Bytes()) // writing to a buffer never fails
	_ = z.Close()
	const trailer = 8 // checksum and length, four bytes each
	packed.Bytes()[packed.Len()-trailer] ^= 0xff
	a.header.Set("Content-Encoding", "gzip")
	a.body = packed
}

func (a *recorder) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes())
}

// truncate writes the answer to w's connection: the header with the full length,
// and half of the body. It then closes the connection. For an empty body it
// declares one byte, so that something is missing there too. It panics with
// http.ErrAbortHandler if the connection is not HTTP/1.
func (a *recorder) truncate(w http.ResponseWriter) {
	a.header.Set("Content-Length", strconv.Itoa(max(1, a.body.Len())))
	half := a.body.Bytes()[:a.body.Len()/2]
	conn, out, err := http.NewResponseController(w).Hijack()
	if err != nil { // not HTTP/1
		maps.Copy(w.Header(), a.header)
		w.WriteHeader(a.status)
		_, _ = w.Write(half)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = fmt.Fprintf(out, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	_ = a.header.Write(out)
	_, _ = out.WriteString("\r\n")
	_, _ = out.Write(half)
	_ = out.Flush()
	_ = conn.Close()
}

// reset closes conn. The other end of a TCP connection or memoryConn gets a reset
// (RST); any other connection is closed as usual. Errors are ignored.
func reset(conn net.Conn) {
	switch c := conn.(type) {
	case *net.TCPConn:
		_ = c.SetLinger(0)
	case *memoryConn:
		c.reset()
	}
	_ = conn.Close()
}

// abort resets the connection of w, without an answer. If the connection is not
// HTTP/1, abort panics with http.ErrAbortHandler, and net/http resets the stream.
func abort(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // not HTTP/1: this resets the stream
	}
	reset(conn)
}

// pages holds the last page of each operation, for StalledPage.
type pages struct {
	mu   sync.Mutex
	last map[string]*recorder
}

// keep stores a copy of the answer a as the last page of the operation, in place
// of the page before.
func (p *pages) keep(a *recorder, operation string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put(a, operation)
}

func (p *pages) put(a *recorder, operation string) {
	last := p.last[operation]
	if last == nil {
		last = newRecorder()
		p.last[operation] = last
	}
	last.header = a.header.Clone()
	last.body.Reset()
	last.body.Write(a.body.Bytes())
}

// replace overwrites the headers and the body of the answer a with the last page of
// the operation, which stays the last page. If the operation has no page yet, a
// stays as it is, and a copy of a becomes the last page.
func (p *pages) replace(a *recorder, operation string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := p.last[operation]
	if last == nil {
		p.put(a, operation)
		return
	}
	a.header = last.header.Clone()
	a.body.Reset()
	a.body.Write(last.body.Bytes())
}
