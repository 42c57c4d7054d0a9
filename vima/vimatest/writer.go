package vimatest

import (
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

const (
	isoTime    = "2006-01-02T15:04:05.000Z"
	isoMicros  = "2006-01-02T15:04:05.000000Z"
	blankTime  = "2006-01-02 15:04:05.000000"
	amountTail = 8 // decimals of an amount in major units
)

// writer appends the members of JSON objects.
type writer struct {
	how spelling
	out []byte
}

func (w *writer) id(name, value string) {
	if w.how.numericIDs {
		w.number(name, value)
		return
	}
	w.text(name, value)
}

// number writes a whole number, of any length, without quotes; anything else is
// text, and nothing is missing.
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

func (w *writer) amount(name string, d *decimal.Decimal) {
	if w.present(name, d != nil) {
		w.raw(name, d.Pad(amountTail).String())
	}
}

func (w *writer) time(name string, t time.Time) {
	layout := isoTime
	if w.how.longTimes || t.Nanosecond()%int(time.Millisecond) != 0 {
		layout = isoMicros
	}
	w.stamp(name, t, layout)
}

func (w *writer) cardTime(name string, t time.Time) { w.stamp(name, t, blankTime) }

func (w *writer) stamp(name string, t time.Time, layout string) {
	if !w.present(name, !t.IsZero()) {
		return
	}
	w.name(name)
	w.out = append(w.out, '"')
	w.out = t.UTC().AppendFormat(w.out, layout)
	w.out = append(w.out, '"')
}

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

func (w *writer) raw(name, value string) {
	w.name(name)
	w.out = append(w.out, value...)
}

// present tells whether to write a member; one that is not there may be written
// as null.
func (w *writer) present(name string, ok bool) bool {
	if !ok && w.how.nulls {
		w.raw(name, "null")
	}
	return ok
}

func (w *writer) open(name string) {
	if name != "" {
		w.name(name)
	} else {
		w.comma()
	}
	w.out = append(w.out, '{')
}

func (w *writer) close() { w.out = append(w.out, '}') }

func (w *writer) name(name string) {
	w.comma()
	w.out = append(w.out, '"')
	w.out = append(w.out, name...)
	w.out = append(w.out, '"', ':')
}

func (w *writer) comma() {
	if n := len(w.out); n > 0 && w.out[n-1] != '{' && w.out[n-1] != '[' {
		w.out = append(w.out, ',')
	}
}
