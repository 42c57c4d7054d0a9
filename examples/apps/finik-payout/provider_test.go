package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

const publicURL = "https://pay.example.com/callbacks/finik"

// injectAll makes 12 of 100 requests fail, in six ways.
func injectAll(srv *finiktest.Server, seed uint64) {
	for i, fault := range []finiktest.Fault{
		{Kind: finiktest.FaultResetBefore},
		{Kind: finiktest.FaultResetAfter},
		{Kind: finiktest.FaultTruncated},
		{Status: 503, Body: `{"statusCode":503,"errorMessage":"x"}`},
		{Kind: finiktest.FaultGarbage, Process: true},
		{Kind: finiktest.FaultHTML, Process: true},
	} {
		fault.Probability, fault.Seed = 0.02, seed+uint64(i)
		fault.Match = func(r finiktest.Request) bool { return r.Path != "/v2/services" }
		srv.Inject(fault)
	}
}

// fate is what becomes of a payment that is accepted.
func fate(recipient string) finik.Status {
	switch n, _ := strconv.Atoi(recipient[len(recipient)-2:]); {
	case n%13 == 3:
		return finik.StatusFailed
	case n%17 == 5:
		return finik.StatusCanceled
	}
	return finik.StatusSucceeded
}

// provider ends the payments of a server some time after they were made.
type provider struct {
	srv     *finiktest.Server
	journal string // of the program; "" is not looked at

	mu      sync.Mutex
	pending map[string]bool // transactions that were asked for
	known   map[string]bool // transactions in the journal
	read    int64           // bytes of the journal
}

// newProvider sees to it as well that the journal has the id of every payment
// that is asked for, at the moment when the request arrives.
func newProvider(t *testing.T, srv *finiktest.Server, journal string) *provider {
	t.Helper()
	p := &provider{srv: srv, journal: journal, pending: map[string]bool{}, known: map[string]bool{}}
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Times: -1, Match: func(r finiktest.Request) bool {
		var body struct{ TransactionID string }
		_ = json.Unmarshal(r.Body, &body)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.pending[body.TransactionID] = true
		if !p.journaled(body.TransactionID) {
			t.Errorf("transaction %s was sent before it was written", body.TransactionID)
		}
		return false
	}})
	quit := make(chan struct{})
	var working sync.WaitGroup
	working.Go(func() {
		for {
			select {
			case <-quit:
				return
			case <-time.After(20 * time.Millisecond):
				p.end()
			}
		}
	})
	t.Cleanup(func() {
		close(quit)
		working.Wait()
	})
	return p
}

// journaled wants the lock to be held.
func (p *provider) journaled(transaction string) bool {
	if p.known[transaction] || p.journal == "" {
		return true
	}
	text, _ := os.ReadFile(p.journal)
	for line := range bytes.Lines(text[min(p.read, int64(len(text))):]) {
		var r record
		if json.Unmarshal(line, &r) == nil && line[len(line)-1] == '\n' {
			p.known[r.Transaction] = true
			p.read += int64(len(line))
		}
	}
	return p.known[transaction]
}

func (p *provider) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for transaction := range p.pending {
		payment, ok := p.srv.Payment(transaction)
		if !ok {
			continue
		}
		delete(p.pending, transaction)
		recipient, _ := payment.Field("phone")
		switch fate(recipient) {
		case finik.StatusFailed:
			p.srv.Fail(payment.ID, 502)
		case finik.StatusCanceled:
			p.srv.Cancel(payment.ID)
		default:
			p.srv.Settle(payment.ID)
		}
	}
}

// call sends callbacks, some twice and in any order, until the test ends.
func (p *provider) call(t *testing.T, address string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var working sync.WaitGroup
	working.Go(func() {
		for seed := uint64(0); ctx.Err() == nil; seed++ {
			_, _ = p.srv.DeliverWebhooks(ctx, "http://"+address, finiktest.DeliverParams{Attempts: 1, Duplicates: 1, Shuffle: true, Seed: seed, PublicURL: publicURL})
			select {
			case <-time.After(20 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	})
	t.Cleanup(func() {
		cancel()
		working.Wait()
	})
}

// freeAddress is one of those that systems give to nobody by themselves, so that
// it is still free when the program is started once more.
func freeAddress(t *testing.T) string {
	t.Helper()
	for {
		listener, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", 20_000+rand.IntN(12_000)))
		if err != nil {
			continue
		}
		defer listener.Close()
		return listener.Addr().String()
	}
}

func srvKeys() []*rsa.PublicKey { return []*rsa.PublicKey{finiktest.PublicKey()} }
