package paginate

import "hash/maphash"

// Offsets decides which pages to ask for in a list that is paged by offset, while
// rows leave the list, enter it and change place. It sends no requests. The caller
// asks for the page at the offset that Begin returns, passes the rows of the page
// to Advance, asks for the page at Move.Next, and so on until Move.Last or
// Move.Stalled. NewOffsets makes an Offsets. It is not safe for concurrent use.
//
// Plain reading by offset loses rows in such a list. If a row leaves in front of
// the next page, all later rows move up by one, and the first row of the next page
// is skipped.
//
// A pass is one reading of the list from its start to its end. Within a pass each
// page begins before the end of the page before. A page is accepted only if it
// begins with rows that were seen in this pass, in the same order. The start proves
// that no row was lost: rows that stay keep their order, so the seen rows among
// them always come first. If a page begins otherwise, the next request goes back,
// twice as far each time, to the start of the list if needed.
//
// A row found at a higher offset than before shows that another row was inserted in
// front of it, perhaps one that was not seen. Another pass follows, until a pass
// shows no such row. This covers lists ordered by last update, in either direction,
// and all lists whose rows keep their order. It does not cover one case: between
// two requests a row moves to the front, and as many rows in front of it leave.
// Offsets detects this case only if it saw rows leave (a row at a lower offset than
// before): it then reads the first page again before the end.
//
// A list ends at an empty page. The last page is then asked for again and must
// still end at the same offset. Otherwise the list may have shrunk between the two
// requests.
//
// A row is fresh if it was not delivered to the caller yet, or has changed since.
// The place of a row is a number that grows in the order of the list.
type Offsets struct {
	start   int // first offset
	limit   int // most rows that a request asks for
	overlap int // rows that two pages share

	seed   maphash.Seed
	seen   map[uint64]sight // 24 bytes a row, plus the map's overhead
	places uint32           // places assigned so far
	before uint32           // places assigned before this pass

	state   int
	end     int  // offset after the last accepted row
	reached int  // highest end of this pass
	back    int  // how far the next page steps back, if it must
	full    int  // most rows of a page as seen so far: limit, or less if the list returns shorter pages
	size    int  // rows of the last accepted page
	shrunk  bool // a row was found at a lower offset than before: rows left in this pass
	moved   bool // a row was found at a higher offset than before: a row was inserted in this pass
	emptyAt int  // offset of the last empty page

	passes  int // passes over the list
	repeats int // consecutive answers without a row new to the pass
	idle    int // accepted pages, since the last row new to the pass, that end beyond reached
	rounds  int // empty pages since the last row new to the pass
}

// sight is where and in which version a row was seen last.
type sight struct {
	version uint64 // hash of the row's bytes
	at      int32  // offset
	place   uint32 // order of the list: a row behind another has a higher place; 0 is none yet
}

// Row identifies a row of an answer by hashes of its id and of its bytes.
// [Offsets.Row] makes one.
type Row struct{ id, version uint64 }

// Move says what to do after an answer. Next is meaningless if Last or Stalled is
// set.
type Move struct {
	Fresh   []bool // for each row of the answer: not delivered yet, or changed since; nil means false for all
	Next    int    // offset of the next request
	Last    bool   // the list has ended; rows of this answer may still be fresh
	Stalled string // why reading cannot continue, a reason for an error; "" if it can
}

// The values of Offsets.state: what the last request was for.
const (
	reading  = iota // the next page
	probing         // the page after the last row, which is empty if the list has ended
	settling        // the last rows again, after an empty page
	checking        // the first page again, after the end of the list
)

// Limits of Offsets for one list. Reading beyond one of the first three ends with
// Move.Stalled.
const (
	maxPasses  = 5  // readings of the list from start to end
	maxRepeats = 64 // consecutive answers without a row new to the pass; 4 more for each full page of the pass
	maxIdle    = 8  // pages that end at a new highest offset, without a row new to the pass among them
	maxRounds  = 5  // empty pages without a row new to the pass between them; then the list counts as ended
)

// NewOffsets returns an Offsets for pages of limit rows. Each page normally begins
// overlap rows before the end of the page before. An overlap above half a page is
// cut to half a page. limit must be at least 2 and overlap at least 1; NewOffsets
// does not check this. Call Begin first.
func NewOffsets(limit, overlap int) *Offsets {
	return &Offsets{limit: limit, overlap: min(overlap, limit/2), seed: maphash.MakeSeed(), seen: map[uint64]sight{}}
}

