package torture_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

var statuses = []int{
	101, 200, 201, 202, 204, 206, 300, 301, 302, 304, 307, 308,
	400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504,
}

// spoiled are bodies that hold nothing that was asked for, made from the right
// answer and the provider's own refusal.
var spoiled = []struct {
	name  string
	spoil func(good torture.Answer, refusal string) torture.Answer
}{
	{noBody, func(a torture.Answer, _ string) torture.Answer { a.Body = nil; return a }},
	{refused, func(a torture.Answer, refusal string) torture.Answer { a.Body = []byte(refusal); return a }},
	{"HTML", func(a torture.Answer, _ string) torture.Answer {
		a.Body = []byte("<!DOCTYPE html><html><body>Bad gateway</body></html>")
		return a.With("Content-Type", "text/html")
	}},
	{wrongType, func(a torture.Answer, _ string) torture.Answer { a.Body = []byte("42"); return a }},
	{"truncated", func(a torture.Answer, _ string) torture.Answer { a.Body = a.Body[:len(a.Body)/2]; return a }},
	{"two BOMs", func(a torture.Answer, _ string) torture.Answer {
		a.Body = append([]byte("\ufeff\ufeff"), a.Body...)
		return a
	}},
	{brokenGzip, func(a torture.Answer, _ string) torture.Answer { return torture.BrokenGzip(a) }},
}

const (
	noBody     = "empty"
	refused    = "JSON error"
	brokenGzip = "broken gzip"
	wrongType  = "wrong type"
)

type answered struct {
	torture.Operation

	status int
	body   int // of spoiled
}

func TestEveryStatusWithEveryBadBody(t *testing.T) {
	t.Parallel()
	require.Len(t, statuses, 24)
	require.Len(t, spoiled, 7)
	for k, o := range kinds() {
		t.Run(named(o), func(t *testing.T) {
			t.Parallel()
			fake := start(t, o)
			right(t, o)
			for i, status := range statuses {
				for body := range spoiled {
					// An empty body and a refusal are tried with every status.
					if always := spoiled[body].name == noBody || spoiled[body].name == refused; !always && !testform.Long() && (i+body+k)%5 != 0 {
						continue
					}
					if o.Name == "Do" && status/100 == 2 && spoiled[body].name == wrongType {
						continue // any JSON is an answer to it
					}
					t.Run(fmt.Sprintf("%d, %s", status, spoiled[body].name), func(t *testing.T) {
						tryAnswer(t, fake, answered{o, status, body})
					})
				}
			}
		})
	}
}

func tryAnswer(t *testing.T, fake *torture.Fake, a answered) {
	t.Helper()
	proxy := torture.NewProxyInMemory(fake.URL) // so many sockets would use up the machine's ports
	defer proxy.Close()
	proxy.Break(torture.Instead(func(x *torture.Exchange) {
		good, err := x.Forward()
		if err != nil {
			return
		}
		good.Header.Del("Content-Length")
		good.Status = a.status
		bad := spoiled[a.body].spoil(good, a.Refusal).With("Connection", "close")
		if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
			bad.Body = nil // by the rules of HTTP
		}
		x.Write(bad.Bytes())
	}), 0, -1)
	client := proxy.Client()
	var told heard
	got, err := a.Call(t.Context(), torture.Settings{
		URL: proxy.URL, HTTPClient: client, Retry: transport.RetryPolicy{MaxAttempts: 2, MinWait: 1, MaxWait: 1},
		Observer: told.observe,
	})
	client.CloseIdleConnections()

	success := a.status/100 == 2
	name := spoiled[a.body].name
	if a.Duplicate != nil && a.Kind == transport.Idempotent && !success && name == brokenGzip {
		// The body can be read up to its checksum: that of the payment, which the
		// status contradicts, or the refusal of the repeat.
		assert.True(t, err == nil || errors.Is(err, transport.ErrOutcomeUnknown), "%v", err)
		atMostOnce(t, fake)
		return
	}
	require.Error(t, err, "never an empty success")
	assert.Empty(t, got)
	typed(t, a.Operation, err)
	unread := success && name == brokenGzip && a.status != http.StatusNoContent // cut short: no answer at all
	whole := name == refused && a.status != http.StatusNoContent && a.status != http.StatusNotModified
	truth := a.status
	if whole && success && a.RefusalStatus != 0 {
		truth = a.RefusalStatus
	}
	status, ok := a.Status(err)
	switch {
	case unread:
		assert.NotErrorIs(t, err, io.EOF)
	default:
		require.True(t, ok, "%v", err)
		assert.Equal(t, truth, status)
	}
	for _, attempt := range told.all() { // also one whose answer is thrown away
		if a.Width == 1 || attempt.Class != "canceled" { // by the error of another walk
			assert.Equal(t, a.class(unread, whole), attempt.Class)
		}
	}
	toldAlike(t, a.Operation, err, &told)
	if whole {
		_, ok := a.RetryAfter(err)
		assert.True(t, ok, "a refusal, also inside a 200: %v", err)
	}
	for of, sentinel := range a.Sentinels {
		assert.Equal(t, of == truth, errors.Is(err, sentinel), "%v", sentinel)
	}
	definite := a.Reads() || name == refused && a.Refusals[truth]
	assert.Equal(t, !definite, errors.Is(err, transport.ErrOutcomeUnknown), "%v", err)

	want := 1
	if a.Kind.Repeatable() && (unread || a.repeated()) {
		want = 2
	}
	if a.Width == 1 {
		assert.Equal(t, want, proxy.Hits(), "requests")
	} else {
		assert.LessOrEqual(t, proxy.Hits(), want*a.Width)
	}
	atMostOnce(t, fake)
}

// class is what observers learn of an answer.
func (a answered) class(unread, refusal bool) string {
	switch {
	case unread:
		return "truncated"
	case a.status/100 != 2:
		return transport.ClassStatus
	case refusal:
		return transport.ClassRefused
	}
	return transport.ClassUndecodable
}

func (a answered) repeated() bool {
	switch a.status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusInternalServerError:
		return a.RetryOn500
	}
	return false
}
