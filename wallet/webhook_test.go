package wallet_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

var hook = wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret}

// token is the token of an application, made without the package.
func token(id, secret string) string {
	sum := sha1.Sum([]byte(id + secret))
	return hex.EncodeToString(sum[:])
}

func notice(t testing.TB, query string, header http.Header, body io.Reader) *http.Request {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/hook?"+query, body)
	for name, values := range header {
		r.Header[name] = values
	}
	return r
}

func TestWebhookToken(t *testing.T) {
	t.Parallel()
	right := token("app", hook.AppSecret)
	body := string(sample(t, "19-webhook"))
	inHeader := func(id, token string) http.Header {
		h := http.Header{}
		h.Set("app_id", id)
		h.Set("access_token", token)
		return h
	}
	for name, c := range map[string]struct {
		hook   wallet.Webhook
		query  string
		header http.Header
		ok     bool
	}{
		"query":              {hook, "app_id=app&access_token=" + right, nil, true},
		"upper case":         {hook, "app_id=app&access_token=" + strings.ToUpper(right), nil, true},
		"headers":            {hook, "", inHeader("app", right), true},
		"one of each":        {hook, "app_id=app", inHeader("", right), true},
		"query comes first":  {hook, "app_id=app&access_token=" + right, inHeader("other", "00"), true},
		"and hides headers":  {hook, "app_id=app&access_token=00", inHeader("app", right), false},
		"also an empty one":  {hook, "app_id=app&access_token=", inHeader("app", right), false},
		"nothing":            {hook, "", nil, false},
		"no id":              {hook, "access_token=" + right, nil, false},
		"no token":           {hook, "app_id=app", nil, false},
		"other id":           {hook, "app_id=App&access_token=" + right, nil, false},
		"other secret":       {hook, "app_id=app&access_token=" + token("app", "other"), nil, false},
		"shorter":            {hook, "app_id=app&access_token=" + right[:38], nil, false},
		"longer":             {hook, "app_id=app&access_token=" + right + "00", nil, false},
		"blank":              {hook, "app_id=app&access_token=%20" + right, nil, false},
		"no hexadecimal":     {hook, "app_id=app&access_token=" + strings.Repeat("g", 40), nil, false},
		"the secret itself":  {hook, "app_id=app&access_token=" + hook.AppSecret, nil, false},
		"moved border":       {wallet.Webhook{AppID: "ap", AppSecret: "p" + hook.AppSecret}, "app_id=app&access_token=" + right, nil, false},
		"twice, wrong first": {hook, "app_id=app&access_token=00&access_token=" + right, nil, false},
		"empty secret":       {wallet.Webhook{AppID: "app"}, "app_id=app&access_token=" + token("app", ""), nil, false},
		"empty id":           {wallet.Webhook{AppSecret: "s"}, "app_id=&access_token=" + token("", "s"), nil, false},
		"zero":               {wallet.Webhook{}, "app_id=&access_token=" + token("", ""), nil, false},
		"semicolons":         {hook, "app_id=app;access_token=" + right, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			read := false
			r := notice(t, c.query, c.header, readerFunc(func(p []byte) (int, error) {
				read = true
				n := copy(p, body)
				body = body[n:]
				if n == 0 {
					return 0, io.EOF
				}
				return n, nil
			}))
			event, err := c.hook.Parse(r)
			body = string(sample(t, "19-webhook"))
			if c.ok {
				require.NoError(t, err, name)
				assert.Equal(t, int64(1401089240253), event.Payment.ID)
				return
			}
			require.ErrorIs(t, err, wallet.ErrBadWebhook, name)
			require.ErrorIs(t, err, wallet.ErrUnauthorized, name)
			assert.Nil(t, event)
			assert.False(t, read, "%s: a body is not read before its token is known", name)
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestHandlerAnswers(t *testing.T) {
	t.Parallel()
	good := "app_id=app&access_token=" + token("app", hook.AppSecret)
	body := string(sample(t, "19-webhook"))
	errNo := errors.New("no")
	for name, c := range map[string]struct {
		method, query, body string
		fn                  error
		want                int
		called              bool
	}{
		"good":              {"POST", good, body, nil, 200, true},
		"fn fails":          {"POST", good, body, errNo, 500, true},
		"GET":               {"GET", good, body, nil, 405, false},
		"PUT":               {"PUT", good, body, nil, 405, false},
		"wrong token":       {"POST", "app_id=app&access_token=00", body, nil, 401, false},
		"token comes first": {"POST", "", strings.Repeat(" ", 2<<20), nil, 401, false},
		"exactly a MiB":     {"POST", good, body + strings.Repeat(" ", 1<<20-len(body)), nil, 200, true},
		"a byte more":       {"POST", good, body + strings.Repeat(" ", 1<<20-len(body)+1), nil, 413, false},
		"empty":             {"POST", good, "", nil, 400, false},
		"no JSON":           {"POST", good, "a=b", nil, 400, false},
		"list":              {"POST", good, "[]", nil, 400, false},
		"no payment":        {"POST", good, `{"type":"complete"}`, nil, 400, false},
		"no id":             {"POST", good, `{"type":"complete","payment":{}}`, nil, 400, false},
		"no type":           {"POST", good, `{"payment":{"id":1}}`, nil, 400, false},
		"twice":             {"POST", good, `{"type":"complete","payment":{"id":1},"payment":{"id":2}}`, nil, 400, false},
		"twice deep":        {"POST", good, `{"type":"complete","payment":{"id":1,"id":2}}`, nil, 400, false},
		"other case":        {"POST", good, `{"Type":"complete","payment":{"id":1}}`, nil, 400, false},
		"trailing":          {"POST", good, body + "x", nil, 400, false},
		"unknown type":      {"POST", good, `{"type":"brand_new","payment":{"id":1,"status":"brand_new"},"from":"a","to":"b"}`, nil, 200, true},
	} {
		t.Run(name, func(t *testing.T) {
			called := false
			server := httptest.NewServer(hook.Handler(func(ctx context.Context, e *wallet.Event) error {
				called = true
				assert.NoError(t, ctx.Err())
				assert.NotNil(t, e)
				return c.fn
			}))
			request, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+"/?"+c.query, strings.NewReader(c.body))
			require.NoError(t, err)
			response, err := server.Client().Do(request)
			require.NoError(t, err, name)
			got, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			assert.Equal(t, c.want, response.StatusCode, name)
			assert.Empty(t, got, name)
			assert.Equal(t, c.called, called, name)
			assert.Equal(t, c.want == 405, response.Header.Get("Allow") == "POST", name)
			server.Close()
		})
	}
	assert.Panics(t, func() { hook.Handler(nil) })
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	good := "app_id=app&access_token=" + token("app", hook.AppSecret)
	_, err := hook.Parse(notice(t, good, nil, strings.NewReader(strings.Repeat(" ", 2<<20))))
	var tooLong *http.MaxBytesError
	require.ErrorAs(t, err, &tooLong)
	require.ErrorIs(t, err, wallet.ErrBadWebhook)
	_, err = hook.Parse(notice(t, good, nil, strings.NewReader(`{"type":1,"payment":"Test Payer"}`)))
	var decode *wallet.DecodeError
	require.ErrorAs(t, err, &decode)
	require.ErrorIs(t, err, wallet.ErrBadWebhook)
	assert.NotContains(t, err.Error(), "Payer")
	r := notice(t, good, nil, nil)
	r.Body = nil
	_, err = hook.Parse(r)
	require.ErrorIs(t, err, wallet.ErrBadWebhook)
	r.Method = http.MethodGet
	_, err = hook.Parse(r)
	require.EqualError(t, err, "wallet: bad webhook: the method is not POST")
	_, err = hook.Parse(notice(t, good, nil, broken{}))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// A body that drips in is cut off, and the time for fn is not.
func TestHandlerReadsForTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		listener := newPipeListener()
		server := &http.Server{Handler: hook.Handler(func(ctx context.Context, _ *wallet.Event) error {
			select {
			case <-time.After(time.Minute): // longer than the body may take
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})}
		go func() { _ = server.Serve(listener) }()
		defer server.Close()
		head := "POST /?app_id=app&access_token=" + token("app", hook.AppSecret) + " HTTP/1.1\r\nHost: a\r\nContent-Length: "

		conn := listener.dial()
		begun := time.Now()
		_, err := conn.Write([]byte(head + "1000\r\n\r\n{"))
		require.NoError(t, err)
		answer := make([]byte, 20)
		_, err = io.ReadFull(conn, answer)
		require.NoError(t, err)
		assert.Equal(t, "HTTP/1.1 408 Request", string(answer))
		assert.Equal(t, 10*time.Second, time.Since(begun))
		_ = conn.Close()

		conn = listener.dial()
		body := `{"type":"complete","payment":{"id":1}}`
		_, err = conn.Write([]byte(head + "38\r\n\r\n" + body))
		require.NoError(t, err)
		_, err = io.ReadFull(conn, answer)
		require.NoError(t, err)
		assert.Equal(t, "HTTP/1.1 200 OK\r\nDat", string(answer))
		_ = conn.Close()
	})
}

// pipeListener accepts connections in memory, whose deadlines a bubble rules.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *pipeListener) dial() net.Conn {
	client, server := net.Pipe()
	l.conns <- server
	return client
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// All four types, sent by the fake in any order: the handler believes a read and
// not the notice.
func TestWebhooksOfTheFake(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]wallettest.Option{nil, {wallettest.WithTokenInHeaders()}} {
		t.Run(fmt.Sprint("in headers=", opts != nil), func(t *testing.T) {
			srv, client := start(t, append(opts, wallettest.WithProcessingReads(0))...)
			paid, err := client.RunPayment(t.Context(), phoneBill(testID), yes)
			require.NoError(t, err)
			srv.Undo(paid.Payment.ID)
			srv.Redo(paid.Payment.ID)
			srv.AddService(wallettest.Service{ID: 1, Declines: true, DeclineReason: wallet.DeclineReasonInvalidData})
			declined, err := client.RunPayment(t.Context(), wallet.NewOut(wallet.NewClientPaymentID(), 1, hundred, map[string]string{"a": "b"}), yes)
			require.NoError(t, err)

			var mu sync.Mutex
			got := map[wallet.EventType]*wallet.Event{}
			keys := map[string]int{}
			receiver := httptest.NewServer(hook.Handler(func(ctx context.Context, e *wallet.Event) error {
				mu.Lock()
				defer mu.Unlock()
				got[e.Type] = e
				keys[e.Key()]++
				now, err := client.GetPayment(ctx, e.Payment.ID)
				if err != nil {
					return err
				}
				want := map[int64]wallet.Status{paid.Payment.ID: wallet.StatusCompleted, declined.Payment.ID: wallet.StatusDeclined}[e.Payment.ID]
				assert.Equal(t, want, now.Payment.Status, "whatever the notice says")
				return nil
			}))
			events := srv.Events()
			require.Len(t, events, 4)
			statuses, err := srv.SendWebhook(t.Context(), receiver.URL+"/?a=b", events[3], events[1], events[0], events[2], events[1])
			require.NoError(t, err)
			assert.Equal(t, []int{200, 200, 200, 200, 200}, statuses)
			receiver.Close()

			assert.Len(t, keys, 4)
			for kind, want := range map[wallet.EventType][2]wallet.Status{
				wallet.EventTypeComplete: {wallet.StatusProcessing, wallet.StatusCompleted},
				wallet.EventTypeDecline:  {wallet.StatusProcessing, wallet.StatusDeclined},
				wallet.EventTypeUndo:     {wallet.StatusCompleted, wallet.StatusDeclined},
				wallet.EventTypeRedo:     {wallet.StatusDeclined, wallet.StatusCompleted},
			} {
				t.Run(fmt.Sprint("kind=", kind), func(t *testing.T) {
					require.NotNil(t, got[kind], kind)
					assert.Equal(t, want, [2]wallet.Status{got[kind].From, got[kind].To})
					assert.Equal(t, got[kind].To, got[kind].Payment.Status)
				})
			}
		})
	}
}

