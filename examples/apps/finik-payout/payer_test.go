package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// memory is a file whose synced part alone is believed in.
type memory struct {
	mu      sync.Mutex
	text    []byte
	synced  int
	forgets bool  // syncs do nothing
	broken  error // of further writes
}

func (m *memory) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return 0, m.broken
	}
	m.text = append(m.text, p...)
	return len(p), nil
}

func (m *memory) Sync() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.forgets {
		m.synced = len(m.text)
	}
	return nil
}

func (m *memory) Close() error { return nil }

func (m *memory) holds(text string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Contains(m.text[:m.synced], []byte(text))
}

// quickPayer pays n rows of srv by a journal in a file of the test's.
func quickPayer(t *testing.T, srv *finiktest.Server, on journalFile, n int) *payer {
	t.Helper()
	rows, err := readRows(strings.NewReader(read(t, file(t, n))))
	require.NoError(t, err)
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithRetry(finik.RetryPolicy{MinWait: time.Millisecond, MaxWait: 4 * time.Millisecond}))
	require.NoError(t, err)
	require.NoError(t, check(t.Context(), client, rows, past{}))
	src := source{config: config{
		account: finiktest.DefaultAccountID, user: finiktest.DefaultUserID, workers: 4,
		firstLook: time.Millisecond, wait: 30 * time.Second, pause: time.Millisecond,
	}, newID: finik.NewTransactionID}
	p := src.payer(client, &journal{file: on})
	p.enter(rows, nil)
	return p
}

func TestTheIDIsOnTheDiskBeforeTheFirstRequest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		forgets, skip bool
		early, asked  int // payments and recipients before their time
	}{
		{false, false, 0, 0},
		{false, true, 0, 0},
		{true, false, 20, 20}, // the controls: a disk that does not sync is found out
		{true, true, 20, 0},
	} {
		t.Run(fmt.Sprint(c.forgets, ", ", c.skip), func(t *testing.T) {
			srv := serve(t)
			on := &memory{forgets: c.forgets}
			var mu sync.Mutex
			early, asked := 0, 0
			srv.Inject(finiktest.Fault{Operation: "CreatePayment", Times: -1, Match: func(r finiktest.Request) bool {
				var body struct{ TransactionID string }
				mu.Lock()
				defer mu.Unlock()
				if json.Unmarshal(r.Body, &body) != nil || !on.holds(`"state":"begun","transactionId":"`+body.TransactionID+`"`) {
					early++
				}
				return false
			}}, finiktest.Fault{Operation: "CheckRecipient", Times: -1, Match: func(r finiktest.Request) bool {
				var body struct{ Fields struct{ Phone string } }
				mu.Lock()
				defer mu.Unlock()
				_ = json.Unmarshal(r.Body, &body)
				n, err := strconv.Atoi(strings.TrimPrefix(body.Fields.Phone, "+996"))
				if err != nil || !on.holds(fmt.Sprintf(`"reference":"row-%d","state":"open","transactionId":"`, n)) {
					asked++
				}
				return false
			}})
			p := quickPayer(t, srv, on, 20)
			p.skipRecipient = c.skip
			require.NoError(t, p.run(t.Context()))
			assert.Len(t, srv.Ledger(), 20)
			assert.Equal(t, c.early, early)
			assert.Equal(t, c.asked, asked)
		})
	}
}

func TestAJournalThatCannotBeWrittenEndsTheRun(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	for broken, payments := range map[string]int{`"state":"begun"`: 1, `"state":"created"`: 1, `"state":"paid"`: 30, "": 0} {
		t.Run(broken, func(t *testing.T) {
			srv := serve(t)
			on := &memory{}
			if broken == "" {
				on.broken = full
			}
			p := quickPayer(t, srv, breaking{on, broken, full}, 30)
			p.workers = 1
			err := p.run(t.Context())
			require.ErrorIs(t, err, errStopped)
			require.ErrorIs(t, err, full)
			assert.LessOrEqual(t, len(srv.Ledger()), payments, "%s: no more rows are begun", broken)
			for _, e := range p.entries {
				assert.NotEqual(t, stateFailed, e.state())
			}
		})
	}
}

// breaking breaks with the line after the one that holds a text.
type breaking struct {
	*memory

	after string
	err   error
}

func (b breaking) Write(p []byte) (int, error) {
	n, err := b.memory.Write(p)
	if b.after != "" && bytes.Contains(p, []byte(b.after)) {
		b.mu.Lock()
		b.broken = b.err
		b.mu.Unlock()
	}
	return n, err
}

