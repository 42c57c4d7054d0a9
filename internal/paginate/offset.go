package paginate

import "hash/maphash"

// Offsets follows a list that is paged by offset, while rows leave it, come into
// it and change place. A plain walk loses rows there: each row that leaves in
// front of the next page pulls one over its edge.
//
// Each page begins before the end of the one before, and is taken only if it
// begins with rows that this pass has seen, in their order. That proves that
// nothing was lost: rows that stay keep their order, so the ones seen of them are
// always the first so many; a page that begins among these and has no gaps of its
// own makes them more. A page that begins otherwise is asked for again, twice as
// far back each time, if need be to the start.
//
// Rows that are found further back than they were tell that something was put in
// front of them, maybe a row that had not been seen. Another pass is made then,
// until one has no such sign. That covers lists in the order of the last update,
// either way round, and all in which rows keep their order. Unseen is only a row
// that goes to the front between two requests while as many in front of it leave;
// a look at the first page finds it where rows were seen to leave.
//
// A list ends at an empty page, after which the page before must still end at the
// same place: else the list may have shrunk between the two.
type Offsets struct {
	start, limit, overlap int

	seed   maphash.Seed
	seen   map[uint64]sight // 24 bytes a row with its key, and the map's own
	places uint32           // given out so far
	before uint32           // of them before this pass

	state   int
	end     int // behind the last row of the page that was taken last
	reached int // the highest end of this pass
	back    int // by which the next page goes back, if it has to
	full    int // rows of a page that was not cut short
	size    int // rows of the page that was taken last
	left    bool
	moved   bool // something was put in front of rows seen in this pass
	emptyAt int

	passes int // over the list
	vain   int // answers in a row without a row that is new to the pass
	idle   int // of them pages beyond what was reached
	rounds int // empty pages behind a page that ended elsewhere before
}

// sight is where and how a row was seen last. Places are in the order of the
// list: what comes behind another row has a higher one.
type sight struct {
	version uint64
	at      int32
	place   uint32
}

// Row is a row of an answer: two hashes, of its id and of its bytes.
type Row struct{ id, version uint64 }

// Move is what follows from an answer.
type Move struct {
	Fresh   []bool // of each row: not delivered yet, or changed since; nil is false for all
	Next    int    // the offset to ask at
	Last    bool   // the list has ended
	Stalled string // why the walk cannot go on; "" where it can
}

const (
	reading  = iota
	probing  // asked behind the last row for an empty page
	settling // asked for the last rows after an empty page
	checking // asked for the first rows after the end
)

const (
	maxPasses = 5
	maxVain   = 64 // and what it takes to read all again
	maxIdle   = 8
	maxRounds = 5
)

// NewOffsets follows lists in pages of limit rows that overlap by so many, and by
// half of a page at most. limit is at least 2.
func NewOffsets(limit, overlap int) *Offsets {
	return &Offsets{limit: limit, overlap: min(overlap, limit/2), seed: maphash.MakeSeed(), seen: map[uint64]sight{}}
}

// Begin starts a list, or another one that shares rows with those before: what
// was delivered of them is not fresh.
func (o *Offsets) Begin(start int) int {
	o.start, o.passes, o.full = start, 0, o.limit
	return o.again()
}

// Row makes a row of its id and its bytes. Two rows are taken for the same
// version of one only if both hashes agree.
func (o *Offsets) Row(id string, raw []byte) Row {
	return Row{maphash.String(o.seed, id), maphash.Bytes(o.seed, raw)}
}

// Ahead guesses the offset behind an answer with so many rows.
func (o *Offsets) Ahead(offset, rows int) (next int, ok bool) {
	return offset + rows - max(1, min(o.overlap, rows/2)), rows == o.limit
}

// Advance takes the answer at an offset.
func (o *Offsets) Advance(offset int, rows []Row) Move {
	known, earlier, later := o.known(offset, rows)
	if o.vain++; o.vain > maxVain+4*(o.reached-o.start)/o.full {
		return Move{Stalled: "no page begins with rows of the one before"}
	}
	switch {
	case len(rows) == 0 && offset == o.start:
		return o.over()
	case o.state == checking:
		return o.checked(rows)
	case len(rows) == 0 && offset == o.end:
		return o.ended()
	case offset != o.start && known < o.enough(offset) && (known == 0 || known < len(rows) || later):
		move := o.refused(offset)
		move.Fresh = o.glance(rows)
		return move
	}
	o.left, o.moved = o.left || earlier, o.moved || later
	fresh, news := o.take(offset, rows)
	move := o.onward(offset+len(rows), news)
	move.Fresh = fresh
	return move
}

