package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// Whoever begins the command again has removed the reason why it stopped.
func TestAStoppedRunGoesOnAtOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]finiktest.Fault{
		"401": {Status: 401}, "402": {Status: 402}, "403": {Status: 403}, "no answer": {Kind: finiktest.FaultResetAfter},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, finiktest.WithNamedDuplicates())
			env, path := environment(t, srv), file(t, 8)
			fault.Operation, fault.Times = "CreatePayment", -1
			srv.Inject(fault)
			got := start(t, env, quick("-workers", "1", path)...)
			require.Equal(t, 1, got.code, got.stderr)
			assert.Contains(t, got.stderr, "The same command goes on.")
			srv.ClearFaults()
			got = start(t, env, quick(path)...)
			assert.Zero(t, got.code, got.stderr)
			assert.Contains(t, got.stdout, "paid        8  ")
			once(t, srv, 8)
		})
	}
}

func TestWhatAPersonHasPausedStaysSo(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 1)
	db, _, err := address.Open(filepath.Join(filepath.Dir(path), "payouts.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	journal, err := finikjournal.New(db, finikjournal.SQLite, "finik-payout-local", finikjournal.Plain())
	require.NoError(t, err)
	require.NoError(t, journal.Migrate(t.Context()))
	require.NoError(t, journal.Pause(t.Context(), finiktest.DefaultAccountID, finikjournal.Act{By: "clerk", Reason: "an audit"}))
	got := start(t, env, quick(path)...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stderr, "was paused by clerk: an audit")
	assert.Empty(t, srv.Payments())
}
