package torture_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

const (
	mebibyte = 1 << 20
	// times the limit is what an answer may take.
	times = 3
)

var (
	block   = bytes.Repeat([]byte(" "), 32<<10)
	headers = bytes.Repeat([]byte("A: b\r\n"), 1000)
)

// huge is an answer that no client may take whole.
type huge struct {
	name  string
	limit int64
	// cause is nil where the text is valid: it may also be rows that do not
	// decode, of which nothing is delivered.
	cause func(o torture.Operation, err error) bool
	serve func(x *torture.Exchange)
}

// arrays end where an array is split, which is the same for all operations of a
// package and costs much under the race detector.
var arrays = []huge{
	{"ten million elements", 32 * mebibyte, hasStatus(200), elements("0")},
	{"ten million rows of nothing", 32 * mebibyte, hasStatus(200), elements("{}")},
}

// inTransit end in the transport, which the operations share as well.
var inTransit = []huge{
	{"endless body", 4 * mebibyte, tooLarge, func(x *torture.Exchange) { endless(x, 200) }},
	{"endless body, default limit", 0, tooLarge, func(x *torture.Exchange) { endless(x, 200) }},
	{"endless refusal", 4 * mebibyte, hasStatus(400), func(x *torture.Exchange) { endless(x, 400) }},
	{"length that is a lie", 4 * mebibyte, unread, func(x *torture.Exchange) {
		x.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\n["))
	}},
	{"gzip bomb", 4 * mebibyte, tooLarge, func(x *torture.Exchange) {
		if x.Write([]byte("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")) {
			bomb(x)
		}
	}},
	{"a million header lines", 4 * mebibyte, unread, func(x *torture.Exchange) {
		x.Write([]byte("HTTP/1.1 200 OK\r\n"))
		for range 1000 {
			if !x.Write(headers) {
				return
			}
		}
		x.Write([]byte("Content-Length: 2\r\n\r\n[]"))
	}},
	{"endless interim answers", 4 * mebibyte, unread, func(x *torture.Exchange) {
		for x.Write([]byte("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n")) {
		}
	}},
}

// decoded end where each operation decodes its answer.
var decoded = []huge{
	{"JSON 10,000 deep", 4 * mebibyte, nil, body(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000))},
	{"JSON 10,001 deep", 4 * mebibyte, hasStatus(200), body(strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001))},
	{"JSON 500,000 deep", 4 * mebibyte, hasStatus(200), body(strings.Repeat(`{"a":`, 500_000))},
	{"as many rows of nothing as are split", 16 * mebibyte, hasStatus(200), body("[" + strings.Repeat("{},", 1<<18-1) + "{}]")},
	{"some rows of nothing", 16 * mebibyte, nil, body("[" + strings.Repeat("{},", 10_000) + "{}]")},
}

// elements is an array of ten million.
func elements(one string) func(*torture.Exchange) {
	const parts = 200
	part := bytes.Repeat([]byte(one+","), 10_000_000/parts)
	return func(x *torture.Exchange) {
		x.Write([]byte("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n["))
		for range parts {
			if !x.Write(part) {
				return
			}
		}
		x.Write([]byte(one + "]"))
	}
}

// Not parallel: the heap belongs to one case at a time.
func TestHugeAnswersAreRefusedInLittleMemory(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // what is counted is live
	done := map[string]bool{}
	for _, o := range tried() {
		cases := decoded
		switch {
		case !done[o.Package]:
			cases = slices.Concat(inTransit, decoded)
			if o.Client != nil && testform.Long() { // the control's own decoding is of no interest
				cases = slices.Concat(arrays, cases)
			}
		case !testform.Long():
			continue
		}
		done[o.Package] = true
		if o.Name == "Do" { // its caller decodes
			cases = inTransit
		}
		for _, c := range cases {
			t.Run(named(o)+", "+c.name, func(t *testing.T) {
				fake := start(t, o)
				proxy := before(t, fake, false)
				proxy.Break(torture.Instead(c.serve), 0, -1)
				limit := c.limit
				if limit == 0 {
					limit = transport.DefaultMaxResponseBytes
				}
				var got []string
				var err error
				grown := growth(func() {
					got, err = o.Call(t.Context(), torture.Settings{
						URL: proxy.URL, Retry: transport.RetryPolicy{MaxAttempts: 1}, MaxResponseBytes: c.limit, Timeout: time.Minute,
					})
				})
				assert.Empty(t, got)
				assert.LessOrEqual(t, grown, times*limit*int64(o.Width), "%d KiB at a limit of %d KiB", grown>>10, limit>>10)
				t.Logf("%.2f times the limit: %v", float64(grown)/float64(limit), err)
				if err == nil && c.cause == nil {
					return
				}
				require.Error(t, err)
				typed(t, o, err)
				assert.Equal(t, !o.Reads(), errors.Is(err, transport.ErrOutcomeUnknown))
				assert.True(t, c.cause == nil || c.cause(o, err), "%v", err)
				assert.Less(t, len(err.Error()), 200)
			})
		}
	}
}

// growth is by how much the heap grew at most while f ran.
func growth(f func()) int64 {
	runtime.GC()
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	heap := func() int64 {
		metrics.Read(sample)
		return int64(sample[0].Value.Uint64())
	}
	before := heap()
	peak, done, stopped := before, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(200 * time.Microsecond); ; {
			select {
			case <-tick.C:
				peak = max(peak, heap())
			case <-done:
				tick.Stop()
				return
			}
		}
	}()
	f()
	close(done)
	<-stopped
	return max(peak, heap()) - before
}

func endless(x *torture.Exchange, status int) {
	if !x.Write(fmt.Appendf(nil, "HTTP/1.1 %d Endless\r\nConnection: close\r\n\r\n[", status)) {
		return
	}
	for x.Write(block) {
	}
}

// bomb is a thousand times its size when it is unpacked, for ever.
func bomb(x *torture.Exchange) {
	z := gzip.NewWriter(writer{x})
	for {
		if _, err := z.Write(block); err != nil {
			return
		}
	}
}

type writer struct{ x *torture.Exchange }

func (w writer) Write(b []byte) (int, error) {
	if !w.x.Write(b) {
		return 0, io.ErrClosedPipe
	}
	return len(b), nil
}

func body(text string) func(*torture.Exchange) {
	answer := torture.Answer{Status: 200, Body: []byte(text)}.With("Connection", "close").Bytes()
	return func(x *torture.Exchange) { x.Write(answer) }
}

func tooLarge(o torture.Operation, err error) bool { return errors.Is(err, o.TooLarge) }

// unread is an answer of which no status is known.
func unread(o torture.Operation, err error) bool {
	_, ok := o.Status(err)
	return !ok
}

func hasStatus(want int) func(torture.Operation, error) bool {
	return func(o torture.Operation, err error) bool {
		status, ok := o.Status(err)
		return ok && status == want
	}
}
