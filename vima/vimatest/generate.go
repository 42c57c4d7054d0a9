package vimatest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/vima"
)

// Plan says what [Generate] makes. The same plan makes the same operations, byte
// for byte.
type Plan struct {
	Operations int       // how many; 0 or less is none
	Seed       uint64    // another seed makes other operations
	From       vima.Date // first day; the zero Date is 2026-01-01, and a date in 2020 or earlier panics
	Days       int       // the number of days over which they are spread evenly; 0 is 1, and a negative number panics
}

// Generate makes up p.Operations operations for [Server.Seed], in the order of their
// creation, the oldest first. The same Plan makes the same operations, byte for byte.
// If p.Operations is 0 or negative, Generate returns an empty slice. The zero p.From
// means 2026-01-01, and p.Days 0 means 1. Generate panics if p.From is a day before
// 2021 or p.Days is negative.
//
// The operations are of the three known projects, with all known statuses and several
// currencies. Raw is in the provider's own spelling, and decoding Raw returns the
// fields. A few operations have what a client must cope with: ids as numbers, missing
// or null objects, empty lists, unknown members, unusual statuses, and custom data
// that looks like cursors. An operation takes about 1.9 KB.
//
// The payer is always the same made-up person: Test Payer, payer@example.com,
// +910000000000.
func Generate(p Plan) []*vima.Operation {
	return slices.AppendSeq(make([]*vima.Operation, 0, max(p.Operations, 0)), p.All())
}

// All iterates over the operations that [Generate] returns for p, one by one,
// without holding them all in memory. Each range statement starts over and yields
// the same operations. All panics at the call, before the iteration, if p.From is a
// day before 2021 or p.Days is negative. The zero p.From means 2026-01-01, and
// p.Days 0 means 1.
func (p Plan) All() iter.Seq[*vima.Operation] {
	if p.From.IsZero() {
		p.From = vima.Date{Year: 2026, Month: time.January, Day: 1}
	}
	if p.Days == 0 {
		p.Days = 1
	}
	start := p.From.Time()
	if start.Before(idEpoch()) || p.Days < 0 {
		panic(fmt.Sprintf("vimatest: Plan: %d days from %s", p.Days, p.From))
	}
	return func(yield func(*vima.Operation) bool) {
		g := &generator{random: fakeapi.NewRand(p.Seed, 0)}
		span := time.Duration(p.Days) * 24 * time.Hour
		for i := range p.Operations {
			// The i-th of n equal slices of the span, and somewhere within it.
			from, to := fakeapi.Part(span, i, p.Operations), fakeapi.Part(span, i+1, p.Operations)
			at := from + time.Duration(g.random.Int64N(int64(max(1, to-from))))
			if !yield(g.operation(i, start.Add(at.Truncate(time.Millisecond)))) {
				return
			}
		}
	}
}

// generator makes the operations of one plan.
type generator struct {
	random   *rand.Rand
	clientID int64 // the last one used: they rise, as they hold the time
}

// operation returns the i-th operation, created at at.
func (g *generator) operation(i int, at time.Time) *vima.Operation {
	f := g.facts(i, at)
	o := &vima.Operation{
		OperationID:       f.id(at, 0),
		ReferenceID:       fmt.Sprintf("%012x7%s", at.UnixMilli(), fakeapi.Hex(g.random, 19)), // as a UUIDv7
		ClientOperationID: f.clientID,
		Service:           "multihub-api", ServiceEnv: "prod-hub", Project: f.project, ProjectEnv: "prod",
		UserID: f.userID, Contact: payerEmail, IPAddr: f.ip,
		CreateParams:  f.createParams(),
		CurrentStatus: f.status, OperationState: string(vima.StatusInProcess),
		PaymentProduct: "multihub-api", PaymentMethodType: "fiat", PaymentMethodCode: "apm",
		IntegrationType: "direct", CredentialsOwner: "example-owner",
		OperationCreatedAt: at, OperationModifiedAt: f.modified,
		OperationCreateID: f.id(f.registered, 1), OperationUpdateID: f.id(f.modified, 2),
		PaymentCustomData: []byte(`{"name":"apm"}`),
	}
	if g.percent(20) {
		o.PaymentStatus = f.status
	}
	f.addCards(o)
	how := g.depart(o)
	o.Raw = render(o, how)
	return o
}

// percent returns true n times in a hundred, at random.
func (g *generator) percent(n int) bool { return g.random.IntN(100) < n }

// between returns a random duration from low up to high, in whole milliseconds.
func (g *generator) between(low, high time.Duration) time.Duration {
	return low + time.Duration(g.random.Int64N(int64((high-low)/time.Millisecond)))*time.Millisecond
}
