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

// Seed adds operations. If the server already has an operation with the same
// OperationID, the new one replaces it as its next version.
//
// Seed copies each operation and never changes the caller's own. It does not copy the
// bytes of Raw: do not change these after Seed.
//
// The server filters by the fields and serves Raw. What Seed does with an operation
// depends on its Raw:
//
//   - Without Raw, Seed makes up missing values of OperationID, OperationCreateID,
//     OperationUpdateID, OperationCreatedAt and OperationModifiedAt. It renders Raw
//     from the fields, in the provider's spelling.
//   - With Raw and without OperationID, Seed decodes all fields from Raw.
//   - With Raw and OperationID, Seed takes fields and Raw as they are. To serve a row
//     that clients cannot decode, set the fields and a Raw that disagrees with them.
//
// So if you change a field of an operation that has Raw, set Raw to nil before Seed.
//
// Seed panics at the first element of ops to which one of these applies. The
// operations before this element have been added:
//
//   - It is nil.
//   - It has Raw but no OperationID, and does not decode.
//   - OperationCreateID or OperationUpdateID is not a whole number from 0 to 2^64-1,
//     or is missing in an operation with Raw.
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

// Update adds a new version of the operation with the id operationID. It calls the
// function edit once with a copy of the operation, and stores the copy as edit
// leaves it.
//
// Before the call, Update sets three fields in the copy. The function may set them
// again:
//
//   - OperationUpdateID: an id that is higher than all ids of the server. It holds
//     the time [Server.Now], rounded down to 10 ms. If the highest id of the server
//     holds that time or a later one, the new id holds the next 10 ms after it.
//   - OperationModifiedAt: the time in OperationUpdateID. If that is not after the
//     old OperationModifiedAt, the old one plus 10 ms.
//   - Raw: nil. If Raw is still nil after the call, Update renders Raw from the
//     fields and keeps members that have no field. Otherwise the server serves the
//     Raw that the function has set.
//
// If the function sets another OperationID, the new version still replaces the old
// one. Lists show the new id, but Update finds the operation only by the old id.
//
// The function must not call the server. Update panics in these cases:
//
//   - edit is nil.
//   - The server has no operation with this id.
//   - The stored operation does not decode.
//   - The function sets OperationCreateID or OperationUpdateID to anything but a
//     whole number from 0 to 2^64-1.
func (s *Server) Update(operationID string, edit func(*vima.Operation)) {
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
	edit(&o)
	if o.Raw == nil {
		o.Raw = render(&o, spelling{extra: undocumented(e.cur.raw)})
	}
	v, err := s.store.newVersion(&o)
	if err != nil {
		panic(fmt.Sprintf("vimatest: Update: operation %s: %v", operationID, err))
	}
	s.store.put(operationID, v)
}

// complete returns a copy of o in which the fields and Raw are both set.
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

// nextID returns an id for the server's time, at least one tick above all ids of
// the store.
func (s *store) nextID() uint64 {
	id := (s.newest>>idShift + 1) << idShift
	if id == 0 {
		panic(fmt.Sprintf("vimatest: there is no id above %d", s.newest))
	}
	return max(id, idAt(s.config.clock.Now(), 0))
}

// undocumented returns the members of a row that vima.Operation has no field for,
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
	w := &writer{out: []byte(" ")} // not an opening bracket, so that all members get a comma
	for _, name := range slices.Sorted(maps.Keys(members)) {
		w.raw(name, string(members[name]))
	}
	return w.out[1:]
}

// formatID is the inverse of parseID.
func formatID(id uint64) string { return strconv.FormatUint(id, 10) }

// Ids hold the time, in ticks of 10 ms since 2021 began in UTC, above their lowest
// 26 bits, as in the documentation's sample.
const (
	idShift = 26
	tick    = 10 * time.Millisecond
)

// idEpoch returns the time of id 0.
func idEpoch() time.Time { return time.Date(2021, time.January, 1, 0, 0, 0, 0, time.UTC) }

// timeOf returns the time in an id.
func timeOf(id uint64) time.Time {
	return idEpoch().Add(time.Duration(id>>idShift) * tick)
}

// idAt returns the id of a time, which must not be before idEpoch, with low as its
// lowest bits.
func idAt(t time.Time, low uint64) uint64 {
	return uint64(t.Sub(idEpoch())/tick)<<idShift | low //nolint:gosec // callers stay after the epoch
}
