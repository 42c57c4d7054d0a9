package vimatest

import (
	"net/http"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

// FaultKind is what a [Fault] does to an answer.
type FaultKind int

// The kinds of faults.
const (
	// FaultAnswer gives Status, Header and Body in place of the right answer.
	// With Status 0 the answer is the right one, after Delay and with Header
	// added.
	FaultAnswer FaultKind = iota
	// FaultResetBefore resets the connection (RST) once the request is read.
	FaultResetBefore
	// FaultResetAfter prepares the answer and resets the connection without a
	// byte of it.
	FaultResetAfter
	// FaultTruncated declares the whole length, sends half of the body and
	// closes the connection.
	FaultTruncated
	// FaultHTML answers with a gateway's page; status 200 unless Status is set.
	FaultHTML
	// FaultGarbage answers with bytes that are no JSON; status 200 unless
	// Status is set.
	FaultGarbage
	// FaultEmpty answers without a body; status 200 unless Status is set.
	FaultEmpty
	// FaultBrokenGzip compresses the answer and spoils the checksum at its end.
	FaultBrokenGzip
	// FaultStalledPage answers with the page of the list request before, as
	// if the cursor had not moved. The first request is answered as ever.
	FaultStalledPage
)

// Fault is something that goes wrong with some requests. Its zero value changes
// nothing, once. Twelve requests of a hundred fail, for ever, with
//
//	Fault{Status: 503, Probability: 0.12}
type Fault struct {
	Kind FaultKind

	Status     int           // status of the answer; 0 is the usual one
	Header     http.Header   // added to the answer
	RetryAfter string        // text of the Retry-After header; "" is none
	Body       string        // body of an answer with Status
	Delay      time.Duration // passes before anything else, or until the client leaves

	// Times is how many requests meet the fault: 0 is one, or no limit where
	// there is a Probability; negative is no limit.
	Times int
	// Probability is the share of requests that meet the fault, drawn from a
	// sequence that Seed fixes. 0 is every one.
	Probability float64
	Seed        uint64
	// Match limits the fault to some requests; nil is all. It must not call the
	// server.
	Match func(Request) bool
}

// Request is a request as the server received it, the API key and other secrets
// included.
type Request struct {
	Method   string
	Host     string // with the port
	Path     string // as on the wire, escapes included
	RawQuery string // as on the wire, without the question mark
	Header   http.Header
	Body     []byte // at most 1 MiB
	Time     time.Time
}

// Query is the query of the request, without what is malformed in it.
func (r Request) Query() url.Values {
	values, _ := url.ParseQuery(r.RawQuery)
	return values
}

func (s *Server) fault(f Fault) fakeapi.Fault {
	out := fakeapi.Fault{
		Status: f.Status, Header: f.Header.Clone(), Body: f.Body, Delay: f.Delay,
		Times: f.Times, Probability: f.Probability, Seed: f.Seed,
	}
	if f.RetryAfter != "" {
		if out.Header == nil {
			out.Header = http.Header{}
		}
		out.Header.Set("Retry-After", f.RetryAfter)
	}
	if f.Match != nil {
		out.Match = func(r fakeapi.Request) bool { return f.Match(Request(r)) }
	}
	switch f.Kind {
	case FaultAnswer:
		out.Kind = fakeapi.Answer
	case FaultResetBefore:
		out.Kind = fakeapi.ResetBefore
	case FaultResetAfter:
		out.Kind = fakeapi.ResetAfter
	case FaultTruncated:
		out.Kind = fakeapi.Truncated
	case FaultHTML:
		out.Kind = fakeapi.HTML
	case FaultGarbage:
		out.Kind = fakeapi.Garbage
	case FaultEmpty:
		out.Kind = fakeapi.Empty
	case FaultBrokenGzip:
		out.Kind = fakeapi.BrokenGzip
	case FaultStalledPage:
		out.Kind, out.Hook = fakeapi.Custom, s.stall
	default:
		panic("vimatest: unknown kind of fault")
	}
	return out
}
