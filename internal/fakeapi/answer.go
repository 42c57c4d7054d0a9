package fakeapi

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strconv"
)

const (
	htmlPage = "<!DOCTYPE html>\n<html><head><title>Service temporarily unavailable</title></head>" +
		"<body><h1>Service temporarily unavailable</h1></body></html>\n"
	garbage = "\x00\xff\xfe{[\"]}\x01not json\xc3\x28"
)

// serve answers a request that met the fault.
func (f Fault) serve(w http.ResponseWriter, r *http.Request, handler http.Handler) {
	switch f.Kind {
	case Custom:
		if f.Hook == nil {
			handler.ServeHTTP(w, r)
			return
		}
		f.Hook(w, r, handler)
		return
	case ResetBefore:
		abort(w, reset)
		return
	case Answer:
		if f.Status == 0 {
			maps.Copy(w.Header(), f.Header)
			handler.ServeHTTP(w, r)
			return
		}
	case ResetAfter, Truncated, HTML, Garbage, Empty, BrokenGzip:
	}

	answer := f.answer(r, handler)
	switch f.Kind {
	case ResetAfter:
		abort(w, reset)
		return
	case Truncated:
		abort(w, answer.half)
		return
	case HTML:
		answer.replace("text/html; charset=utf-8", htmlPage)
	case Garbage:
		answer.replace("application/json", garbage)
	case Empty:
		answer.replace("application/json", "")
	case BrokenGzip:
		answer.spoilGzip()
	case Answer, ResetBefore, Custom:
	}
	answer.send(w)
}

// answer is the fault's own answer where it has a status, else the handler's.
// The handler runs only where its answer or its side effects are wanted.
func (f Fault) answer(r *http.Request, handler http.Handler) *recorder {
	handled := newRecorder()
	needed := f.Process || f.Kind == ResetAfter
	if f.Status == 0 {
		needed = needed || f.Kind == Truncated || f.Kind == BrokenGzip
	}
	if needed {
		handler.ServeHTTP(handled, r)
	}
	if f.Status == 0 && (f.Kind == Truncated || f.Kind == BrokenGzip) {
		maps.Copy(handled.header, f.Header)
		return handled
	}
	own := newRecorder()
	maps.Copy(own.header, f.Header)
	if f.Status != 0 {
		own.status = f.Status
	}
	own.body.WriteString(f.Body)
	return own
}

// recorder is an answer that is held back.
type recorder struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{status: http.StatusOK, header: http.Header{}} }

func (a *recorder) Header() http.Header         { return a.header }
func (a *recorder) Write(p []byte) (int, error) { return a.body.Write(p) }
func (a *recorder) WriteHeader(status int)      { a.status = status }

func (a *recorder) replace(contentType, body string) {
	a.header.Set("Content-Type", contentType)
	a.body.Reset()
	a.body.WriteString(body)
}

func (a *recorder) spoilGzip() {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(a.body.Bytes()) // a buffer takes everything
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

// half writes the answer up to the middle of its body. An empty body is
// announced as one byte, so that something is missing there too.
func (a *recorder) half(conn net.Conn, out *bufio.Writer) {
	header := a.header.Clone()
	header.Set("Content-Length", strconv.Itoa(max(1, a.body.Len())))
	_, _ = fmt.Fprintf(out, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	_ = header.Write(out)
	_, _ = out.WriteString("\r\n")
	_, _ = out.Write(a.body.Bytes()[:a.body.Len()/2])
	_ = out.Flush()
	_ = conn.Close()
}

// reset closes the connection with RST in place of FIN.
func reset(conn net.Conn, _ *bufio.Writer) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// abort takes the connection away from net/http and ends it.
func abort(w http.ResponseWriter, end func(net.Conn, *bufio.Writer)) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // not HTTP/1: the nearest thing that there is
	}
	end(conn, buffered.Writer)
}
