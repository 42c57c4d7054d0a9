package vimasync_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// A row whose cursor is too high does not end the sync for ever.
func TestCursorTooHigh(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 30), newMemory()
	srv.Seed(&vima.Operation{OperationID: "18446744073709551000", OperationCreateID: "18446744073709551000", OperationUpdateID: "18446744073709551000"})
	for range 2 {
		_, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{Rewind: -1})
		require.ErrorIs(t, err, vimasync.ErrRejected)
	}
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 40, Seed: 8, From: vima.Date{Year: 2026, Month: time.February, Day: 1}})...)
	_, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{Rewind: -1})
	require.ErrorIs(t, err, vimasync.ErrRejected)
	assert.Len(t, m.versions, 70)
}

func TestErrorsComeThrough(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 250), newMemory()
	srv.Inject(vimatest.Fault{Status: 401})
	_, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{})
	require.ErrorIs(t, err, vima.ErrUnauthorized)

	srv.Inject(vimatest.Fault{Kind: vimatest.FaultGarbage, Match: func(r vimatest.Request) bool { return r.Query().Has("from_operation_create_id") }})
	result, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{})
	var decode *vima.DecodeError
	require.ErrorAs(t, err, &decode)
	assert.Equal(t, 1, result.Pages, "what came before it stays")

	srv.Inject(vimatest.Fault{Kind: vimatest.FaultStalledPage, Match: func(r vimatest.Request) bool { return r.Query().Has("from_operation_update_id") }})
	_, err = vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{Rewind: -1})
	if err != nil {
		require.ErrorIs(t, err, vima.ErrPaginationStalled)
	}
	pass(t, srv, m, vimasync.Params{})
	m.has(t, srv)

	m.checkpoints["odd"] = vimasync.Checkpoint{Version: 1, State: "not a state"}
	_, err = vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{Stream: "odd"})
	require.ErrorContains(t, err, `vimasync: stream "odd": the checkpoint's state does not decode`)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = vimasync.RunOnce(ctx, connect(t, srv), m, vimasync.Params{})
	require.ErrorIs(t, err, context.Canceled)
}

// A pass that another one overtakes ends, and has stored nothing after that.
func TestRunOnceIsFenced(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 500), newMemory()
	m.fail = func(commit int) error {
		if commit == 3 {
			m.checkpoints["default"] = vimasync.Checkpoint{Version: 77, State: m.checkpoints["default"].State}
		}
		return nil
	}
	result, err := vimasync.RunOnce(t.Context(), connect(t, srv), m, vimasync.Params{})
	require.ErrorIs(t, err, vimasync.ErrFenced)
	assert.Equal(t, 2, result.Pages)
	assert.Len(t, m.versions, 200)
	pass(t, srv, m, vimasync.Params{})
	m.has(t, srv)
}