// enough is how many rows that were seen make a page good: one alone might have
// come there by chance.
func (o *Offsets) enough(offset int) int {
	if o.end-offset == 1 { // pages of two or three rows
		return 1
	}
	return 2
}

// known counts the rows at the beginning that were seen in this pass, in their
// order and unchanged, and says whether one of them stands earlier or later than
// it did. A changed row may stand between them.
func (o *Offsets) known(offset int, rows []Row) (n int, earlier, later bool) {
	last := uint32(0)
	for i, r := range rows {
		s, ok := o.seen[r.id]
		if !ok || s.place <= o.before || s.version == r.version && s.place <= last {
			break
		}
		if s.version != r.version {
			continue
		}
		at := int32(offset + i) //nolint:gosec // offsets stay far below
		earlier, later = earlier || at < s.at, later || at > s.at
		n, last = n+1, s.place
	}
	return n, earlier, later
}

// take records the rows and tells which are fresh, and whether any is new to
// this pass.
func (o *Offsets) take(offset int, rows []Row) (fresh []bool, news bool) {
	fresh = make([]bool, len(rows))
	last := o.before
	for i, r := range rows {
		s, ok := o.seen[r.id]
		fresh[i] = !ok || s.version != r.version
		news = news || s.place <= o.before
		if s.place <= last { // new to this pass, or moved
			o.places++
			s.place = o.places
		}
		last = s.place
		o.seen[r.id] = sight{r.version, int32(offset + i), s.place} //nolint:gosec // as above
	}
	o.size = len(rows)
	return fresh, news
}

// glance tells which rows of a page that is not taken are fresh. They have no
// place yet: the page proves nothing.
func (o *Offsets) glance(rows []Row) []bool {
	fresh := make([]bool, len(rows))
	for i, r := range rows {
		s, ok := o.seen[r.id]
		if fresh[i] = !ok || s.version != r.version; fresh[i] {
			s.version = r.version
			o.seen[r.id] = s
		}
	}
	return fresh
}

// onward says where to go from a page that was taken.
func (o *Offsets) onward(end int, news bool) Move {
	settled := o.state == settling
	o.state, o.end, o.back = reading, end, max(o.overlap, o.back/2)
	switch {
	case news:
		o.vain, o.idle, o.rounds = 0, 0, 0
	case settled && (end == o.emptyAt || o.rounds >= maxRounds):
		return o.over()
	case end > o.reached:
		o.idle++
	}
	if o.idle > maxIdle {
		return Move{Stalled: "page after page leads no further"}
	}
	o.reached = max(o.reached, end)
	if o.size < o.full || !news {
		o.state = probing
		return Move{Next: end}
	}
	return Move{Next: o.overlapped()}
}

// overlapped is where the next page begins: at least one row before the end.
func (o *Offsets) overlapped() int {
	return max(o.start, o.end-max(1, min(o.back, o.size/2)))
}

// refused goes back from a page that begins with rows never seen, or from an
// empty one that should not be.
func (o *Offsets) refused(offset int) Move {
	o.state = reading
	if offset == o.end { // behind a short page that was not the last one
		o.full = min(o.full, o.size)
		return Move{Next: o.overlapped()}
	}
	o.back *= 2
	return Move{Next: max(o.start, o.end-o.back)}
}

// ended takes an empty page at the end.
func (o *Offsets) ended() Move {
	o.state, o.emptyAt = settling, o.end
	o.rounds++
	return Move{Next: max(o.start, o.end-o.back)}
}

// checked looks at the first rows of a list that has lost some. Others may have
// come to the front meanwhile, without a trace where the two balance.
func (o *Offsets) checked(rows []Row) Move {
	for _, r := range rows {
		s, ok := o.seen[r.id]
		o.moved = o.moved || !ok || s.place <= o.before || s.version != r.version
	}
	o.left = false
	return o.over()
}

// over ends a pass, and the list if there is no reason for another one.
func (o *Offsets) over() Move {
	if o.left && !o.moved && o.state != checking {
		o.state = checking
		return Move{Next: o.start}
	}
	if !o.moved {
		return Move{Last: true}
	}
	if o.passes == maxPasses {
		return Move{Stalled: "rows keep being put in front of others"}
	}
	return Move{Next: o.again()}
}

func (o *Offsets) again() int {
	o.passes++
	o.before = o.places
	o.state, o.end, o.reached, o.back, o.size = reading, o.start, o.start, o.overlap, 0
	o.left, o.moved, o.vain, o.idle, o.rounds = false, false, 0, 0, 0
	return o.start
}
