package main

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// A history for a first pass by ranges.
const (
	startDays    = 20
	startWorkers = 8
	startAfter   = 2 // days of the history before Params.From
)

// errTurned ends a pass whose checkpoint a wrong store has changed. The next pass
// goes on from there.
var errTurned = errors.New("the checkpoint was turned")

// vimaStart makes passes of which the first one reads by ranges, or does it
// wrong.
type vimaStart struct {
	client *vima.Client
	store  vimasync.Store
	mode   mode
	params vimasync.Params
}

func (s vimaStart) runOnce(ctx context.Context) (changed int, caughtUp bool, err error) {
	if s.params.From, err = s.from(ctx); err != nil {
		return 0, false, err
	}
	s.params.Workers = startWorkers
	if s.mode == cursorAtEnd || s.mode == rewindFromEnd {
		s.store = turning{s}
	}
	if s.mode == dayEnds {
		if changed, err = s.walkDays(ctx); err != nil || changed > 0 {
			return changed, false, err
		}
	}
	r, err := vimasync.RunOnce(ctx, s.client, s.store, s.params)
	return r.Inserted + r.Updated, r.CaughtUp, err
}

// from returns the same day in each process, even after a restart. It returns the
// error of the request.
func (s vimaStart) from(ctx context.Context) (vima.Date, error) {
	page, err := s.client.ListOperations(ctx, vima.ListOperationsParams{Count: 1})
	if err != nil {
		return vima.Date{}, err
	}
	return vima.DateOf(page.Operations[0].OperationCreatedAt).AddDays(startAfter), nil
}

// turned returns a state of vimasync with some members changed. It returns an
// error for a state that is not a JSON object.
func turned(state vimasync.State, change func(members map[string]json.RawMessage)) (vimasync.State, error) {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(state), &members); err != nil {
		return "", err
	}
	change(members)
	text, err := json.Marshal(members)
	return vimasync.State(text), err
}

// reading reports whether a state is of a first pass that still reads ranges.
func reading(state vimasync.State) bool {
	is := false
	if state != "" {
		_, _ = turned(state, func(members map[string]json.RawMessage) { _, is = members["ranges"] })
	}
	return is
}

// turning is a store that fixes where changes are read from once all ranges are
// read.
type turning struct{ vimaStart }

func (s turning) Load(ctx context.Context, stream string) (vimasync.Checkpoint, error) {
	return s.store.Load(ctx, stream)
}

func (s turning) Commit(ctx context.Context, stream string, c vimasync.Change) (vimasync.Commit, error) {
	if !reading(c.From.State) || reading(c.Next) {
		return s.store.Commit(ctx, stream, c)
	}
	page, err := s.client.ListOperations(ctx, vima.ListOperationsParams{Descending: true})
	if err != nil {
		return vimasync.Commit{}, err
	}
	at, _ := vima.CursorTime(page.NextUpdateID)
	changes := `{"high":"` + page.NextUpdateID + `"}`
	if s.mode == rewindFromEnd {
		at = at.Add(-shortRewind)
		changes = `{"high":"` + page.NextUpdateID + `","marks":[{"cursor":"` + vima.CursorAt(at) + `","time":"` + at.Format(time.RFC3339Nano) + `"}]}`
	}
	if c.Next, err = turned(c.Next, func(members map[string]json.RawMessage) { members["changed"] = json.RawMessage(changes) }); err != nil {
		return vimasync.Commit{}, err
	}
	done, err := s.store.Commit(ctx, stream, c)
	if err != nil {
		return done, err
	}
	return done, errTurned
}

// walkDays reads a history in a wrong way: by the collector's date, one day after
// the other. What it does depends on the checkpoint:
//
//   - There is none yet: walkDays makes one correct pass of one page, which fixes
//     where changes are read from.
//   - The first pass still reads ranges: walkDays stores the operations of all
//     days, and marks the ranges as read.
//   - The ranges are read: walkDays does nothing and returns 0.
//
// In the first two cases rows is the number of operations stored, and 1 if it would
// be 0 without an error. walkDays returns the first error of a request or commit.
func (s vimaStart) walkDays(ctx context.Context) (rows int, err error) {
	at, err := s.store.Load(ctx, vimasync.DefaultStream)
	if err != nil {
		return 0, err
	}
	if at.State == "" {
		s.params.MaxPages = 1
		r, err := vimasync.RunOnce(ctx, s.client, s.store, s.params)
		return max(r.Inserted, 1), err
	}
	if !reading(at.State) {
		return 0, nil
	}
	day, highest := s.params.From, "0"
	for ; day.Compare(s.params.From.AddDays(startDays-startAfter)) < 0; day = day.AddDays(1) {
		for page, err := range s.client.OperationPages(ctx, vima.ListOperationsParams{Date: day}) {
			if err != nil {
				return rows, err
			}
			done, err := s.store.Commit(ctx, vimasync.DefaultStream, vimasync.Change{From: at, Next: at.State, Rows: page.Operations})
			if err != nil {
				return rows, err
			}
			at, highest = done.Checkpoint, page.NextCreateID
			rows += done.Inserted + done.Updated
		}
	}
	next, err := turned(at.State, func(members map[string]json.RawMessage) {
		delete(members, "ranges")
		members["created"] = json.RawMessage(`{"high":"` + highest + `"}`)
	})
	if err == nil {
		_, err = s.store.Commit(ctx, vimasync.DefaultStream, vimasync.Change{From: at, Next: next})
	}
	return max(rows, 1), err
}

// seedBorders adds one operation in the last half second of each of the [startDays]
// days from the day from. The operations never change. It returns the versions, by
// id, of all operations of srv that were created before Params.From.
func seedBorders(srv *vimatest.Server, from vima.Date) map[string]string {
	older := map[string]string{}
	for i := range startDays {
		created := from.AddDays(i + 1).Time().Add(-400 * time.Millisecond)
		cursor, _ := strconv.ParseInt(vima.CursorAt(created), 10, 64)
		srv.Seed(&vima.Operation{
			OperationID: strconv.Itoa(i + 1), OperationCreateID: strconv.FormatInt(cursor+1, 10), OperationUpdateID: strconv.FormatInt(cursor+2, 10),
			OperationCreatedAt: created, OperationModifiedAt: created,
		})
	}
	for _, raw := range srv.Rows() {
		var o vima.Operation
		if o.UnmarshalJSON(raw) == nil && vima.DateOf(o.OperationCreatedAt).Compare(from.AddDays(startAfter)) < 0 {
			older[o.OperationID] = o.OperationUpdateID
		}
	}
	return older
}
