package torture_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

// operations are the table and three writes made of nothing but the transport:
// they hold it, and these tests, to what is said of writes.
func operations() []torture.Operation {
	return append(
		torture.Operations(),
		torture.Operation{Provider: control, Name: "Create", Kind: transport.Idempotent, Width: 1, Call: pay("POST", transport.Idempotent)},
		torture.Operation{Provider: control, Name: "Pay", Kind: transport.Once, Width: 1, Call: pay("POST", transport.Once)},
		// net/http would send this one again on its own.
		torture.Operation{Provider: control, Name: "Take", Kind: transport.Once, Width: 1, Call: pay("GET", transport.Once)},
	)
}

var errControlDenied = errors.New("control: denied")

var control = &torture.Provider{
	Package: "control", Start: startControl, Credentials: []string{"key"}, Secrets: []string{"c0ntrolKEY"},
	Sentinels: map[int]error{403: errControlDenied}, TooLarge: transport.ErrTooLarge,
	Refusals: map[int]bool{400: true, 401: true, 403: true, 404: true, 409: true, 422: true, 429: true},
	Refusal:  `{"refused":true}`,
	Status: func(err error) (int, bool) {
		var e *controlError
		return statusOf(errors.As(err, &e), e)
	},
	RetryAfter: func(err error) (time.Duration, bool) {
		var e *controlError
		if !errors.As(err, &e) {
			return 0, false
		}
		return e.wait, true
	},
}

func statusOf(ok bool, e *controlError) (int, bool) {
	if !ok {
		return 0, false
	}
	return e.status, true
}

type controlError struct {
	status  int
	wait    time.Duration
	unknown bool
}

func (e *controlError) Error() string { return fmt.Sprintf("control: status %d", e.status) }

func (e *controlError) Is(target error) bool {
	return e.unknown && target == transport.ErrOutcomeUnknown || e.status == http.StatusForbidden && target == errControlDenied
}

var payments atomic.Int64

// pay makes a write that pays under a new id.
func pay(method string, kind transport.Kind) func(context.Context, torture.Settings) ([]string, error) {
	return func(ctx context.Context, s torture.Settings) ([]string, error) {
		base, faults := transport.ParseBase("base", s.URL, false)
		if len(faults) > 0 {
			return nil, errors.New("control: base")
		}
		config := transport.Config{
			Name: "control", Base: base, HTTPClient: s.HTTPClient, Timeout: s.Timeout, Retry: s.Retry, Logger: s.Logger,
			Observer: s.Observer, Middleware: s.Middleware, RatePerSecond: s.RatePerSecond, Burst: 1, MaxResponseBytes: s.MaxResponseBytes,
			Authorizer: transport.AuthorizerFunc(func(r *http.Request, _ []byte) error {
				r.Header.Set("Authorization", "c0ntrolKEY")
				return s.CredentialErr
			}),
		}
		id := strconv.FormatInt(payments.Add(1), 10)
		target := *base
		target.RawQuery = url.Values{"id": {id}, "once": {strconv.FormatBool(kind == transport.Idempotent)}}.Encode()
		request := transport.Request{Operation: "Pay", Kind: kind, Method: method, URL: &target}
		if method == "POST" {
			request.Body = []byte(id)
		}
		answer, err := transport.Do(ctx, transport.New(config), request, judge)
		if err != nil {
			var e *transport.Error
			if errors.As(err, &e) && e.Ambiguous {
				return nil, fmt.Errorf("control: %w, %w", transport.ErrOutcomeUnknown, err)
			}
			return nil, fmt.Errorf("control: %w", err)
		}
		var refused *controlError
		if errors.As(answer.Verdict.Err, &refused) {
			refused.unknown = answer.Ambiguous
		}
		return answer.Result, answer.Verdict.Err
	}
}

func judge(_ context.Context, r transport.Response, _ any) ([]string, transport.Verdict) {
	var body struct {
		ID      *string
		Refused bool
	}
	readable := json.Unmarshal(r.Body, &body) == nil
	if r.StatusCode/100 == 2 && readable && body.ID != nil {
		return []string{*body.ID}, transport.Verdict{}
	}
	v := transport.Verdict{Class: transport.ClassUndecodable, Open: !readable || !body.Refused || !control.Refusals[r.StatusCode]}
	if readable && body.Refused {
		v.Class = transport.ClassRefused
	}
	wait, _ := transport.RetryAfter(r.Header, time.Now())
	v.Err = &controlError{r.StatusCode, wait, v.Open}
	return nil, v
}

// startControl starts a fake that pays what it is sent, or once where it is told to.
func startControl() *torture.Fake {
	var mu sync.Mutex
	paid := map[string]int{}
	srv := fakeapi.NewServer(fakeapi.Config{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.URL.Query().Get("id")
		mu.Lock()
		defer mu.Unlock()
		if r.URL.Query().Get("once") != "true" || paid[id] == 0 {
			paid[id]++
		}
		fakeapi.WriteJSON(w, http.StatusOK, fmt.Appendf(nil, `{"ID":%q}`, id))
	})})
	return &torture.Fake{
		URL: srv.URL() + "/pay", Close: srv.Close,
		Hits: func() int { return len(srv.Requests()) },
		Effects: func() map[string]int {
			mu.Lock()
			defer mu.Unlock()
			return maps.Clone(paid)
		},
	}
}
