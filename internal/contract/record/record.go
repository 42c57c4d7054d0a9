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

// Names of environment variables.
const (
	Folder   = "PAYCLIENTS_CONTRACT_FOLDER"    // the folder to write to, which must exist; "" is the folder for temporary files
	EveryRow = "PAYCLIENTS_CONTRACT_EVERY_ROW" // if not "", every new row of a list is written
)

// Exchange is one line of a file of exchanges: a request that a client sends, or a
// request to a fake with its answer.
type Exchange struct {
	Package string // for example vima
	// Test is the test function that sends, for example TestDo; "" for a fake, and for
	// a goroutine whose stack has no function of a test file. See sender.
	Test   string
	Base   string // path of the base URL, escaped; "" for a fake
	Method string
	Path   string // whole and escaped
	Query  string // as sent, without the question mark
	Header http.Header
	Body   []byte // of the request; nil if there is none

	// These have values for a fake only.
	Status       int // 0 for a client
	AnswerHeader http.Header
	Answer       []byte // body of the answer, perhaps without rows, see shorten
}

// file is what all tests of a process write to. Repeated exchanges are left out,
// and also rows of a list that show nothing new, see fresh. write locks mu. Every
// other function that uses file needs mu to be locked.
var file struct {
	mu    sync.Mutex
	to    *os.File                   // nil before the first exchange; never closed
	seen  map[[sha256.Size]byte]bool // hashes of exchanges and of texts
	texts map[string]int             // how many texts of a member were seen, at most the constant texts
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

// shorten returns text, the body of an answer, without the rows for which the
// function fresh returns false. fresh compares a row with earlier rows of text and
// with the rows of earlier calls in this process, and remembers the row. It only
// compares rows of the same package and the same list. Two lists are the same if
// both are members with the same name, or if both are whole bodies. The operation
// does not matter. name is the package. The caller holds file.mu. Three cases:
//   - text is a JSON list: the rows are the items.
//   - text is a JSON object with at least one list of two or more items as a
//     member: the rows are the items of all members that are lists of two or more
//     items.
//   - Any other text has no rows, and is returned unchanged.
//
// In the first two cases shorten writes the JSON again, even if no row was left
// out: without spaces, and with the members of the outermost object sorted.
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

// texts is how many different strings of one member count as new, see fresh. It
// is more than any enumeration has.
const texts = 50

// fresh reports whether row, an item of a list, shows something new, and remembers
// what it shows. name is the package and the list's member: rows are compared
// within one name. The caller holds file.mu.
//
// A row that equals an earlier one is never new. Any other row is new if
//   - the variable EveryRow is set
//   - it is not an object
//   - its set of members is new
//   - a member has a type of value that is new for this member
//   - a member has a text that is new for this member; only the first 50 texts of a
//     member count, and texts that differ only in digits are equal
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

// isNew reports whether text was not seen before under this name, and remembers
// text: a second call with the same arguments returns false. The caller holds
// file.mu.
func isNew(name string, text []byte) bool {
	key := sha256.Sum256(append([]byte(name+"\x00"), text...))
	if file.seen[key] {
		return false
	}
	file.seen[key] = true
	return true
}

// alike returns a copy of text with one 0 in place of each run of digits.
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

// Wire returns a transport that writes each request to a file, a new one for each
// process, and then sends the request through next. The entry has the name of the
// running test, which the transport takes from the call stack of RoundTrip; "" if the
// stack has no function of a test file. A request that equals an earlier one of the
// same test is sent but not written again. name is the package of the client, and base is the
// escaped path of its base URL. next must not be nil.
//
// The file lies in the folder that the environment variable
// PAYCLIENTS_CONTRACT_FOLDER names, or in the folder for temporary files if the
// variable is not set. If the file cannot be written, sending a request panics. The
// transport is safe for concurrent use if next is.
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

// CloseIdleConnections closes the idle connections of the transport next, or
// does nothing if next has no such method.
func (w recordingWire) CloseIdleConnections() {
	if c, ok := w.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// Handler returns an http.Handler that calls next and then writes the request with
// the answer to a file. A request is not written if it and its answer equal an
// earlier pair. next must not be nil.
//
// The file lies in the folder that the environment variable
// PAYCLIENTS_CONTRACT_FOLDER names, or in the folder for temporary files if the
// variable is not set. If the file cannot be written, the http.Handler panics.
//
// Call Handler in the function NewServer of a package such as vimatest, or in a
// function that NewServer calls. For any other caller Handler returns next.
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

// sender returns the name of the outermost function on its call stack that is in a
// test file, or "" if there is none. That is the running test, for example TestDo,
// also if the test calls sender through a helper of a test file. The name of a
// closure is the name of the function that contains the closure: TestDo for
// TestDo.func1.
//
// The stack of a goroutine does not have the function that started the goroutine. A
// goroutine that runs a closure of TestDo therefore yields TestDo. A goroutine that
// runs a named function of a test file yields this function. A goroutine that runs
// only functions of other files yields "". skip is the number of stack frames to
// leave out, as for [runtime.Callers].
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

// fakeOf returns the package whose fake called fakeOf, directly or not: vima if
// vimatest.NewServer did. It returns "" if no function NewServer of such a
// package is among the next 8 stack frames. skip is the number of frames to
// leave out, as for [runtime.Callers].
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

// peek returns the whole body of r, nil if there is none, and puts a copy back
// for the next reader. It blocks until the body is read. An error of reading
// only shortens the body.
func peek(r *http.Request) []byte {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	body, _ := io.ReadAll(r.Body)
	_ = r.Body.Close()
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body
}
