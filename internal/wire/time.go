package wire

import (
	"math/bits"
	"time"
)

// Time reads the time in text, in any of these layouts. It returns the time in
// UTC, and true:
//
//   - RFC 3339 with 0 to 9 digits of a fraction of a second. T and Z must be upper case, and a space may stand for
//     the T. The offset may lack its colon (+0300) and is at most 23:59. Without an offset the time is in UTC.
//   - A date alone, such as 2006-01-02: midnight in UTC.
//   - 10 to 13 digits, the first not 0: the time since 1970 in UTC. The number is in milliseconds from
//     100,000,000,000 on, and in seconds if it is smaller.
//   - "": the zero time.
//
// For any other text, t is the zero time and ok is false. The same holds for a
// day that is not in the calendar, for an hour above 23, and for a minute or a
// second above 59: the leap second 23:59:60 is refused too.
func Time(text string) (t time.Time, ok bool) {
	return parseTime(text)
}

// epochMillis decides about the unit of a number that counts the time since 1970.
// From epochMillis on the number is in milliseconds, and below it is in seconds.
// The sign does not count. As a number of seconds, epochMillis would be in the
// year 5138.
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
	year, month, day := parseDigits(text, 0, 4), parseDigits(text, 5, 7), parseDigits(text, 8, 10)
	if text[7] != '-' || year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return time.Time{}, false
	}
	if len(text) == 10 {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), true
	}
	if len(text) < len("2006-01-02T15:04:05") || text[10] != 'T' && text[10] != ' ' || text[13] != ':' || text[16] != ':' {
		return time.Time{}, false
	}
	hour, minute, second := parseDigits(text, 11, 13), parseDigits(text, 14, 16), parseDigits(text, 17, 19)
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
// text. There are three cases:
//
//   - text begins with a point and 1 to 9 digits. nanos is the fraction in nanoseconds, rest is text behind the digits,
//     and ok is true.
//   - text does not begin with a point. nanos is 0, rest is text, and ok is true.
//   - text begins with a point that has no digit or more than nine digits behind it. nanos is 0, rest is text, and ok
//     is false.
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

// zone reads all of text as an offset from UTC: "", Z, ±hh:mm or ±hhmm, up to
// 23:59. It returns the seconds east of UTC, which are negative west of it, and
// true. "" and Z are 0. For any other text, seconds is 0 and ok is false.
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
	hours, minutes := parseDigits(text, 1, 3), parseDigits(text, minutesAt, minutesAt+2)
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

// parseEpoch reads all of text, a number in JSON's grammar, as the time since the
// start of 1970 in UTC. It returns the exact time in UTC, and true. The number may
// have a fraction. A negative number is a time before 1970. The number is in
// milliseconds if its absolute value is 1e11 or more, and in seconds otherwise.
// parseEpoch returns the zero time and false for a text that [Decimal] refuses,
// for a time with a part of a nanosecond, and for a year outside 0 to 9999.
func parseEpoch[T ~string | ~[]byte](text T) (time.Time, bool) {
	n, err := parseNumber(text)
	if err != nil {
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

// parseDigits returns the number that text[start:end] spells in decimal digits. It
// returns -1 if one of these bytes is not a digit, and 0 if start >= end. It may
// panic if text has fewer than end bytes. A number of more than 9 digits may
// overflow.
func parseDigits[T ~string | ~[]byte](text T, start, end int) int {
	n := 0
	for ; start < end; start++ {
		if !isDigit(text[start]) {
			return -1
		}
		n = n*10 + int(text[start]-'0')
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

// Pow10 returns 10 to the power of n. n must be from 0 to 19; Pow10 does not check
// this. Above 19 the power does not fit into a uint64, and the result is wrong.
// For a negative n the result is 1.
func Pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
