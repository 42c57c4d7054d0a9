package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
)

// A row of which an earlier process may have sent something is not called failed
// for a refusal of today.
func TestARefusalAfterACrashProvesNothing(t *testing.T) {
	t.Parallel()
	refusal := finiktest.Fault{Operation: "CreatePayment", Status: 400, Body: `{"statusCode":400,"errorMessage":"x"}`, Times: -1}
	lost := finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultResetAfter}
	for name, c := range map[string]struct {
		faults  []finiktest.Fault
		begun   bool // by a process that was killed then
		unknown bool
		want    string
	}{
		"a first refusal":              {[]finiktest.Fault{refusal}, false, false, "row-0      mobile   10.00   400"},
		"a refusal after a begin":      {[]finiktest.Fault{refusal}, true, true, "400     refused, but an earlier request may have made it"},
		"a refusal after a lost reply": {[]finiktest.Fault{lost, refusal}, false, true, "400     "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t)
			env, path := environment(t, srv), file(t, 1)
			if c.begun {
				j, _, err := openJournal(path+".journal", newJournalKey(srv.URL(), finiktest.DefaultAccountID, finiktest.DefaultUserID))
				require.NoError(t, err)
				rows, err := readRows(strings.NewReader(read(t, path)))
				require.NoError(t, err)
				require.NoError(t, j.add(record{Reference: "row-0", State: stateBegun, Transaction: "t-1", Digest: rows[0].digest}))
				require.NoError(t, j.close())
			}
			srv.Inject(c.faults...)
			for range 3 { // the word stands in every further run
				got := start(t, env, quick(path)...)
				assert.Equal(t, 1, got.code)
				assert.Contains(t, got.stdout, c.want)
				assert.Equal(t, c.unknown, strings.Contains(got.stdout, "UNKNOWN"), got.stdout)
				assert.Equal(t, !c.unknown, strings.Contains(got.stdout, "FAILED"), got.stdout)
			}
			if !c.unknown {
				return
			}
			srv.ClearFaults()
			got := start(t, env, quick(path)...)
			if c.begun { // nothing had been made
				assert.Zero(t, got.code, got.stdout)
				for _, r := range srv.Requests() {
					assert.NotEqual(t, "/v2/recipient", r.Path, "what may have been sent is no longer asked about")
				}
			} else {
				assert.Contains(t, got.stdout, "409     made, and the provider does not say")
			}
			assert.Len(t, srv.Ledger(), 1)
		})
	}
}

func TestAWrongKeyEndsTheRunAndIsNoRowsFault(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 50)
	srv.Inject(finiktest.Fault{Operation: "CheckRecipient", Status: 401, Body: `{"message":"Unauthorized"}`, Times: -1})
	got := start(t, env, quick(path)...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stderr, "the run was stopped")
	assert.Contains(t, got.stderr, "Check FINIK_API_KEY")
	assert.Contains(t, got.stdout, "not sent    50")
	srv.ClearFaults()
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Status: 403, Body: `{"Message":"explicit deny"}`, Times: -1})
	got = start(t, env, quick("-workers", "1", path)...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stderr, "Check -account")
	assert.Contains(t, got.stdout, "not sent    50")
	srv.ClearFaults()
	got = start(t, env, quick(path)...)
	assert.Zero(t, got.code, got.stderr)
	assert.Len(t, srv.Ledger(), 50)
}

func TestABlockedRecipientIsOneRowsFault(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	srv.AddRecipient(finiktest.Recipient{ServiceID: finiktest.ServiceMobile, Value: phone(2), Blocked: true})
	env, path := environment(t, srv), file(t, 5)
	got := start(t, env, quick("-workers", "1", path)...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stdout, "4     row-2      mobile   12.02   403")
	assert.Contains(t, got.stdout, "paid        4")
}

func TestRowsThatAreGoneStayInTheReport(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 2)
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultHTML, Times: -1})
	require.Equal(t, 1, start(t, env, quick(path)...).code)
	srv.ClearFaults()
	whole := read(t, path)
	require.NoError(t, os.WriteFile(path, []byte(whole[:strings.LastIndex(whole, "row-1")]), 0o600))
	got := start(t, env, quick(path)...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stdout, "paid        1  10.00\n")
	assert.Contains(t, got.stdout, "unknown     1  11.01\n")
	assert.Contains(t, got.stdout, "no longer in the file")
	require.NoError(t, os.WriteFile(path, []byte(whole), 0o600))
	assert.Zero(t, start(t, env, quick(path)...).code)
	assert.Len(t, srv.Ledger(), 2)
}

func TestAServiceThatIsDownEndsTheRun(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]finiktest.Fault{
		"nothing is sent": {Operation: "CheckRecipient", Status: 503},
		"all is unknown":  {Operation: "CreatePayment", Status: 503},
	} {
		srv := serve(t)
		env, path := environment(t, srv), file(t, 60)
		fault.Times = -1
		srv.Inject(fault)
		got := start(t, env, quick("-pause", "1ms", path)...)
		assert.Equal(t, 1, got.code)
		assert.Contains(t, got.stderr, "the run was stopped: the service answers nothing", name)
		begun := len(transactions(read(t, path+".journal")))
		assert.GreaterOrEqual(t, begun, silence)
		assert.LessOrEqual(t, begun, silence+4, name)
		srv.ClearFaults()
		assert.Zero(t, start(t, env, quick(path)...).code, name)
		assert.Len(t, srv.Ledger(), 60)
	}
}

// transactions are those that a journal knows.
func transactions(journal string) map[string]bool {
	out := map[string]bool{}
	for _, text := range strings.Split(journal, `"transactionId":"`)[1:] {
		out[text[:strings.IndexByte(text, '"')]] = true
	}
	return out
}

// A row that the provider always fails at does not keep the others from it.
func TestOnePoisonedRowIsPassed(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 12)
	poisoned := phone(0)
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Status: 500, Times: -1, Match: func(r finiktest.Request) bool { return strings.Contains(string(r.Body), poisoned) }})
	got := start(t, env, quick("-pause", "1ms", path)...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stdout, "paid       11")
	assert.Contains(t, got.stdout, "unknown     1")
	assert.Contains(t, got.stderr, "not all rows are paid")
}

// With the journal's word that account and key are right, one row that is
// refused for ever does not stop the others, whether it was begun or not.
func TestAForbiddenRowIsPassedOnceAccessIsKnown(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 3)
	whole := read(t, path)
	require.NoError(t, os.WriteFile(path, []byte(whole[:strings.Index(whole, "row-1")]), 0o600))
	require.Zero(t, start(t, env, quick(path)...).code)
	srv.AddRecipient(finiktest.Recipient{ServiceID: finiktest.ServiceMobile, Value: phone(1), Blocked: true})
	require.NoError(t, os.WriteFile(path, []byte(whole), 0o600))
	got := start(t, env, quick("-workers", "1", path)...)
	assert.Contains(t, got.stdout, "paid        2")
	assert.Contains(t, got.stdout, "failed      1")
	assert.Contains(t, got.stdout, "403")
}
