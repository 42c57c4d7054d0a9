package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/testform"
)

func balance(srv *finiktest.Server, amount int64) {
	srv.AddAccount(finiktest.Account{ID: finiktest.DefaultAccountID, UserIDs: []string{finiktest.DefaultUserID}, Balance: decimal.MustNew(amount, 0)})
}

func TestAnEmptyAccountStopsTheRunUntilItIsToppedUp(t *testing.T) {
	t.Parallel()
	for _, more := range [][]string{nil, {"-skip-recipient"}} {
		srv := serve(t)
		balance(srv, 100)
		env, path := environment(t, srv), file(t, 40)
		out := path + ".report"
		args := quick(append(more, "-workers", "1", "-report", out, path)...)
		got := start(t, env, args...)
		assert.Equal(t, 1, got.code)
		assert.Contains(t, got.stderr, "the run was stopped: finik: CreatePayment: status 402")
		assert.Contains(t, got.stderr, "top it up")
		assert.Regexp(t, `(?m)^failed +0 `, got.stdout)
		assert.Len(t, srv.Ledger(), 7, "10.00 to 16.06 are 91.21")
		assert.Regexp(t, `(?m)^not sent +33 `, got.stdout)
		row := table(t, out)["row-7"]
		assert.Equal(t, "not sent", row["state"])
		assert.Equal(t, "too little money", row["why"])
		assert.Equal(t, "402", row["provider_status"])
		assert.Empty(t, table(t, out)["row-8"]["transaction_id"], "no more are begun")

		balance(srv, 1_000_000)
		got = start(t, env, args...)
		assert.Zero(t, got.code, got.stdout+got.stderr)
		assert.Len(t, srv.Ledger(), 40)
		assert.Equal(t, row["transaction_id"], table(t, out)["row-7"]["transaction_id"])
	}
}

func TestA403IsARowsEndOnlyWhereItMustBe(t *testing.T) {
	t.Parallel()
	const own = `{"statusCode":403,"errorMessage":"x"}`
	for name, c := range map[string]struct {
		body    string
		rows    string // that are refused
		paid    int    // by the provider
		failed  int
		notSent int
		stopped bool
	}{
		"one":                 {own, "3", 11, 1, 0, false},
		"the first":           {own, "0", 11, 0, 1, false}, // nothing says by then that the account is right
		"html":                {"<html>no</html>", "3", 11, 0, 1, false},
		"without a code":      {`{"Message":"explicit deny"}`, "3", 11, 0, 1, false},
		"four in succession":  {own, "3 4 5 6", 8, 4, 0, false},
		"five":                {own, "3 4 5 6 7", 3, 5, 4, true},
		"five here and there": {own, "1 3 5 7 9", 7, 5, 0, false},
		"five from the first": {own, "0 1 2 3 4", 0, 0, 12, true},
		"a wall":              {"<html>no</html>", "3 4 5 6 7 8 9 10 11", 3, 0, 9, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t)
			env, path := environment(t, srv), file(t, 12)
			refused := map[string]bool{}
			for _, n := range strings.Fields(c.rows) {
				var i int
				_, err := fmt.Sscan(n, &i)
				require.NoError(t, err)
				refused[phone(i)] = true
			}
			srv.Inject(finiktest.Fault{Operation: "CheckRecipient", Status: 403, Body: c.body, Times: -1, Match: func(r finiktest.Request) bool {
				for recipient := range refused {
					if strings.Contains(string(r.Body), recipient) {
						return true
					}
				}
				return false
			}})
			got := start(t, env, quick("-workers", "1", path)...)
			assert.Equal(t, 1, got.code)
			assert.Equal(t, c.stopped, strings.Contains(got.stderr, "the run was stopped"), got.stderr)
			assert.Equal(t, c.stopped, strings.Contains(got.stderr, "Check -account"), got.stderr)
			assert.Len(t, srv.Ledger(), c.paid)
			assert.Regexp(t, fmt.Sprintf(`(?m)^failed +%d +`, c.failed), got.stdout)
			if c.notSent > 0 {
				assert.Regexp(t, fmt.Sprintf(`(?m)^not sent +%d +`, c.notSent), got.stdout)
			}
			if !c.stopped { // which does not wait for what is made
				assert.Regexp(t, fmt.Sprintf(`(?m)^paid +%d +`, c.paid), got.stdout)
			}
			srv.ClearFaults()
			start(t, env, quick(path)...)
			assert.Len(t, srv.Ledger(), 12-c.failed, "what is not failed is paid by the next run")
		})
	}
}