func TestA409IsNeverAFailure(t *testing.T) {
	t.Parallel()
	lost := finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultResetAfter}
	other := `{"statusCode":409,"errorMessage":"x","id":%q}`
	for name, c := range map[string]struct {
		body string // of the 409; "" is the fake's own
		opts []finiktest.Option
		want state
	}{
		"with an id":         {"", []finiktest.Option{finiktest.WithNamedDuplicates()}, statePaid},
		"without":            {"", nil, stateUnknown},
		"of another payment": {other, nil, stateUnknown},
		"of nothing":         {fmt.Sprintf(other, "nothing"), nil, stateUnknown},
		"an impossible id":   {fmt.Sprintf(other, "../x"), nil, stateUnknown},
		"html":               {"<html>", nil, stateUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, c.opts...)
			if strings.Contains(c.body, "%q") {
				require.NoError(t, quickPayer(t, srv, &memory{}, 1).run(t.Context()))
				c.body = fmt.Sprintf(c.body, srv.Payments()[0].ID)
			}
			before := len(srv.Ledger())
			srv.Inject(lost)
			if c.body != "" {
				srv.Inject(finiktest.Fault{Operation: "CreatePayment", Status: 409, Body: c.body, Times: -1})
			}
			on := &memory{}
			p := quickPayer(t, srv, on, 1)
			require.NoError(t, p.run(t.Context()))
			assert.Equal(t, c.want, p.entries[0].state())
			assert.Len(t, srv.Ledger(), before+1)
			if name == "of another payment" {
				assert.Empty(t, p.entries[0].record().Payment, "nobody goes on with that one")
			}
		})
	}
}

func TestAnUnknownEndIsNoEnd(t *testing.T) {
	t.Parallel()
	assert.Equal(t, stateUnknown, judge(&finik.Payment{Status: "REVERSED", TransactionDate: time.Now()}, nil, false).state)
	assert.Equal(t, stateFailed, judge(&finik.Payment{Status: "canceled"}, nil, true).state)
	assert.Equal(t, statePaid, judge(&finik.Payment{Status: "SUCCESS"}, nil, true).state)
	refusal := &finik.Error{StatusCode: 400}
	assert.Equal(t, stateFailed, judge(nil, refusal, false).state)
	assert.Equal(t, stateUnknown, judge(nil, refusal, true).state)
	assert.Equal(t, stateUnknown, judge(nil, finik.ErrInvalidRequest, true).state)
	assert.Equal(t, stateOpen, judge(nil, finik.ErrInvalidRequest, false).state)
	assert.Equal(t, stateOpen, judge(nil, context.Canceled, false).state)
	assert.Equal(t, stateUnknown, judge(nil, context.Canceled, true).state)
	for _, status := range []int{429, 500, 502, 503} {
		assert.Equal(t, stateOpen, judge(nil, &finik.Error{StatusCode: status}, false).state, "it was the recipient's check")
	}
}

// callbacks is a receiver of p's, called by send.
func callbacks(t *testing.T, srv *finiktest.Server, p *payer) (send func(body string) int) {
	t.Helper()
	handler := finik.Webhook{PublicURL: publicURL, Keys: srvKeys()}.Handler(p.callback)
	return func(body string) int {
		request, err := srv.NewWebhookRequest(t.Context(), publicURL, []byte(body))
		require.NoError(t, err)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		return recorder.Code
	}
}

func event(transaction, status string) string {
	return fmt.Sprintf(`{"id":"1_x_CREDIT","transactionId":%q,"status":%q,"statusCode":200}`, transaction, status)
}

func TestACallbackEndsTheWait(t *testing.T) {
	t.Parallel()
	srv := serve(t, finiktest.WithManualProcessing())
	on := &memory{}
	p := quickPayer(t, srv, on, 3)
	p.wait.First = time.Hour
	send := callbacks(t, srv, p)
	ended := make(chan error, 1)
	go func() { ended <- p.run(t.Context()) }()
	require.Eventually(t, func() bool { return len(srv.Payments()) == 3 }, 10*time.Second, time.Millisecond)

	ids := map[int]string{}
	for _, payment := range srv.Payments() {
		for i := range 3 {
			if recipient, _ := payment.Field("phone"); recipient == phone(i) {
				ids[i] = payment.TransactionID
			}
		}
	}
	assert.Equal(t, 200, send(event("somebody else's", "SUCCEEDED")))
	assert.Equal(t, 200, send(event(ids[0], "PROCESSING")))
	assert.Contains(t, []state{stateBegun, stateCreated}, p.entries[0].state())
	assert.Equal(t, 200, send(event(ids[0], "SUCCEEDED")))
	assert.True(t, on.holds(`"reference":"row-0","state":"paid"`), "it is on the disk before the answer")
	assert.Equal(t, 200, send(event(ids[0], "succeeded")), "once more")
	assert.Equal(t, 200, send(event(ids[0], "FAILED")))
	assert.Equal(t, 200, send(event(ids[1], "failed")))
	assert.Equal(t, 200, send(event(ids[2], "CANCELED")))
	require.NoError(t, <-ended)
	assert.Equal(t, []state{statePaid, stateFailed, stateFailed}, []state{p.entries[0].state(), p.entries[1].state(), p.entries[2].state()})
	assert.Equal(t, 1, p.strangers)
	assert.Equal(t, []*entry{p.entries[0]}, p.contradicted)
}

