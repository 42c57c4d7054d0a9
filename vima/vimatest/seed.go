package vimatest

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/vima"
)

// Seed adds operations; one whose OperationID is there already gets a new
// version. Filters look at the fields, and Raw is what is served, without being
// copied: set it to nil after changing a field. An operation without Raw is
// rendered from its fields, in the provider's spelling; ids and times that are
// missing are made up there. One with nothing but Raw is decoded.
//
// Seed panics if an id is not a number of at most 64 bits, or if Raw is all
// there is and does not decode. A row that clients cannot decode is made by
// setting the fields and a Raw that disagrees with them.
func (s *Server) Seed(ops ...*vima.Operation) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, o := range ops {
		o = s.store.complete(*o)
		v, err := s.store.newVersion(o)
		if err != nil {
			panic(fmt.Sprintf("vimatest: Seed: operation %s: %v", o.OperationID, err))
		}
		s.store.put(o.OperationID, v)
	}
}

// Update makes a new version of an operation: with an operation_update_id above
// all ids there are, the operation_modified_at that belongs to it, which is
// [Server.Now] or 10 ms after the newest operation, and the fields that change
// sets, which may be these two as well. Raw is nil when change is
// called, and rendered anew afterwards, with undocumented members kept; a Raw
// that change sets is served as it is.
//
// change must not call the server. Update panics if there is no such operation,
// or if it does not decode.
func (s *Server) Update(operationID string, change func(*vima.Operation)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	e := s.store.entries[operationID]
	if e == nil {
		panic(fmt.Sprintf("vimatest: Update: no operation %q", operationID))
	}
	var o vima.Operation
	if err := o.UnmarshalJSON(e.cur.raw); err != nil {
		panic(fmt.Sprintf("vimatest: Update: operation %s: %v", operationID, err))
	}
	id := s.store.nextID()
	modified := timeOf(id)
	if !modified.After(o.OperationModifiedAt) {
		modified = o.OperationModifiedAt.Add(tick)
	}
	o.OperationUpdateID, o.OperationModifiedAt, o.Raw = formatID(id), modified, nil
	change(&o)
	if o.Raw == nil {
		o.Raw = render(&o, spelling{extra: undocumented(e.cur.raw)})
	}
	v, err := s.store.newVersion(&o)
	if err != nil {
		panic(fmt.Sprintf("vimatest: Update: operation %s: %v", operationID, err))
	}
	s.store.put(operationID, v)
}

// complete makes what is served and what is filtered by agree. It works on a
// copy of the caller's operation.
func (s *store) complete(o vima.Operation) *vima.Operation {
	if o.Raw != nil {
		if o.OperationID == "" {
			if err := o.UnmarshalJSON(o.Raw); err != nil {
				panic(fmt.Sprintf("vimatest: Seed: %v", err))
			}
		}
		return &o
	}
	id := s.nextID()
	for _, field := range []*string{&o.OperationID, &o.OperationCreateID, &o.OperationUpdateID} {
		if *field == "" {
			*field, s.newest = formatID(id), id
		}
	}
	if o.OperationCreatedAt.IsZero() {
		o.OperationCreatedAt = timeOf(id)
	}
	if o.OperationModifiedAt.IsZero() {
		o.OperationModifiedAt = o.OperationCreatedAt
	}
	o.Raw = render(&o, spelling{})
	return &o
}

// nextID is of the server's time, and one tick above all ids that the store has
// seen.
func (s *store) nextID() uint64 {
	id := (s.newest>>idShift + 1) << idShift
	if id == 0 {
		panic(fmt.Sprintf("vimatest: there is no id above %d", s.newest))
	}
	return max(id, idAt(s.config.clock.Now(), 0))
}

// undocumented are the members of a row that vima.Operation has no field for,
// in the order of their names, each with a comma in front.
func undocumented(raw []byte) []byte {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return nil
	}
	operation := reflect.TypeFor[vima.Operation]()
	for i := range operation.NumField() {
		delete(members, operation.Field(i).Tag.Get("json"))
	}
	w := &writer{out: []byte(" ")} // anything but an opening bracket: all members get a comma
	for _, name := range slices.Sorted(maps.Keys(members)) {
		w.raw(name, string(members[name]))
	}
	return w.out[1:]
}

func formatID(id uint64) string { return strconv.FormatUint(id, 10) }

// Ids hold the time, in ticks of 10 ms since the start of 2021 and UTC, above
// their lowest 26 bits; this is read off the documentation's sample.
const (
	idShift = 26
	tick    = 10 * time.Millisecond
)

func idEpoch() time.Time { return time.Date(2021, time.January, 1, 0, 0, 0, 0, time.UTC) }

func timeOf(id uint64) time.Time {
	return idEpoch().Add(time.Duration(id>>idShift) * tick)
}

func idAt(t time.Time, low uint64) uint64 {
	return uint64(t.Sub(idEpoch())/tick)<<idShift | low //nolint:gosec // callers stay after the epoch
}