func TestEventKeepsItsBytes(t *testing.T) {
	t.Parallel()
	raw := sample(t, "19-webhook")
	var e wallet.Event
	require.NoError(t, e.UnmarshalJSON(raw))
	out, err := e.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, raw, out)
	assert.Equal(t, "1401089240253 complete 2014-08-02T14:37:20.102Z", e.Key())
	e.Raw = nil
	assert.Equal(t, "1401089240253 complete 2014-08-02T14:37:20.102Z", e.Key())
	typed, err := e.MarshalJSON()
	require.NoError(t, err)
	var again wallet.Event
	require.NoError(t, again.UnmarshalJSON(typed))
	assert.Equal(t, e.Payment.Card, again.Payment.Card)

	var odd wallet.Event
	require.NoError(t, odd.UnmarshalJSON([]byte(`{"type":"undo","payment":{"id":1},"created_at":"yesterday"}`)))
	assert.Equal(t, "1 undo yesterday", odd.Key(), "also where the time is in an unknown layout")
}

func FuzzWebhook(f *testing.F) {
	f.Add("app_id=app&access_token="+token("app", hook.AppSecret), []byte(`{"type":"complete","payment":{"id":1}}`))
	f.Add("", sample(f, "19-webhook"))
	f.Fuzz(func(t *testing.T, query string, body []byte) {
		r := &http.Request{Method: http.MethodPost, URL: mustURL("http://a/"), Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))}
		r.URL.RawQuery = query
		event, err := hook.Parse(r)
		require.Equal(t, err == nil, event != nil)
		if err != nil {
			require.ErrorIs(t, err, wallet.ErrBadWebhook)
			return
		}
		values := r.URL.Query()
		require.Equal(t, token("app", hook.AppSecret), strings.ToLower(values.Get("access_token")))
		require.Equal(t, "app", values.Get("app_id"))
		require.Positive(t, event.Payment.ID)
		require.NotEmpty(t, event.Key())
		out, err := event.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, body, out)
	})
}

