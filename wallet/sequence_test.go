package wallet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

const perServer = 10 // sequences that share a service

var (
	onSockets = testform.Scale(40, 200)       // sequences on real connections
	inMemory  = testform.Scale(1_000, 10_000) // sequences without sockets
)

// careless is the worst service that the documentation allows: it executes what
// it is asked to, as often as it is asked to, and returns the first answer to every
// repeated creation.
func careless(r *rand.Rand) []wallettest.Option {
	opts := []wallettest.Option{wallettest.WithUnguardedPay(), wallettest.WithProcessingReads(r.IntN(3))}
	if r.IntN(2) == 0 {
		opts = append(opts, wallettest.WithReplayedCreate())
	}
	return opts
}

// errCrash is the end of a process in the middle of a call.
var errCrash = errors.New("the process is gone")

// wild is a network on which requests and answers get lost, and which ends the
// process now and then. Nothing of it is left to chance but by its seed.
type wild struct {
	random  *rand.Rand
	service http.Handler
	crash   context.CancelCauseFunc // of the process
	share   int                     // of a hundred requests that meet a fault
}

func (w *wild) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.random.IntN(100) >= w.share {
		return w.process(r)
	}
	switch w.random.IntN(10) {
	case 0: // reset before processing
		return nil, syscall.ECONNRESET
	case 1, 2: // reset after processing
		_, err := w.process(r)
		return nil, errors.Join(err, syscall.ECONNRESET)
	case 3: // crash before sending
		w.crash(errCrash)
		return nil, r.Context().Err()
	case 4: // crash after processing
		_, err := w.process(r)
		w.crash(errCrash)
		return nil, errors.Join(err, context.Canceled)
	case 5: // the gateway's error, and the request never came through
		return w.answer(r, http.StatusBadGateway, "<html>"), nil
	case 6: // the gateway's error, and the request did come through
		_, err := w.process(r)
		return w.answer(r, http.StatusGatewayTimeout, "<html>"), err
	case 7: // an answer cut short
		answer, err := w.process(r)
		answer.Body = io.NopCloser(io.MultiReader(io.LimitReader(answer.Body, 20), broken{}))
		return answer, err
	case 8: // an answer of somebody else
		_, err := w.process(r)
		return w.answer(r, http.StatusOK, `{"status":"ok"}`), err
	default: // nothing can be dialled
		return nil, syscall.ECONNREFUSED
	}
}

func (w *wild) process(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body := []byte(nil)
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	request := r.Clone(context.WithoutCancel(r.Context()))
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	recorder := httptest.NewRecorder()
	w.service.ServeHTTP(recorder, request)
	return recorder.Result(), nil
}

func (w *wild) answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader([]byte(body))), Request: r}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// shop is a service that pays bills: what it has stored outlives its processes.
type shop struct {
	request wallet.CreatePaymentRequest // stored before the first call
	id      int64                       // of the payment, once that is known
	ids     []string                    // of all payments that were asked for: more than one is a mistake
	seen    map[string]bool             // keys of events
	status  wallet.Status               // as read from the service
	finals  []wallet.Status
}

// client is one that lives as long as a process.
type process func(ctx context.Context, c *wallet.Client, s *shop) error

// safe pays with the flows of the package: whole, or step by step.
func safe(r *rand.Rand) process {
	if r.IntN(2) == 0 {
		return func(ctx context.Context, c *wallet.Client, s *shop) error {
			result, err := c.RunPayment(ctx, s.request, yes)
			s.learn(result)
			return err
		}
	}
	return stepwise(r)
}

func stepwise(*rand.Rand) process {
	return func(ctx context.Context, c *wallet.Client, s *shop) error {
		if s.id == 0 {
			result, err := c.CreatePayment(ctx, s.request)
			if err != nil {
				return err
			}
			s.id = result.Payment.ID
		}
		if _, err := c.PayOnce(ctx, s.id, wallet.ExecutePaymentRequest{}); err != nil {
			return err
		}
		result, err := c.WaitPayment(ctx, s.id, brisk)
		s.learn(result)
		return err
	}
}

