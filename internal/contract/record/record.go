// Package record writes down what clients send and what fakes answer. The tests
// of package contract lay it over the folder internal/contractrecord of the root
// module, and calls of it over two files there, for one run of go test. Users
// never build it.
package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Folder names the environment variable with the folder to write to. EveryRow
// names the one that, when set, writes every row of a list.
const (
	Folder   = "PAYCLIENTS_CONTRACT_FOLDER"
	EveryRow = "PAYCLIENTS_CONTRACT_EVERY_ROW"
)

// Exchange is a client's request, or a request to a fake with its answer.
type Exchange struct {
	Package string // for example vima
	// test function that sends, for example TestDo; "" for a fake, and for a
	// goroutine that no test started
	Test   string
	Base   string // path of the base URL; "" for a fake
	Method string
	Path   string
	Query  string
	Header http.Header
	Body   []byte

	// For a fake only.
	Status       int
	AnswerHeader http.Header
	Answer       []byte
}

// file is written by all tests of a process. Repeated exchanges are left out, and
// so are rows of a list that show nothing new, see fresh.
var file struct {
	mu    sync.Mutex
	to    *os.File
	seen  map[[sha256.Size]byte]bool
	texts map[string]int // how many texts of a member were seen
}

func write(e Exchange) {
	file.mu.Lock()
	defer file.mu.Unlock()
	if file.to == nil {
		to, err := os.CreateTemp(os.Getenv(Folder), "exchanges-*.jsonl")
		if err != nil {
			panic(fmt.Sprintf("record: %v", err))
		}
		file.to, file.seen, file.texts = to, map[[sha256.Size]byte]bool{}, map[string]int{}
	}
	key := sha256.Sum256(fmt.Append(nil, e.Package, e.Test, e.Base, e.Method, e.Path, e.Query, e.Header["Content-Type"], e.Status, len(e.Body), e.Body, e.Answer))
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

// shorten removes rows that were seen before from a list, or from lists inside an
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
		if fresh(name, row) {
			out = append(out, row)
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		panic(fmt.Sprintf("record: %v", err)) // it was JSON
	}
	return text
}

// texts is how many strings of one member count as new; a value of a new type
// always does. An enumeration has fewer.
const texts = 50

// fresh reports whether a row shows something new: another set of members, or a
// member with another string, where all numbers count as equal. With EveryRow
// each row that differs from earlier ones is fresh.
func fresh(name string, row json.RawMessage) bool {
	if !isNew(name, row) {
		return false
	}
	var members map[string]json.RawMessage
	if os.Getenv(EveryRow) != "" || json.Unmarshal(row, &members) != nil {
		return true
	}
	found := isNew(name, fmt.Append(nil, slices.Sorted(maps.Keys(members))))
	for member, value := range members {
		of := name + " " + member
		found = isNew(of, alike(value[:1])) || found
		if file.texts[of] < texts && isNew(of, alike(value)) {
			file.texts[of]++
			found = true
		}
	}
	return found
}

// isNew reports whether a text was not seen before, and remembers it.
func isNew(name string, text []byte) bool {
	key := sha256.Sum256(append([]byte(name+"\x00"), text...))
	if file.seen[key] {
		return false
	}
	file.seen[key] = true
	return true
}

// alike returns text with 0 in place of each run of digits.
func alike(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i, c := range text {
		switch {
		case c < '0' || c > '9':
			out = append(out, c)
		case i == 0 || text[i-1] < '0' || text[i-1] > '9':
			out = append(out, '0')
		}
	}
	return out
}

// Wire returns a transport that records what leaves a client of a package and
// sends it through next.
func Wire(name, base string, next http.RoundTripper) http.RoundTripper {
	return recordingWire{name, base, next}
}

type recordingWire struct {
	name, base string
	next       http.RoundTripper
}

func (w recordingWire) RoundTrip(r *http.Request) (*http.Response, error) {
	write(Exchange{
		Package: w.name, Test: sender(2), Base: w.base, Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Header: r.Header.Clone(), Body: peek(r),
	})
	return w.next.RoundTrip(r)
}

// CloseIdleConnections closes the idle connections of the transport below, if it
// can.
func (w recordingWire) CloseIdleConnections() {
	if c, ok := w.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// Handler returns a handler that records what a fake answers. Call it in the
// function that the fake calls to start its server; for any other caller it
// returns next.
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

// sender returns the name of the test function that called, or that started the
// caller's goroutine; "" if a test file has neither.
func sender(skip int) string {
	frames := make([]uintptr, 128)
	frames = frames[:runtime.Callers(skip, frames)]
	name := ""
	for list := runtime.CallersFrames(frames); ; {
		frame, more := list.Next()
		if strings.HasSuffix(frame.File, "_test.go") {
			_, function, _ := strings.Cut(frame.Function[strings.LastIndex(frame.Function, "/")+1:], ".")
			name, _, _ = strings.Cut(function, ".")
		}
		if !more {
			return name
		}
	}
}

// fakeOf returns the package whose fake is the caller: vima for
// vimatest.NewServer. "" if there is none.
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

// peek returns the body of a request, which is in memory, and puts it back.
func peek(r *http.Request) []byte {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	body, _ := io.ReadAll(r.Body)
	_ = r.Body.Close()
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body
}
