package vimatest

import (
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

const (
	isoTime    = "2006-01-02T15:04:05.000Z"
	isoMicros  = "2006-01-02T15:04:05.000000Z"
	spacedTime = "2006-01-02 15:04:05.000000"
	amountTail = 8 // decimals of an amount in major units
)

// writer appends the members of JSON objects. Each method that takes a name appends
// one member.
type writer struct {
	how spelling
	out []byte
}

// id appends an id as a string, or as a number with numericIDs.
func (w *writer) id(name, value string) {
	if w.how.numericIDs {
		w.number(name, value)
		return
	}
	w.text(name, value)
}

// number appends a whole number of any length without quotes. Any other value is a
// string, and "" is missing.
func (w *writer) number(name, value string) {
	if !w.present(name, value != "") {
		return
	}
	for i, c := range []byte(value) {
		if c < '0' || c > '9' || i == 0 && c == '0' && len(value) > 1 {
			w.text(name, value)
			return
		}
	}
	w.raw(name, value)
}

// amount appends an amount with eight decimals; nil is missing.
func (w *writer) amount(name string, d *decimal.Decimal) {
	if w.present(name, d != nil) {
		w.raw(name, d.Pad(amountTail).String())
	}
}

// time appends a time of the top level; the zero time is missing.
func (w *writer) time(name string, t time.Time) {
	layout := isoTime
	if w.how.longTimes || t.Nanosecond()%int(time.Millisecond) != 0 {
		layout = isoMicros
	}
	w.stamp(name, t, layout)
}

// cardTime appends a time of card_start or card_finish; the zero time is missing.
func (w *writer) cardTime(name string, t time.Time) { w.stamp(name, t, spacedTime) }

// stamp appends a time in UTC in a layout; the zero time is missing.
func (w *writer) stamp(name string, t time.Time, layout string) {
	if !w.present(name, !t.IsZero()) {
		return
	}
	w.name(name)
	w.out = append(w.out, '"')
	w.out = t.UTC().AppendFormat(w.out, layout)
	w.out = append(w.out, '"')
}

// text appends a string.
func (w *writer) text(name, value string) {
	w.name(name)
	for _, c := range []byte(value) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			w.out = append(w.out, fakeapi.Marshal(value)...)
			return
		}
	}
	w.out = append(w.out, '"')
	w.out = append(w.out, value...)
	w.out = append(w.out, '"')
}

// raw appends a JSON value as it is.
func (w *writer) raw(name, value string) {
	w.name(name)
	w.out = append(w.out, value...)
}

// present returns ok. Where ok is false it appends null if missing values are to be
// written as null.
func (w *writer) present(name string, ok bool) bool {
	if !ok && w.how.nulls {
		w.raw(name, "null")
	}
	return ok
}

// open begins an object; "" is an element of an array.
func (w *writer) open(name string) {
	if name != "" {
		w.name(name)
	} else {
		w.comma()
	}
	w.out = append(w.out, '{')
}

// close ends an object.
func (w *writer) close() { w.out = append(w.out, '}') }

// name appends the name of a member.
func (w *writer) name(name string) {
	w.comma()
	w.out = append(w.out, '"')
	w.out = append(w.out, name...)
	w.out = append(w.out, '"', ':')
}

// comma appends a comma, except at the beginning of an object or array.
func (w *writer) comma() {
	if n := len(w.out); n > 0 && w.out[n-1] != '{' && w.out[n-1] != '[' {
		w.out = append(w.out, ',')
	}
}