// Begin starts to read a list at the offset start, and returns the offset of the
// first request, which is start. start must not be negative; Begin does not check
// this. A further call starts another list. Rows that were delivered in an earlier
// list are fresh only if they have changed since. For the word fresh see [Offsets].
func (o *Offsets) Begin(start int) int {
	o.start, o.passes, o.full = start, 0, o.limit
	return o.again()
}

// Row returns the Row for a row with this id and these bytes. Rows with different
// ids are different rows. Rows with an equal id and different bytes are versions of
// one row. A Row must not be used with another Offsets. The method Row may be
// called while other methods run.
func (o *Offsets) Row(id string, raw []byte) Row {
	return Row{maphash.String(o.seed, id), maphash.Bytes(o.seed, raw)}
}

// Ahead guesses the offset of the request after the page at offset. rows is the
// number of rows on that page. ok reports whether the page is full; if it is not,
// next is meaningless. Ahead changes nothing and may be called while other methods
// run.
func (o *Offsets) Ahead(offset, rows int) (next int, ok bool) {
	return offset + rows - max(1, min(o.overlap, rows/2)), rows == o.limit
}

// Advance records the page at offset, and returns a [Move]: which rows are fresh
// (see [Offsets]), and what to do next. offset is the offset from Begin or from the
// last Move.Next. rows are all rows of the page in their order; a page without rows
// is valid. Reading is over if Move.Last is true or Move.Stalled is not ""; call
// Advance no more after that.
func (o *Offsets) Advance(offset int, rows []Row) Move {
	known, lower, higher := o.known(offset, rows)
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
	case offset != o.start && known < o.enough(offset) && (known == 0 || known < len(rows) || higher):
		move := o.refused(offset)
		move.Fresh = o.glance(rows)
		return move
	}
	o.shrunk, o.moved = o.shrunk || lower, o.moved || higher
	fresh, hasNew := o.take(offset, rows)
	move := o.onward(offset+len(rows), hasNew)
	move.Fresh = fresh
	return move
}

// enough returns how many rows [Offsets.known] must count on the page at offset, so
// that Advance accepts the page (see [Offsets]). The result is 1 if the page begins
// one row before the end of the last accepted page, because only this row overlaps.
// Otherwise the result is 2: with a longer overlap, one row alone may be there by
// chance.
//
// Advance accepts two kinds of pages even if known counts fewer rows:
//
//   - a page at the start of the list;
//   - a page of one row, if known counts this row and the row has not moved to a
//     higher offset.
func (o *Offsets) enough(offset int) int {
	if o.end-offset == 1 { // with pages of two or three rows only one row overlaps
		return 1
	}
	return 2
}

// known counts the rows at the start of the page at offset that were seen before on
// an accepted page of this pass. It stops at the first row of one of two kinds:
//
//   - a row that is not on an accepted page of this pass;
//   - an unchanged row out of order: on the accepted pages of this pass it was not
//     behind the unchanged row that known counted last.
//
// n is the number of unchanged rows before this stop. Changed rows are skipped and
// not counted. lower reports whether one of the n rows is now at a lower offset
// than before, and higher whether one is at a higher offset. known changes nothing.
// For the words pass and accepted see [Offsets].
func (o *Offsets) known(offset int, rows []Row) (n int, lower, higher bool) {
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
		lower, higher = lower || at < s.at, higher || at > s.at
		n, last = n+1, s.place
	}
	return n, lower, higher
}

// take records version, offset and place of the rows of an accepted page at offset.
// fresh has a flag for each row: true if the row was not delivered yet or has
// changed since. hasNew reports whether any row was not seen before in this pass.
// For the words place and pass see [Offsets].
func (o *Offsets) take(offset int, rows []Row) (fresh []bool, hasNew bool) {
	fresh = make([]bool, len(rows))
	last := o.before
	for i, r := range rows {
		s, ok := o.seen[r.id]
		fresh[i] = !ok || s.version != r.version
		hasNew = hasNew || s.place <= o.before
		if s.place <= last { // new to this pass, or moved
			o.places++
			s.place = o.places
		}
		last = s.place
		o.seen[r.id] = sight{r.version, int32(offset + i), s.place} //nolint:gosec // as above
	}
	o.size = len(rows)
	return fresh, hasNew
}

