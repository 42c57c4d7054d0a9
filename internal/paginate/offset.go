package paginate

import "hash/maphash"

// Offsets walks a list that is paged by offset, while rows leave it, enter it and
// change place. A plain walk by offset loses rows there: each row that leaves in
// front of the next page pulls another one over the page's edge.
//
// Each page begins before the end of the page before. It is accepted only if it
// begins with rows seen in this pass, in the same order. That proves that no row
// was lost: rows that stay keep their order, so the seen ones among them always
// come first; a page that begins among these and has no gaps extends them. For a
// page that begins otherwise, the walk steps back, twice as far each time, to the
// start if needed.
//
// Rows found at a higher offset than before show that a row was inserted in front
// of them, perhaps one that was not seen. The walk then makes another pass, until
// a pass shows no such sign. This covers lists ordered by last update, in either
// direction, and all lists whose rows keep their order. It misses only a row that
// moves to the front between two requests while as many in front of it leave;
// where rows were seen to leave, a look at the first page finds that too.
//
// A list ends at an empty page, after which the last page must still end at the
// same offset: otherwise the list may have shrunk between the two requests.
//
// It is not safe for concurrent use.
type Offsets struct {
	start, limit, overlap int

	seed   maphash.Seed
	seen   map[uint64]sight // 24 bytes a row, plus the map's overhead
	places uint32           // places assigned so far
	before uint32           // places assigned before this pass

	state   int
	end     int // offset after the last accepted row
	reached int // highest end of this pass
	back    int // how far the next page steps back, if it must
	full    int // rows of a full page
	size    int // rows of the last accepted page
	// rows were seen to leave in this pass
	shrunk  bool
	moved   bool // a row was inserted in front of rows seen in this pass
	emptyAt int

	passes  int // passes over the list
	repeats int // answers in a row without a row new to the pass
	idle    int // among them, pages beyond reached
	rounds  int // empty pages after a page that ended elsewhere before
}

// sight is where and in which version a row was seen last. Places are in the
// order of the list: a row behind another has a higher place.
type sight struct {
	version uint64
	at      int32
	place   uint32
}

// Row identifies a row of an answer by hashes of its id and of its bytes.
type Row struct{ id, version uint64 }

// Move is what the walk does after an answer.
type Move struct {
	Fresh   []bool // for each row: not delivered yet, or changed since; nil means false for all
	Next    int    // offset of the next request
	Last    bool   // the list has ended
	Stalled string // why the walk cannot continue; "" if it can
}

const (
	reading  = iota
	probing  // asked after the last row for an empty page
	settling // asked for the last rows after an empty page
	checking // asked for the first rows after the end
)

const (
	maxPasses  = 5
	maxRepeats = 64 // plus what reading everything again takes
	maxIdle    = 8
	maxRounds  = 5
)

// NewOffsets returns a walk over pages of limit rows that overlap by overlap rows.
// An overlap above half a page is cut to half a page. limit must be at least 2.
// Call Begin first.
func NewOffsets(limit, overlap int) *Offsets {
	return &Offsets{limit: limit, overlap: min(overlap, limit/2), seed: maphash.MakeSeed(), seen: map[uint64]sight{}}
}

// Begin starts a list at the offset start, and returns the offset of the first
// request, which is start. It may begin another list that shares rows with earlier
// ones: rows that were delivered there are then not fresh.
func (o *Offsets) Begin(start int) int {
	o.start, o.passes, o.full = start, 0, o.limit
	return o.again()
}

// Row returns the Row of an id and the row's bytes. Only rows with an equal id
// count as one row, and only with equal bytes as one version of it. Rows of
// different Offsets cannot be compared.
func (o *Offsets) Row(id string, raw []byte) Row {
	return Row{maphash.String(o.seed, id), maphash.Bytes(o.seed, raw)}
}

// Ahead guesses the offset of the request after the answer at offset, which has
// that many rows. ok is false for a page that is not full; next is then
// meaningless.
func (o *Offsets) Ahead(offset, rows int) (next int, ok bool) {
	return offset + rows - max(1, min(o.overlap, rows/2)), rows == o.limit
}

