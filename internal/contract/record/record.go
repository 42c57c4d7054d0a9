// Package record writes down what clients send and what fakes answer. The tests
// of package contract lay it over the folder internal/contractrecord of the root
// module, and calls of it over two files there, for one run of go test: no user
// builds it.
package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
)

// Folder names the environment variable of the folder that is written to.
const Folder = "PAYCLIENTS_CONTRACT_FOLDER"

// Exchange is a request of a client, or a request to a fake with its answer.
type Exchange struct {
	Package string // for example vima
	Base    string // path of the base URL; "" of a fake
	Method  string
	Path    string
	Query   string
	Header  http.Header
	Body    []byte

	// Of a fake only.
	Status       int
	AnswerHeader http.Header
	Answer       []byte
}

// file is written by all tests of a process. An exchange that repeats is left out,
// and so are rows of a list that an earlier answer of the package had.
var file struct {
	mu   sync.Mutex
	to   *os.File
	seen map[[sha256.Size]byte]bool
}

func write(e Exchange) {
	file.mu.Lock()
	defer file.mu.Unlock()
	if file.to == nil {
		to, err := os.CreateTemp(os.Getenv(Folder), "exchanges-*.jsonl")
		if err != nil {
			panic(fmt.Sprintf("record: %v", err))
		}
		file.to, file.seen = to, map[[sha256.Size]byte]bool{}
	}
	key := sha256.Sum256(fmt.Append(nil, e.Package, e.Base, e.Method, e.Path, e.Query, e.Header["Content-Type"], e.Status, len(e.Body), e.Body, e.Answer))
	if file.seen[key] {
		return
	}
	file.seen[key] = true
	e.Answer = shorten(e.Package, e.Answer)
	line, err := json.Marshal(e)
	if err == nil {
		_, err = file.to.Write(append(line, '\n'))
	}
	if err != nil {
		panic(fmt.Sprintf("record: %v", err))
	}
}

// shorten leaves out rows that were seen before, of a list or of lists within an
// object. Everything else stays byte for byte.
func shorten(name string, text []byte) []byte {
	var rows []json.RawMessage
	if json.Unmarshal(text, &rows) == nil && rows != nil {
		return unseen(name, rows)
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(text, &object) != nil {
		return text
	}
	short := false
	for member, value := range object {
		if rows = nil; bytes.HasPrefix(value, []byte("[")) && json.Unmarshal(value, &rows) == nil && len(rows) > 1 {
			object[member] = unseen(name+" "+member, rows)
			short = true
		}
	}
	if !short {
		return text
	}
	out, err := json.Marshal(object)
	if err != nil {
		return text
	}
	return out
}

func unseen(name string, rows []json.RawMessage) []byte {
	out := []json.RawMessage{}
	for _, row := range rows {
		if key := sha256.Sum256(append([]byte(name), row...)); !file.seen[key] {
			file.seen[key] = true
			out = append(out, row)
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		panic(fmt.Sprintf("record: %v", err)) // it was JSON
	}
	return text
}

// Wire records what leaves a client of a package.
func Wire(name, base string, next http.RoundTripper) http.RoundTripper {
	return recordingWire{name, base, next}
}

type recordingWire struct {
	name, base string
	next       http.RoundTripper
}

func (w recordingWire) RoundTrip(r *http.Request) (*http.Response, error) {
	write(Exchange{
		Package: w.name, Base: w.base, Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Header: r.Header.Clone(), Body: peek(r),
	})
	return w.next.RoundTrip(r)
}

// CloseIdleConnections lets the client close those of the transport below.
func (w recordingWire) CloseIdleConnections() {
	if c, ok := w.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// Handler records what a fake answers. It belongs into the function that the fake
// calls to start its server.
func Handler(next http.Handler) http.Handler {
	name := fakeOf(2)
	if name == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := Exchange{
			Package: name, Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: peek(r),
		}
		out := &answer{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(out, r)
		e.Status, e.AnswerHeader, e.Answer = out.status, w.Header().Clone(), out.body.Bytes()
		write(e)
	})
}

// fakeOf is the package whose fake is the caller: vima for vimatest.NewServer.
func fakeOf(skip int) string {
	frames := make([]uintptr, 8)
	frames = frames[:runtime.Callers(skip, frames)]
	for list := runtime.CallersFrames(frames); ; {
		frame, more := list.Next()
		folder, function, _ := strings.Cut(frame.Function[strings.LastIndex(frame.Function, "/")+1:], ".")
		if strings.HasSuffix(folder, "test") && function == "NewServer" {
			return strings.TrimSuffix(folder, "test")
		}
		if !more {
			return ""
		}
	}
}

type answer struct {
	http.ResponseWriter

	status int
	body   bytes.Buffer
}

func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.body.Write(p)
	return a.ResponseWriter.Write(p)
}

// peek reads the body of a request, which is in memory, and puts it back.
func peek(r *http.Request) []byte {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	body, _ := io.ReadAll(r.Body)
	_ = r.Body.Close()
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body
}
