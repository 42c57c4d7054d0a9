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

const (
	htmlPage = "<!DOCTYPE html>\n<html><head><title>Service temporarily unavailable</title></head>" +
		"<body><h1>Service temporarily unavailable</h1></body></html>\n"
	garbage = "\x00\xff\xfe{[\"]}\x01not json\xc3\x28"
)

// meet answers r, a request of the operation, with the injected fault f.
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

// faulty returns the answer of the fault f before f.Kind damages it. That is the
// fault's own answer if f has a status, and otherwise the handler's answer or an
// empty one. The handler runs only if its answer or its side effects are needed.
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

// recorder is an answer that is held back.
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

// reset closes conn with RST instead of FIN.
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

// replace replaces the content of the answer a by the last page of the operation.
// If the operation has no page yet, a stays as it is and becomes the last page.
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
