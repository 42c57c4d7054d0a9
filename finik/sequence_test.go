package finik_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/testform"
)

var (
	onSockets         = testform.Scale(20, 200)       // sequences on real connections
	sequencesInMemory = testform.Scale(1_000, 10_000) // sequences without sockets
)

const (
	perServer = 10 // sequences that share a service
	noisy     = 6  // runs of a sequence that meet faults
	runs      = 14 // of a sequence at most
)

// service is one of those that the documents allow. It tells of a payment by its
// 409 if nothing is refused before that.
func service(r *rand.Rand) (opts []finiktest.Option, tells bool) {
	opts = []finiktest.Option{finiktest.WithProcessingReads(r.IntN(3)), finiktest.WithAnySignature()}
	named, early := r.IntN(2) == 0, r.IntN(2) == 0
	if named {
		opts = append(opts, finiktest.WithNamedDuplicates())
	}
	if early {
		opts = append(opts, finiktest.WithFundsFirst())
	}
	if r.IntN(3) == 0 {
		opts = append(opts, finiktest.WithRandomOutcomes(r.Uint64()))
	}
	if r.IntN(3) == 0 {
		opts = append(opts, finiktest.WithCodeInBody())
	}
	return opts, named && !early
}

// verdict is what a row of a payout ends as.
type verdict string

const (
	unknown verdict = "unknown"
	isPaid  verdict = "paid"
	failed  verdict = "failed"
)

// row is a payout of a company: what it has stored outlives its processes.
type row struct {
	request finik.CreatePaymentRequest // stored before the first call
	begun   bool                       // a call may have sent it
	id      string                     // of the payment, once that is known
	ids     []string                   // of all transactions that were asked for: more than one is a mistake
	verdict verdict
	read    int // verdicts that said something
}

func (o *row) learn(status finik.Status, final bool) {
	switch {
	case status.Is(finik.StatusSucceeded):
		o.conclude(isPaid)
	case final:
		o.conclude(failed)
	}
}

func (o *row) conclude(v verdict) {
	o.verdict = v
	o.read++
}

// process is a way to make a payout; it dies with its context.
type process func(ctx context.Context, c *finik.Client, o *row) error

// whole pays by the flow of the package.
func whole(ctx context.Context, c *finik.Client, o *row) error {
	first := !o.begun
	o.begun = true
	p, err := c.RunPayout(ctx, o.request, finik.PayoutParams{
		PaymentID: o.id, Resume: !first, Wait: brisk, Created: func(id string) error { o.id = id; return nil },
	})
	return o.ended(first, p, err)
}

// stepwise pays by single calls.
func stepwise(ctx context.Context, c *finik.Client, o *row) error {
	if o.id == "" {
		first := !o.begun
		o.begun = true
		p, err := c.CreatePayment(ctx, o.request)
		var e *finik.Error
		if errors.As(err, &e) && e.PaymentID != "" && errors.Is(err, finik.ErrDuplicate) {
			o.id = e.PaymentID
		} else if err != nil || p.Final() {
			return o.ended(first, p, err)
		} else {
			o.id = p.ID
		}
	}
	p, err := c.WaitPayment(ctx, o.id, brisk)
	if err != nil {
		return err // the payment is there
	}
	return o.ended(false, p, nil)
}

// ended draws the conclusions that the documentation allows.
func (o *row) ended(first bool, p *finik.Payment, err error) error {
	var refused *finik.Error
	switch {
	case err == nil:
		o.learn(p.Status, p.Final())
		return nil
	case !first || errors.Is(err, finik.ErrOutcomeUnknown) || errors.Is(err, context.Canceled):
	case errors.As(err, &refused) && refused.Operation == "CreatePayment":
		o.conclude(failed) // a definite no
		return nil
	default:
		o.begun = false // nothing has left
	}
	return err
}

// impatient takes another id when it gets no answer: the negative control.
func impatient(ctx context.Context, c *finik.Client, o *row) error {
	if o.begun {
		o.request.TransactionID = o.request.TransactionID + "x"
		o.ids = append(o.ids, o.request.TransactionID)
	}
	o.begun = true
	p, err := c.CreatePayment(ctx, o.request)
	if err == nil {
		o.id = p.ID
		_, err = c.WaitPayment(ctx, p.ID, brisk)
	}
	return err
}

// literal takes every refusal for a failure, 409 included: the other control.
func literal(ctx context.Context, c *finik.Client, o *row) error {
	p, err := c.CreatePayment(ctx, o.request)
	var refused *finik.Error
	switch {
	case errors.As(err, &refused):
		o.conclude(failed)
		return nil
	case err != nil:
		return err
	}
	o.learn(p.Status, p.Final())
	return nil
}