// An event is an event by its type and the ids of its payment. Whatever else does
// not fit is named, and the key still tells events apart.
func TestAnEventIsNotLostForWhatIsBesideThePoint(t *testing.T) {
	t.Parallel()
	var e, other wallet.Event
	require.NoError(t, e.UnmarshalJSON([]byte(`{"created_at":{"s":1},"payment":{"id":7,"service":834,"status":[],"amount":"ten"},"from":{},"to":"completed","type":"complete"}`)))
	assert.Equal(t, []string{"/created_at", "/payment/service", "/payment/status", "/payment/amount", "/from"}, e.Unread)
	assert.Equal(t, []string{"/service", "/status", "/amount"}, e.Payment.Unread)
	assert.Nil(t, e.Payment.Amount)
	assert.Equal(t, `7 complete {"s":1}`, e.Key())
	require.NoError(t, other.UnmarshalJSON([]byte(`{"created_at":{"s":2},"payment":{"id":7},"type":"complete"}`)))
	assert.NotEqual(t, e.Key(), other.Key())
	assert.NotContains(t, fmt.Sprintf("%+v %v", e, &e.Payment), "834")
	for _, text := range []string{`{"payment":{"id":{}},"type":"complete"}`, `{"payment":7,"type":"complete"}`, `{"payment":{"id":7},"type":[]}`, `{"payment":{"id":-7},"type":"complete"}`} {
		require.Error(t, e.UnmarshalJSON([]byte(text)), text)
	}
}