// Advance records the answer at offset with its rows, in the answer's order, and
// returns what to do next. Without rows the answer is an empty page. The walk is
// over if the Move is Last or has a Stalled.
func (o *Offsets) Advance(offset int, rows []Row) Move {
	known, earlier, later := o.known(offset, rows)
	if o.repeats++; o.repeats > maxRepeats+4*(o.reached-o.start)/o.full {
		return Move{Stalled: "no page begins with rows of the page before"}
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
	o.shrunk, o.moved = o.shrunk || earlier, o.moved || later
	fresh, news := o.take(offset, rows)
	move := o.onward(offset+len(rows), news)
	move.Fresh = fresh
	return move
}

// enough returns how many seen rows make the page at offset acceptable, 1 or 2.
// One alone might have come there by chance.
func (o *Offsets) enough(offset int) int {
	if o.end-offset == 1 { // with pages of two or three rows only one row overlaps
		return 1
	}
	return 2
}

// known looks at the start of the page at offset. n is how many rows there were
// seen in this pass, in the same order and unchanged. Changed rows among them are
// skipped, and do not count. earlier reports whether one of them is now at a lower
// offset, and later whether one is at a higher offset.
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

// take records the rows of the accepted page at offset. fresh has a flag for each
// row: true if it was not delivered yet or has changed since. news reports whether
// any row is new to this pass.
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

// glance records the rows of a page that is not accepted. It returns a flag for
// each row: true if the row was not delivered yet or has changed since. The rows
// get no place in the order, because the page proves nothing.
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

// onward returns the move after an accepted page. end is the offset after the
// page's last row. news reports whether the page had a row new to the pass.
func (o *Offsets) onward(end int, news bool) Move {
	settled := o.state == settling
	o.state, o.end, o.back = reading, end, max(o.overlap, o.back/2)
	switch {
	case news:
		o.repeats, o.idle, o.rounds = 0, 0, 0
	case settled && (end == o.emptyAt || o.rounds >= maxRounds):
		return o.over()
	case end > o.reached:
		o.idle++
	}
	if o.idle > maxIdle {
		return Move{Stalled: "several pages in a row lead no further"}
	}
	o.reached = max(o.reached, end)
	if o.size < o.full || !news {
		o.state = probing
		return Move{Next: end}
	}
	return Move{Next: o.overlapped()}
}

// overlapped returns the offset of the next page, which begins at least one row
// before the end of the last accepted page, but not before the start.
func (o *Offsets) overlapped() int {
	return max(o.start, o.end-max(1, min(o.back, o.size/2)))
}

// refused returns the move after a page at offset that begins with unseen rows, or
// that is empty and should not be. The move steps back, twice as far each time.
func (o *Offsets) refused(offset int) Move {
	o.state = reading
	if offset == o.end { // behind a short page that was not the last one
		o.full = min(o.full, o.size)
		return Move{Next: o.overlapped()}
	}
	o.back *= 2
	return Move{Next: max(o.start, o.end-o.back)}
}

// ended returns the move after an empty page at the end of the list: it asks for
// the last rows again.
func (o *Offsets) ended() Move {
	o.state, o.emptyAt = settling, o.end
	o.rounds++
	return Move{Next: max(o.start, o.end-o.back)}
}

// checked looks at rows, the first page of a list that lost rows, and returns the
// next move. Other rows may have come to the front meanwhile, without a trace if
// as many left.
func (o *Offsets) checked(rows []Row) Move {
	for _, r := range rows {
		s, ok := o.seen[r.id]
		o.moved = o.moved || !ok || s.place <= o.before || s.version != r.version
	}
	o.shrunk = false
	return o.over()
}

// over ends a pass and returns the next move. It ends the list, unless the first
// page must be checked or another pass is needed. After too many passes the move
// is Stalled.
func (o *Offsets) over() Move {
	if o.shrunk && !o.moved && o.state != checking {
		o.state = checking
		return Move{Next: o.start}
	}
	if !o.moved {
		return Move{Last: true}
	}
	if o.passes == maxPasses {
		return Move{Stalled: "rows keep arriving in front of others"}
	}
	return Move{Next: o.again()}
}

func (o *Offsets) again() int {
	o.passes++
	o.before = o.places
	o.state, o.end, o.reached, o.back, o.size = reading, o.start, o.start, o.overlap, 0
	o.shrunk, o.moved, o.repeats, o.idle, o.rounds = false, false, 0, 0, 0
	return o.start
}