// notice takes a callback: it is verified elsewhere, and comes in any order.
func (o *row) notice(t *testing.T, body []byte) {
	t.Helper()
	var e finik.Event
	require.NoError(t, e.UnmarshalJSON(body))
	if e.TransactionID == o.request.TransactionID {
		o.learn(e.Status, e.Status.Final())
	}
}

// tally is what a number of sequences came to.
type tally struct {
	sequences, paidTwice, misread, stayUnknown, resolvable, paid, failed int
}

// network makes the client of one process.
type network func(r *rand.Rand, crash context.CancelCauseFunc, quiet bool) *finik.Client

// sequence is one payout from the first call to its verdict, through faults and
// crashes. With callbacks those reach it, some twice, in any order.
func (n *tally) sequence(t *testing.T, srv *finiktest.Server, seed uint64, run process, tells bool, clients network) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	o := &row{request: topUp(fmt.Sprintf("t-%d", seed)), verdict: unknown}
	if r.IntN(4) == 0 {
		o.request = transfer(o.request.TransactionID)
	}
	if r.IntN(5) == 0 { // an account that one payment empties
		o.request.AccountID = fmt.Sprintf("small-%d", seed)
		srv.AddAccount(finiktest.Account{ID: o.request.AccountID, UserIDs: []string{finiktest.DefaultUserID}, Balance: hundred})
	}
	o.ids = []string{o.request.TransactionID}
	callbacks := r.IntN(2) == 0
	for attempt := range runs {
		ctx, crash := context.WithCancelCause(t.Context())
		_ = run(ctx, clients(r, crash, attempt >= noisy), o)
		crash(nil)
		if p, ok := srv.Payment(o.request.TransactionID); ok && r.IntN(3) == 0 { // the provider goes on by itself
			if r.IntN(4) == 0 {
				srv.Fail(p.ID, 502)
			} else {
				srv.Settle(p.ID)
			}
		}
		for _, e := range shuffled(r, srv.Events()) {
			if callbacks {
				o.notice(t, e.Body)
			}
		}
		if o.verdict == failed || o.verdict == isPaid && r.IntN(2) == 0 { // else once more, which must change nothing
			break
		}
	}
	if p, ok := srv.Payment(o.request.TransactionID); ok && callbacks { // which come at last
		srv.Settle(p.ID)
		for _, e := range srv.Events() {
			o.notice(t, e.Body)
		}
	}
	n.judge(t, srv, o, tells || callbacks)
}

func (n *tally) judge(t *testing.T, srv *finiktest.Server, o *row, told bool) {
	t.Helper()
	debits, standing := 0, 0
	for _, id := range o.ids {
		if p, ok := srv.Payment(id); ok {
			srv.Settle(p.ID) // what is on its way still comes to pass
		}
		debits += srv.Debits(id)
		standing += srv.Paid(id)
	}
	n.sequences++
	if debits > 1 {
		n.paidTwice++
	}
	switch {
	case o.verdict == isPaid:
		n.paid++
		if standing < 1 {
			n.misread++
		}
	case o.verdict == failed:
		n.failed++
		if standing > 0 {
			n.misread++
		}
	case told && debits > 0:
		n.resolvable++
	default:
		n.stayUnknown++
	}
}