// glance records the versions of the rows of a page that Advance does not accept.
// It returns a flag for each row: true if the row was not delivered yet or has
// changed since. The rows get no place in the order of the list, because such a
// page does not prove the order. For the words place and accepted see [Offsets].
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

// onward records that the last accepted page ends at end, the offset after its last
// row, and returns the next [Move]. hasNew reports whether the page has a new row:
// a row that was not seen before in this pass. The first of these rules that
// applies decides the move:
//
//   - The page confirms the end of the list: the pass is over, and [Offsets.over]
//     decides.
//   - More than [maxIdle] pages since the last new row have ended at a new highest
//     offset: the move is Stalled.
//   - The page has fewer rows than a full page, or no new row: the move asks for
//     the page at end. This page is empty if the list has ended.
//   - In all other cases the move asks for the next page, see overlapped.
//
// A page confirms the end of the list if it was asked for after an empty page, has
// no new row, and ends at the offset of the empty page. After [maxRounds] empty
// pages since the last new row, the page may end at any offset.
//
// For the words pass and accepted see [Offsets].
func (o *Offsets) onward(end int, hasNew bool) Move {
	settled := o.state == settling
	o.state, o.end, o.back = reading, end, max(o.overlap, o.back/2)
	switch {
	case hasNew:
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
	if o.size < o.full || !hasNew {
		o.state = probing
		return Move{Next: end}
	}
	return Move{Next: o.overlapped()}
}

// overlapped returns the offset of the next page, and changes nothing. The next
// page begins o.back rows before the end of the last accepted page. This distance
// is cut to half of the last accepted page, and is at least one row. The offset is
// never before the start of the list.
func (o *Offsets) overlapped() int {
	return max(o.start, o.end-max(1, min(o.back, o.size/2)))
}

// refused returns the [Move] after a page at offset that Advance does not accept:
//
//   - offset is the end of the last accepted page: the move asks for a page that
//     overlaps the last accepted page, see overlapped.
//   - In all other cases refused doubles o.back, and the move asks for the page that
//     begins o.back rows before the end of the last accepted page. It never goes
//     back before the start of the list. Advance accepts each page at the start.
//
// o.back is the overlap when a pass begins. refused doubles it at each call of the
// second case, and onward halves it after each accepted page, down to the overlap.
// In the first case refused also records that the list returns pages as short as
// the last accepted page (o.full).
func (o *Offsets) refused(offset int) Move {
	o.state = reading
	if offset == o.end { // behind a short page that was not the last one
		o.full = min(o.full, o.size)
		return Move{Next: o.overlapped()}
	}
	o.back *= 2
	return Move{Next: max(o.start, o.end-o.back)}
}

// ended returns the [Move] after an empty page at the end of the last accepted
// page. The move asks for the last o.back rows again, or for all rows if the list is
// shorter, to see whether the list still ends at the same offset. ended records for
// onward that this page follows an empty page, and the offset of the empty page. It
// also counts the empty page.
func (o *Offsets) ended() Move {
	o.state, o.emptyAt = settling, o.end
	o.rounds++
	return Move{Next: max(o.start, o.end-o.back)}
}

// checked looks at rows and returns the next [Move]. rows is the first page, read
// again because rows have left the list during the pass. There are two cases:
//
//   - All rows were seen in this pass and have not changed: the move is Last.
//   - A row is new to this pass or has changed: another pass begins. After
//     [maxPasses] passes the move is Stalled instead.
//
// Rows may have come to the front while as many rows left. The length of the list
// is then the same, and only this check detects the new rows. For the word pass see
// [Offsets].
func (o *Offsets) checked(rows []Row) Move {
	for _, r := range rows {
		s, ok := o.seen[r.id]
		o.moved = o.moved || !ok || s.place <= o.before || s.version != r.version
	}
	o.shrunk = false
	return o.over()
}

// over returns the next [Move] when a pass has come to the end of the list, and
// prepares o for it. The first of these rules that applies decides the move:
//
//   - In this pass a row was found at a lower offset than before (rows have left), no
//     row at a higher offset, and the first page was not read again yet. Next is the
//     start of the list, and the pass goes on. checked then looks at this page.
//   - In this pass no row was found at a higher offset, and checked has not found a
//     new or changed row: the move is Last. This rule also applies if checked was
//     not called.
//   - This was pass number [maxPasses]: the move is Stalled.
//   - In all other cases Next is the start of the list, and another pass begins.
//
// For the word pass see [Offsets].
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
