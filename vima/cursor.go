package vima

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"
)

// The ids of the known samples count ticks of 10 ms since 2021, above their lowest
// 26 bits. No guarantee of this package depends on that.
const (
	cursorShift = 26
	cursorTick  = 10 * time.Millisecond
)

var cursorEpoch = time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant in all but name

// CompareCursors compares two cursors of the same stream as numbers of any length.
// It returns -1 if a comes before b, 0 if they are the same place, and 1 if a comes
// after b. Leading zeros do not matter, and "" comes before every other cursor.
// Both must be decimal digits or "": the order of other strings means nothing.
// Do not compare cursors as strings.
func CompareCursors(a, b string) int {
	if len(a) == len(b) && a != "" && a[0] != '0' && b[0] != '0' { // most of them
		return strings.Compare(a, b)
	}
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// CursorAt rounds t down to 10 ms and returns a cursor just before the first
// operation at this time or later. Use it, for example, to begin with yesterday's
// operations. The cursor fits both streams: pass it as AfterCreateID or as
// AfterUpdateID. For a time before 2021 CursorAt returns "0". For a time later than
// July 2064, too late for 63 bits, it returns the highest cursor,
// "9223372036854775807".
//
// Unverified: CursorAt depends on how the ids of the known samples are built. Do not
// let the completeness of a sync depend on it.
func CursorAt(t time.Time) string {
	ticks := max(0, t.Sub(cursorEpoch)/cursorTick)
	if ticks > math.MaxInt64>>cursorShift {
		return strconv.FormatInt(math.MaxInt64, 10)
	}
	return strconv.FormatInt(int64(ticks)<<cursorShift, 10)
}

// CursorTime returns the time in id, and true. id is a cursor of either stream: the
// create id or the update id of an operation. The time is when the collector assigned
// the id, in UTC, rounded down to 10 ms. Unverified, see [CursorAt]. CursorTime
// returns the zero time and false in these cases:
//
//   - id is "" or has a character that is not a decimal digit, such as a sign.
//   - id is longer than 40 digits, or above 9223372036854775807.
func CursorTime(id string) (time.Time, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || !decimalID(id) {
		return time.Time{}, false
	}
	return cursorEpoch.Add(time.Duration(n>>cursorShift) * cursorTick), true
}

// cursorBefore returns the cursor just before id; before 0 it returns id itself. id
// must be decimal digits.
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

// decimalID reports whether id is 1 to 40 decimal digits.
func decimalID(id string) bool {
	for i := range len(id) {
		if id[i] < '0' || id[i] > '9' {
			return false
		}
	}
	return id != "" && len(id) <= 40
}