// shuffled are some of the events, in any order and some of them twice.
func shuffled(r *rand.Rand, events []finiktest.Event) []finiktest.Event {
	var out []finiktest.Event
	for _, e := range events {
		for range r.IntN(3) {
			out = append(out, e)
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// memory is a network without sockets.
func memory(t *testing.T, srv *finiktest.Server) network {
	t.Helper()
	return func(r *rand.Rand, crash context.CancelCauseFunc, quiet bool) *finik.Client {
		w := &wild{random: r, service: srv.Handler(), crash: crash, share: 35}
		if quiet {
			w.share = 0
		}
		return unsigned(t, srv.URL(), finik.WithHTTPClient(&http.Client{Transport: w}),
			finik.WithRetry(finik.RetryPolicy{MaxAttempts: 2, MinWait: time.Nanosecond, MaxWait: time.Nanosecond}))
	}
}

// sequences runs many of them. Their waits are those of a bubble and cost no time.
func sequences(t *testing.T, first, n int, how func(*rand.Rand) process) (total tally) {
	t.Helper()
	for from := first; from < first+n && !t.Failed(); from += perServer {
		opts, tells := service(rand.New(rand.NewPCG(uint64(from), 2)))
		srv := finiktest.NewServer(opts...)
		srv.AddAccount(finiktest.Account{ID: finiktest.DefaultAccountID, UserIDs: []string{finiktest.DefaultUserID}, Balance: decimal.MustNew(1_000_000, 0)})
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(26 * 365 * 24 * time.Hour) // to when timestamps have 13 digits
			for seed := from; seed < from+perServer && !t.Failed(); seed++ {
				run := how(rand.New(rand.NewPCG(uint64(seed), 3)))
				total.sequence(t, srv, uint64(seed), run, tells, memory(t, srv))
			}
		})
		srv.Close()
	}
	return total
}

func safe(r *rand.Rand) process {
	if r.IntN(2) == 0 {
		return whole
	}
	return stepwise
}

// The promise of the package, whatever happens in whatever order: the ledger
// shows each payout once, and a verdict is what came to pass.
func TestNoSequencePaysTwiceOrMisreadsAPayment(t *testing.T) {
	t.Parallel()
	const workers = 4
	var ran, open, ok, bad atomic.Int64
	for worker := range workers {
		t.Run(fmt.Sprint("seeds from ", worker*sequencesInMemory/workers), func(t *testing.T) {
			t.Parallel()
			n := sequences(t, worker*sequencesInMemory/workers, sequencesInMemory/workers, safe)
			assert.Zero(t, n.paidTwice, "paid twice")
			assert.Zero(t, n.misread, "verdicts that are wrong")
			assert.Zero(t, n.resolvable, "left in doubt although the 409 or a callback told")
			ran.Add(int64(n.sequences))
			open.Add(int64(n.stayUnknown))
			ok.Add(int64(n.paid))
			bad.Add(int64(n.failed))
		})
	}
	t.Cleanup(func() {
		t.Logf("%d sequences: %d paid, %d failed, %d unknown", ran.Load(), ok.Load(), bad.Load(), open.Load())
		assert.Less(t, open.Load()*4, ran.Load())
	})
}

// The same sequences find out clients that are not safe.
func TestTheSequencesFindClientsThatAreNotSafe(t *testing.T) {
	t.Parallel()
	tries := testform.Scale(60, 200)
	n := sequences(t, 0, tries, func(*rand.Rand) process { return impatient })
	t.Logf("a client that takes another id pays twice in %d of %d sequences", n.paidTwice, tries)
	assert.Greater(t, n.paidTwice, tries/10)
	n = sequences(t, 0, tries, func(*rand.Rand) process { return literal })
	t.Logf("a client that takes a 409 for a failure is wrong in %d of %d sequences", n.misread, tries)
	assert.Greater(t, n.misread, tries/10)
}

// sockets is a network of real connections, which a fake breaks.
func sockets(t *testing.T, srv *finiktest.Server) network {
	t.Helper()
	return func(r *rand.Rand, crash context.CancelCauseFunc, quiet bool) *finik.Client {
		srv.ClearFaults()
		opts := []finik.Option{finik.WithRetry(finik.RetryPolicy{MaxAttempts: 2, MinWait: time.Microsecond, MaxWait: time.Microsecond})}
		if !quiet {
			for i, f := range []finiktest.Fault{
				{Kind: finiktest.FaultResetBefore},
				{Kind: finiktest.FaultResetAfter},
				{Kind: finiktest.FaultTruncated},
				{Status: 502},
				{Status: 504, Process: true},
				{Kind: finiktest.FaultHTML, Process: true},
			} {
				f.Probability, f.Seed = 0.06, r.Uint64()+uint64(i)
				srv.Inject(f)
			}
			last := r.IntN(16) // of the process, if it comes to it
			opts = append(opts, finik.WithObserver(func(context.Context, finik.Attempt) {
				if last--; last == 0 {
					crash(errCrash)
				}
			}))
		}
		return newClient(t, srv.URL(), opts...)
	}
}

// On real connections, signed and verified.
func TestNoSequencePaysTwiceOnRealConnections(t *testing.T) {
	t.Parallel()
	var n tally
	for seed := range uint64(onSockets) {
		opts := []finiktest.Option{finiktest.WithProcessingReads(int(seed % 3))}
		if seed%2 == 0 {
			opts = append(opts, finiktest.WithNamedDuplicates())
		}
		srv, _ := start(t, opts...)
		n.sequence(t, srv, seed, whole, seed%2 == 0, sockets(t, srv))
		srv.Close()
	}
	assert.Equal(t, []int{onSockets, 0, 0, 0}, []int{n.sequences, n.paidTwice, n.misread, n.resolvable})
}
