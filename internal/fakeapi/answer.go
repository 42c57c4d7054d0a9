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

// meet answers r with the injected fault f, as the comments of [Kind] and [Fault]
// say. operation is the name of the request's operation, "" if it has none. meet
// does not wait for f.Delay: the caller has waited already.
//
// ResetBefore, ResetAfter and Truncated break the connection of w. If the
// connection is not HTTP/1, meet then panics with http.ErrAbortHandler, and
// net/http resets the stream.
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

// faulty returns the answer to r that meet then damages as f.Kind says. The answer
// is never nil. faulty adds f.Header to the answer. The rest of the answer depends
// on the fault:
//
//   - StalledPage: the answer of Config.Handler. If its status is 200 and operation
//     is in Config.Pages, pages.replace overwrites its headers and body.
//   - Truncated or BrokenGzip, with f.Status 0: the answer of Config.Handler.
//   - All other faults: a new answer with the status f.Status (200 if 0) and the
//     body f.Body. If f.Body is "" and f.Status is 400 or more, Config.Refuse
//     writes the headers and the body; a nil Config.Refuse writes nothing.
//
// For a new answer Config.Handler does not run, unless f.Process is true or f.Kind
// is ResetAfter. The handler's answer is then dropped.
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

// WriteString appends s to the body. It returns the length of s and nil. Without
// this method io.WriteString would first copy s to a []byte.
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

// truncate writes the headers of the answer, with the full length of the body, and
// half of the body to the connection of w. It then closes the connection. If the
// body is empty, the header declares a length of 1 and no byte follows. If the
// connection is not HTTP/1, truncate writes the same and then panics with
// http.ErrAbortHandler.
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

// reset closes conn. If conn is a TCP connection or a memoryConn, the other end
// gets a reset (RST). If conn has another type, reset only calls Close. Errors are
// ignored.
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

// pages holds the newest page of each operation, for StalledPage: the handler's
// newest answer with status 200 whose headers and body no StalledPage has replaced.
type pages struct {
	mu   sync.Mutex
	kept map[string]*recorder // by operation
}

// keep stores a copy of the headers and the body of answer as the newest page of
// the operation. The copy replaces the page stored earlier for this operation.
// Every operation has its own page, also the operation with the name "".
func (p *pages) keep(answer *recorder, operation string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put(answer, operation)
}

func (p *pages) put(answer *recorder, operation string) {
	page := p.kept[operation]
	if page == nil {
		page = newRecorder()
		p.kept[operation] = page
	}
	page.header = answer.header.Clone()
	page.body.Reset()
	page.body.Write(answer.body.Bytes())
}

// replace overwrites the headers and the body of answer with the newest page of the
// operation. answer keeps its status. The stored page stays unchanged. If no page is
// stored for the operation, replace leaves answer unchanged, and stores a copy of
// answer as keep does.
func (p *pages) replace(answer *recorder, operation string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	page := p.kept[operation]
	if page == nil {
		p.put(answer, operation)
		return
	}
	answer.header = page.header.Clone()
	answer.body.Reset()
	answer.body.Write(page.body.Bytes())
}