func TestOnlyAPlainNoAboutARecipientIsAnEnd(t *testing.T) {
	t.Parallel()
	own := func(status int) string { return fmt.Sprintf(`{"statusCode":%d,"errorMessage":"x"}`, status) }
	statuses := []int{404, 409, 400, 402, 405, 422, 429}
	for _, status := range statuses[:testform.Scale(2, len(statuses))] {
		for _, body := range []string{own(status), "{}", "<html>"} {
			srv := serve(t)
			env, path := environment(t, srv), file(t, 1)
			srv.Inject(finiktest.Fault{Operation: "CheckRecipient", Status: status, Body: body, Times: -1})
			got := start(t, env, quick("-pause", "1ms", path)...)
			name := fmt.Sprint(status, body)
			assert.Equal(t, 1, got.code, name)
			assert.NotContains(t, got.stdout, "UNKNOWN", name)
			assert.NotContains(t, got.stdout+got.stderr, "made,", name)
			end := (status == http.StatusBadRequest || status == http.StatusNotFound) && body == own(status)
			assert.Equal(t, end, strings.Contains(got.stdout, "FAILED"), name)
			srv.ClearFaults()
			got = start(t, env, quick(path)...)
			if !end {
				assert.Zero(t, got.code, name)
				assert.Len(t, srv.Ledger(), 1, name)
			}
		}
		srv := serve(t)
		env, path := environment(t, srv), file(t, 1)
		srv.Inject(finiktest.Fault{Operation: "CheckRecipient", Status: status, Body: "<html>"})
		assert.Zero(t, start(t, env, quick(path)...).code, "%d is tried again", status)
	}
}

// A kill while the recipient is asked about: nothing can have been made, and the
// next run asks again.
func TestAKillDuringTheRecipientsCheckLeavesTheRowOpen(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env := environment(t, srv)
	path := write(t, "reference,service,phone,amount\nrow-0,finik,+996000000009,10.00\n")
	asked := make(chan struct{})
	srv.Inject(finiktest.Fault{Operation: "CheckRecipient", Delay: 20 * time.Second, Match: func(finiktest.Request) bool {
		close(asked)
		return true
	}})
	cmd := command(t, env, quick(path)...)
	require.NoError(t, cmd.Start())
	<-asked
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	journal := read(t, path+".journal")
	assert.Contains(t, journal, `"reference":"row-0","state":"open","transactionId":"`, "its id is on the disk")
	assert.NotContains(t, journal, "begun")
	srv.ResetRequests()
	got := start(t, env, quick(path)...)
	assert.Contains(t, got.stdout, "FAILED", "there is no such recipient")
	assert.Contains(t, got.stdout, "404")
	assert.Len(t, transactions(read(t, path+".journal")), 1)
	for _, r := range srv.Requests() {
		assert.NotEqual(t, "/v2/payment", r.Path)
	}
}

// With a wait that is shorter than a try, no try comes to its end.
func TestASilentServiceEndsTheRunHoweverShortTheWaitIs(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 60)
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Delay: 20 * time.Second, Times: -1})
	got := start(t, env, quick("-wait", "100ms", "-workers", "2", path)...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stderr, errSilence.Error())
	assert.LessOrEqual(t, len(transactions(read(t, path+".journal"))), silence+2)
}

// The control: payments that are made, and take longer than the wait.
func TestPaymentsThatTakeLongAreNoSilence(t *testing.T) {
	t.Parallel()
	testform.OnlyLong(t)
	srv := serve(t, finiktest.WithManualProcessing())
	env, path := environment(t, srv), file(t, 30)
	got := start(t, env, quick("-wait", "10s", "-workers", "30", path)...)
	assert.NotContains(t, got.stderr, errSilence.Error())
	assert.Len(t, srv.Payments(), 30)
}

func TestAServiceThatNobodyPaysMayBeMalformed(t *testing.T) {
	t.Parallel()
	spoil := func(srv *finiktest.Server, id, raw string) {
		for _, service := range srv.Services() {
			if service.ID == id {
				service.Raw = []byte(raw)
				srv.AddService(service)
			}
		}
	}
	srv := serve(t)
	spoil(srv, "service-8", `{"id":"service-8","logo":"x.png"}`)
	spoil(srv, "service-9", `{"logo":"x.png"}`)
	env, path := environment(t, srv), file(t, 2)
	got := start(t, env, quick(path)...)
	assert.Zero(t, got.code, got.stderr)

	for id, spoilt := range map[string]struct{ raw, says string }{
		"named":    {`{"id":"mobile","requiredFields":"x"}`, "service: /requiredFields cannot be read"},
		"nameless": {`{"logo":"x.png"}`, "what the provider says of the service cannot be read"},
	} {
		srv := serve(t)
		spoil(srv, "mobile", spoilt.raw)
		got := start(t, environment(t, srv), quick(file(t, 2))...)
		assert.Equal(t, 2, got.code, id)
		assert.Contains(t, got.stderr, "line 2: "+spoilt.says, id)
		assert.Empty(t, srv.Ledger())
	}
}