var brisk = wallet.WaitParams{MinInterval: time.Microsecond, MaxInterval: time.Microsecond}

// naive repeats the execution until it gets an answer: the negative control.
func naive(*rand.Rand) process {
	return func(ctx context.Context, c *wallet.Client, s *shop) error {
		result, err := c.CreatePayment(ctx, s.request)
		if err != nil {
			return err
		}
		for range 5 {
			_, err = c.ExecutePayment(ctx, result.Payment.ID, wallet.ExecutePaymentRequest{})
			if err == nil {
				break
			}
		}
		if err != nil {
			return err
		}
		result, err = c.WaitPayment(ctx, result.Payment.ID, brisk)
		s.learn(result)
		return err
	}
}

// forgetful makes a new id when a process begins again: the other control.
func forgetful(r *rand.Rand) process {
	run := safe(r)
	return func(ctx context.Context, c *wallet.Client, s *shop) error {
		s.request.ClientPaymentID, s.id = wallet.NewClientPaymentID(), 0
		s.ids = append(s.ids, s.request.ClientPaymentID)
		return run(ctx, c, s)
	}
}

func (s *shop) learn(r *wallet.PaymentResult) {
	if r == nil {
		return
	}
	s.id, s.status = r.Payment.ID, r.Payment.Status
	if s.status.Final() {
		s.finals = append(s.finals, s.status)
	}
}

// notice acts on a webhook: it reads the payment and believes nothing else.
func (s *shop) notice(ctx context.Context, c *wallet.Client, e *wallet.Event) error {
	if s.seen[e.Key()] {
		return nil
	}
	result, err := c.GetPayment(ctx, e.Payment.ID)
	if err != nil {
		return err
	}
	s.seen[e.Key()] = true
	s.learn(result)
	return nil
}

// sequence is one logical payment from the first call to its end, through faults
// and crashes. It returns how often money went to the goal and how often it stands
// paid, of all payments that were made on the way.
func sequence(t *testing.T, srv *wallettest.Server, seed uint64, how func(*rand.Rand) process, network func(*rand.Rand, context.CancelCauseFunc, bool) *wallet.Client) (executions, paid int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	s := &shop{request: phoneBill(uuidOf(r)), seen: map[string]bool{}}
	if r.IntN(4) == 0 {
		s.request = wallet.NewP2P(s.request.ClientPaymentID, wallettest.OtherPhone, hundred)
	}
	s.ids = []string{s.request.ClientPaymentID}
	run := how(r)
	for attempt := 0; ; attempt++ {
		ctx, crash := context.WithCancelCause(t.Context())
		quiet := attempt >= 6 // faults end at last
		c := network(r, crash, quiet)
		err := run(ctx, c, s)
		for _, e := range shuffled(r, srv.Events()) {
			if e.PaymentID != s.id {
				continue
			}
			var event wallet.Event
			require.NoError(t, event.UnmarshalJSON(e.Body))
			_ = s.notice(ctx, c, &event) // one that fails comes again
		}
		crash(nil)
		if err == nil {
			break
		}
		require.False(t, quiet, "seed %d: without faults: %v", seed, err)
	}
	for _, id := range s.ids {
		executions += srv.Debits(id)
		paid += srv.Paid(id)
	}
	held, ok := srv.Payment(s.request.ClientPaymentID)
	require.True(t, ok, "seed %d", seed)
	assert.Equal(t, wallet.StatusCompleted, held.Status, "seed %d", seed)
	for _, status := range s.finals {
		assert.Equal(t, held.Status, status, "seed %d: only final is final", seed)
	}
	return executions, paid
}

func uuidOf(r *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48))
}