func TestACallbackThatCannotBeStoredComesAgain(t *testing.T) {
	t.Parallel()
	srv := serve(t, finiktest.WithManualProcessing())
	on := &memory{}
	p := quickPayer(t, srv, on, 1)
	require.NoError(t, p.begin(p.entries[0]))
	on.broken = errors.New("no space left")
	send := callbacks(t, srv, p)
	assert.Equal(t, 500, send(event(p.entries[0].record().Transaction, "SUCCEEDED")))
	assert.Equal(t, stateOpen, p.entries[0].state())
}

func TestAForgedCallbackIsNothing(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	p := quickPayer(t, srv, &memory{}, 1)
	require.NoError(t, p.begin(p.entries[0]))
	request, err := srv.NewWebhookRequest(t.Context(), "https://elsewhere.example.com/", []byte(event(p.entries[0].record().Transaction, "SUCCEEDED")))
	require.NoError(t, err)
	recorder := httptest.NewRecorder()
	finik.Webhook{PublicURL: publicURL, Keys: srvKeys()}.Handler(p.callback).ServeHTTP(recorder, request)
	assert.Equal(t, http.StatusUnauthorized, recorder.Code)
	assert.Equal(t, stateOpen, p.entries[0].state())
}

// The whole program, told by callbacks what no call tells.
func TestListenClearsUpWhatIsUnknown(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultResetAfter, Match: func(r finiktest.Request) bool { return strings.Contains(string(r.Body), phone(1)) }})
	env, path, address := environment(t, srv), file(t, 4), freeAddress(t)
	finished := make(chan result, 1)
	go func() {
		finished <- startWith(context.Background(), env, quick("-listen", address, "-public-url", publicURL, "-listen-for", "20s", path)...)
	}()
	require.Eventually(t, func() bool { return strings.Contains(text(path+".journal"), `"code":409`) }, 10*time.Second, time.Millisecond)
	for _, payment := range srv.Payments() {
		srv.Settle(payment.ID)
	}
	left, err := srv.DeliverWebhooks(t.Context(), "http://"+address, finiktest.DeliverParams{PublicURL: publicURL})
	require.NoError(t, err)
	got := <-finished
	assert.Zero(t, got.code, got.stdout+got.stderr)
	assert.LessOrEqual(t, left, 3, "the program may have ended before it was told what it knew")
	assert.Contains(t, got.stdout, "paid        4")
	assert.Contains(t, got.stderr, "callbacks at 127.0.0.1:")
	assert.Contains(t, got.stderr, "0 callbacks about other payments, 0 that contradict")

	got = start(t, env, quick("-listen", "nowhere", "-public-url", publicURL, path)...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stderr, "listening on nowhere")
}

func text(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}

// printed is what a process prints. Its channel is closed when the process has
// been interrupted, or has ended.
type printed struct {
	text        bytes.Buffer
	interrupted chan struct{}
	once        sync.Once
}

func (p *printed) Write(b []byte) (int, error) {
	n, err := p.text.Write(b)
	if strings.Contains(p.text.String(), child) {
		p.once.Do(func() { close(p.interrupted) })
	}
	return n, err
}

func TestInterruptedItBeginsNoMoreAndGoesOnLater(t *testing.T) {
	t.Parallel()
	srv := serve(t, finiktest.WithManualProcessing())
	env, path := environment(t, srv), file(t, 200)
	out := filepath.Join(t.TempDir(), "report.csv")
	reached := make(chan struct{})
	stderr := printed{interrupted: make(chan struct{})}
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Delay: 300 * time.Millisecond, Match: func(r finiktest.Request) bool {
		if !strings.Contains(string(r.Body), phone(20)) {
			return false
		}
		close(reached)
		<-stderr.interrupted
		return true
	}})
	cmd := command(t, env, append(quick(), "-first-look", "1h", "-wait", "1h", "-workers", "1", "-report", out, path)...)
	cmd.Stderr = &stderr
	require.NoError(t, cmd.Start())
	<-reached
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, cmd.Wait())
	stderr.once.Do(func() { close(stderr.interrupted) })
	assert.Equal(t, 130, cmd.ProcessState.ExitCode(), stderr.text.String())
	assert.Contains(t, stderr.text.String(), "The same command goes on.")
	states := map[string]int{}
	for _, row := range table(t, out) {
		states[row["state"]]++
	}
	assert.Equal(t, map[string]int{"unknown": 21, "not sent": 179}, states)
	assert.NotEmpty(t, table(t, out)["row-20"]["payment_id"], "the request that was on its way got its answer")

	for _, payment := range srv.Payments() {
		srv.Settle(payment.ID)
	}
	newProvider(t, srv, path+".journal")
	got := start(t, env, quick("-workers", "8", "-skip-recipient", path)...)
	assert.Contains(t, got.stdout, "; 0 ended before, 21 to go on with")
	assert.Len(t, srv.Payments(), 200)
	assert.Equal(t, 1, got.code, "some fail, as the provider decides")
	assert.NotContains(t, got.stdout, "UNKNOWN")
}
