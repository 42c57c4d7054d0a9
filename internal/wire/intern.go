package wire

import (
	"encoding/binary"
	"sync/atomic"
)

// Rows repeat their currencies, statuses and projects. The table gives such a
// text the same string every time instead of a new one. A text gets its slot
// when it is seen a second time before another of the same hash, so that texts
// which never come back cost no more than a look. Slots are overwritten freely:
// a race only loses a saving.
type internTable struct {
	seen  [internSlots]atomic.Uint32 // the hash of the last newcomer
	texts [internSlots]atomic.Pointer[string]
}

const (
	internSlots  = 512
	internMinLen = 2 // the runtime has all strings of one byte
	internMaxLen = 32
)

var interned internTable

// text is string(b).
func (t *internTable) text(b []byte) string {
	if len(b) < internMinLen || len(b) > internMaxLen || isDigit(b[0]) || b[0] == '+' {
		return string(b) // most likely an id, an amount or a phone
	}
	hash := internHash(b)
	slot := hash % internSlots
	if s := t.texts[slot].Load(); s != nil && *s == string(b) {
		return *s
	}
	s := string(b)
	if t.seen[slot].Load() == hash {
		kept := s
		t.texts[slot].Store(&kept)
	} else {
		t.seen[slot].Store(hash)
	}
	return s
}

// internHash mixes the length, the first and the last bytes, so that its cost
// does not grow with b.
func internHash(b []byte) uint32 {
	var first, last uint64
	switch n := len(b); {
	case n >= 8:
		first, last = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		first, last = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	default:
		first, last = uint64(b[0])<<8|uint64(b[1]), uint64(b[n-1])
	}
	h := (first ^ uint64(len(b))) * 0x9e3779b97f4a7c15
	h = (h ^ h>>32 ^ last) * 0xc2b2ae3d27d4eb4f
	return uint32(h >> 32)
}