// shuffled are some of the events, in any order and some of them twice.
func shuffled(r *rand.Rand, events []wallettest.Event) []wallettest.Event {
	var out []wallettest.Event
	for _, e := range events {
		for range r.IntN(3) {
			out = append(out, e)
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// memory is a network without sockets.
func memory(t *testing.T, srv *wallettest.Server) func(*rand.Rand, context.CancelCauseFunc, bool) *wallet.Client {
	t.Helper()
	return func(r *rand.Rand, crash context.CancelCauseFunc, quiet bool) *wallet.Client {
		w := &wild{random: r, service: srv.Handler(), crash: crash, share: 35}
		if quiet {
			w.share = 0
		}
		return newClient(t, srv.URL(), wallet.WithHTTPClient(&http.Client{Transport: w}),
			wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: 2, MinWait: time.Nanosecond, MaxWait: time.Nanosecond}))
	}
}

// sequences runs many of them and counts those that break the promise. Their
// waits are the waits of a bubble and cost no time.
func sequences(t *testing.T, first, n int, how func(*rand.Rand) process) (twice, lost int) {
	t.Helper()
	for from := first; from < first+n && !t.Failed(); from += perServer {
		srv := wallettest.NewServer(careless(rand.New(rand.NewPCG(uint64(from), 2)))...)
		srv.AddWallet(wallettest.Wallet{Phone: wallettest.DefaultPhone, Balance: decimal.MustNew(1_000_000, 0)})
		synctest.Test(t, func(t *testing.T) {
			for seed := from; seed < from+perServer && !t.Failed(); seed++ {
				executions, paid := sequence(t, srv, uint64(seed), how, memory(t, srv))
				if executions > 1 {
					twice++
				}
				if paid < 1 {
					lost++
				}
			}
		})
		srv.Close()
	}
	return twice, lost
}

// The promise of the package, against the worst service and network: whatever
// happens in whatever order, the ledger shows each payment once.
func TestNoSequencePaysTwiceOrLosesAPayment(t *testing.T) {
	t.Parallel()
	const workers = 4
	var ran atomic.Int64
	for worker := range workers {
		t.Run(fmt.Sprint("seeds from ", worker*inMemory/workers), func(t *testing.T) {
			t.Parallel()
			twice, lost := sequences(t, worker*inMemory/workers, inMemory/workers, safe)
			assert.Zero(t, twice, "paid twice")
			assert.Zero(t, lost, "never paid")
			ran.Add(int64(inMemory / workers))
		})
	}
	t.Cleanup(func() { t.Logf("%d sequences", ran.Load()) })
}

// The same sequences find out clients that are not safe.
func TestTheSequencesFindClientsThatPayTwice(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]func(*rand.Rand) process{"repeats the execution": naive, "makes a new id": forgetful} {
		twice, _ := sequences(t, 0, 200, how)
		t.Logf("a client that %s pays twice in %d of 200 sequences", name, twice)
		assert.Greater(t, twice, 20, name)
	}
}

// sockets is a network of real connections, which a fake breaks.
func sockets(t *testing.T, srv *wallettest.Server) func(*rand.Rand, context.CancelCauseFunc, bool) *wallet.Client {
	t.Helper()
	return func(r *rand.Rand, crash context.CancelCauseFunc, quiet bool) *wallet.Client {
		srv.ClearFaults()
		opts := []wallet.Option{wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: 2, MinWait: time.Microsecond, MaxWait: time.Microsecond})}
		if !quiet {
			for i, f := range []wallettest.Fault{
				{Kind: wallettest.FaultResetBefore},
				{Kind: wallettest.FaultResetAfter},
				{Kind: wallettest.FaultTruncated},
				{Status: 502},
				{Status: 504, Process: true},
				{Kind: wallettest.FaultHTML, Process: true},
			} {
				f.Probability, f.Seed = 0.06, r.Uint64()+uint64(i)
				srv.Inject(f)
			}
			last := r.IntN(16) // of the process, if it comes to it
			opts = append(opts, wallet.WithObserver(func(context.Context, wallet.Attempt) {
				if last--; last == 0 {
					crash(errCrash)
				}
			}))
		}
		return newClient(t, srv.URL(), opts...)
	}
}

func TestNoSequencePaysTwiceOnRealConnections(t *testing.T) {
	t.Parallel()
	for seed := range uint64(onSockets) {
		r := rand.New(rand.NewPCG(seed, 2))
		srv, _ := start(t, careless(r)...)
		executions, paid := sequence(t, srv, seed, stepwise, sockets(t, srv))
		require.Equal(t, []int{1, 1}, []int{executions, paid}, "seed %d", seed)
		srv.Close()
	}
}
