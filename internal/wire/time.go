package wire

import (
	"math/bits"
	"time"
)

// Time reads an instant in any of the documented layouts, and returns it in UTC:
//
//   - RFC 3339 with 0 to 9 digits of a fraction; the offset may lack its colon (+0300) or be missing altogether,
//     which means UTC; a space may stand for the T
//   - a date alone: its midnight in UTC
//   - 10 to 13 digits: an epoch, in milliseconds from 1e11 on, else in seconds
//   - "": the zero time
//
// For any other text ok is false and t is the zero time.
func Time(text string) (t time.Time, ok bool) {
	return parseTime(text)
}

// epochMillis is the number from which on an epoch counts milliseconds. As
// seconds it is the year 5138.
const epochMillis = 100_000_000_000

func parseTime[T ~string | ~[]byte](text T) (time.Time, bool) {
	if len(text) == 0 {
		return time.Time{}, true
	}
	if len(text) < len("2006-01-02") || text[4] != '-' {
		if len(text) < 10 || len(text) > 13 || !allDigits(text) {
			return time.Time{}, false
		}
		return parseEpoch(text)
	}
	year, month, day := digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)
	if text[7] != '-' || year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return time.Time{}, false
	}
	if len(text) == 10 {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), true
	}
	if len(text) < len("2006-01-02T15:04:05") || text[10] != 'T' && text[10] != ' ' || text[13] != ':' || text[16] != ':' {
		return time.Time{}, false
	}
	hour, minute, second := digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return time.Time{}, false
	}
	nanos, rest, ok := fraction(text[19:])
	if !ok {
		return time.Time{}, false
	}
	offset, ok := zone(rest)
	if !ok {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second-offset, nanos, time.UTC), true
}

// fraction reads an optional fraction of a second, such as ".25", at the start of
// text. It returns the fraction in nanoseconds, and the rest of text behind it.
// Without a point nanos is 0, rest is text and ok is true. ok is false if the
// point has no digit or more than nine digits behind it.
func fraction[T ~string | ~[]byte](text T) (nanos int, rest T, ok bool) {
	if len(text) == 0 || text[0] != '.' {
		return 0, text, true
	}
	i := 1
	for ; i < len(text) && isDigit(text[i]); i++ {
		if i > 9 {
			return 0, text, false
		}
		nanos = nanos*10 + int(text[i]-'0')
	}
	if i == 1 {
		return 0, text, false
	}
	for n := i; n <= 9; n++ {
		nanos *= 10
	}
	return nanos, text[i:], true
}

// zone reads all of text as an offset from UTC: "", Z, ±hh:mm or ±hhmm. It returns
// the seconds east of UTC; "" and Z are 0. ok is false for any other text.
func zone[T ~string | ~[]byte](text T) (seconds int, ok bool) {
	if len(text) == 0 || len(text) == 1 && text[0] == 'Z' {
		return 0, true
	}
	minutesAt := 3
	if len(text) == len("+00:00") && text[3] == ':' {
		minutesAt = 4
	} else if len(text) != len("+0000") {
		return 0, false
	}
	hours, minutes := digits(text, 1, 3), digits(text, minutesAt, minutesAt+2)
	if hours < 0 || hours > 23 || minutes < 0 || minutes > 59 {
		return 0, false
	}
	seconds = hours*3600 + minutes*60
	switch text[0] {
	case '+':
		return seconds, true
	case '-':
		return -seconds, true
	}
	return 0, false
}

// parseEpoch reads a number of seconds since 1970, or of milliseconds from 1e11
// on. It returns the time in UTC, exactly. It reports false, with the zero time,
// for a text that is not a number, for a fraction finer than a nanosecond, and for
// a year that RFC 3339 cannot spell.
func parseEpoch[T ~string | ~[]byte](text T) (time.Time, bool) {
	n, fault := parseNumber(text)
	if fault != nil {
		return time.Time{}, false
	}
	unit := Pow10(n.scale)
	whole, part := n.coef/unit, n.coef%unit
	perSecond := uint64(1)
	if whole >= epochMillis {
		perSecond = 1000
	}
	if whole/perSecond > 1<<40 {
		return time.Time{}, false
	}
	// (whole%perSecond + part/unit) / perSecond seconds, in nanoseconds
	hi, lo := bits.Mul64(part, 1_000_000_000/perSecond)
	quo, rem := bits.Div64(hi, lo, unit)
	if rem != 0 {
		return time.Time{}, false
	}
	sec := int64(whole / perSecond)                                //nolint:gosec // at most 1<<40
	nsec := int64(whole%perSecond*(1_000_000_000/perSecond) + quo) //nolint:gosec // below 1e9
	if n.neg {
		sec, nsec = -sec, -nsec
	}
	t := time.Unix(sec, nsec).UTC()
	if t.Year() < 0 || t.Year() > 9999 {
		return time.Time{}, false
	}
	return t, true
}

// digits returns the number that text[from:to] spells, at most 9 digits. It
// returns -1 if a byte there is not a digit.
func digits[T ~string | ~[]byte](text T, from, to int) int {
	n := 0
	for ; from < to; from++ {
		if !isDigit(text[from]) {
			return -1
		}
		n = n*10 + int(text[from]-'0')
	}
	return n
}

func allDigits[T ~string | ~[]byte](text T) bool {
	for i := range len(text) {
		if !isDigit(text[i]) {
			return false
		}
	}
	return true
}

func daysIn(year, month int) int {
	switch time.Month(month) {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// Pow10 returns ten to the power of n. n must be from 0 to 19: a higher power does
// not fit, and a negative n counts as 0.
func Pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
