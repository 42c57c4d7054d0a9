package vima

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"
)

// The ids of the known samples count ticks of 10 ms since 2021 above their
// lowest 26 bits. Nothing in this package depends on that.
const (
	cursorShift = 26
	cursorTick  = 10 * time.Millisecond
)

var cursorEpoch = time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant in all but name

// CompareCursors is -1, 0 or 1 as cursor a comes before, with or after b in its
// stream. Cursors are numbers of any length and are not in the order of their
// texts; "" comes before all of them.
func CompareCursors(a, b string) int {
	if len(a) == len(b) && a != "" && a[0] != '0' && b[0] != '0' { // most of them
		return strings.Compare(a, b)
	}
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// CursorAt is the cursor that stands just before the first operation of the
// tick of 10 ms that holds t: the way to start "from yesterday". An instant
// before 2021 gives "0".
//
// Unverified: it rests on the ids of the known samples. Do not let the
// completeness of a sync depend on it.
func CursorAt(t time.Time) string {
	ticks := max(0, t.Sub(cursorEpoch)/cursorTick)
	if ticks > math.MaxInt64>>cursorShift {
		return strconv.FormatInt(math.MaxInt64, 10)
	}
	return strconv.FormatInt(int64(ticks)<<cursorShift, 10)
}

// CursorTime is the instant, in UTC and to 10 ms, that a cursor was made at. It
// reports false for a text that is not such a cursor. Unverified, as CursorAt.
func CursorTime(id string) (time.Time, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || !decimalID(id) {
		return time.Time{}, false
	}
	return cursorEpoch.Add(time.Duration(n>>cursorShift) * cursorTick), true
}

// cursorBefore is the cursor just before another one; 0 is before 0.
func cursorBefore(id string) string {
	digits := []byte(id)
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] > '0' {
			digits[i]--
			return string(digits)
		}
		digits[i] = '9'
	}
	return id // of zeros
}

func decimalID(id string) bool {
	for i := range len(id) {
		if id[i] < '0' || id[i] > '9' {
			return false
		}
	}
	return id != "" && len(id) <= 40
}
