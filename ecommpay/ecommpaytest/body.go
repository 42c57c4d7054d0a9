package ecommpaytest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	timeForm = "2006-01-02 15:04:05"
	dateForm = "2006-01-02"
)

// body is an object of a request. Each member is looked at once, so that what is
// left over in the end is unknown.
type body map[string]json.RawMessage

// text is a member that is a text or a number.
func (b body) text(name string) (string, error) {
	values, err := texts(b[name])
	if err != nil || len(values) != 1 {
		return "", fmt.Errorf("%s is no single value", name)
	}
	return values[0], nil
}

// only refuses members other than names.
func (b body) only(names ...string) error {
	for name := range b {
		if !slices.Contains(names, name) {
			return fmt.Errorf("unknown member %q", name)
		}
	}
	return nil
}

// values are those of a filter: one value, an array or a text with commas.
func (b body) values(name string) (filter map[string]bool, err error) {
	if b[name] == nil {
		return filter, nil // none
	}
	list, err := texts(b[name])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	filter = map[string]bool{}
	for _, text := range list {
		for _, value := range strings.Split(text, ", ") {
			filter[value] = true
		}
	}
	return filter, nil
}

// object is a member that is an object; one that is missing is empty.
func (b body) object(name string) (body, error) {
	out := body{}
	if b[name] != nil && json.Unmarshal(b[name], &out) != nil {
		return nil, fmt.Errorf("%s is no object", name)
	}
	return out, nil
}

// number is a whole number, as such or as text.
func (b body) number(name string, least, most, otherwise int) (int, error) {
	if b[name] == nil {
		return otherwise, nil
	}
	text, err := b.text(name)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%s is not a number from %d to %d", name, least, most)
	}
	return n, nil
}

// interval is a period {from, to}; zero where it is missing. One end may be left
// out.
func (b body) interval(name string) (from, to time.Time, err error) {
	period, err := b.object(name)
	if err != nil || len(period) == 0 {
		return from, to, err
	}
	if err := period.only("from", "to"); err != nil {
		return from, to, err
	}
	ends := [2]string{"1970-01-01 00:00:00", "9999-12-31 00:00:00"}
	for i, end := range []string{"from", "to"} {
		if period[end] == nil {
			continue
		}
		if ends[i], err = period.text(end); err != nil {
			return from, to, fmt.Errorf("%s: %s is not text", name, end)
		}
	}
	return span(name, ends[0], ends[1])
}

// pair is a period [from, to]; zero where it is missing.
func (b body) pair(name string) (from, to time.Time, err error) {
	if b[name] == nil {
		return from, to, nil
	}
	ends, err := texts(b[name])
	if err != nil || len(ends) != 2 {
		return from, to, fmt.Errorf("%s is no pair of times", name)
	}
	return span(name, ends[0], ends[1])
}

// span reads two ends, as times or as dates: a date as the last end is its whole
// day.
func span(name, first, last string) (from, to time.Time, err error) {
	if from, err = time.Parse(timeForm, first); err != nil {
		from, err = time.Parse(dateForm, first)
	}
	if err == nil {
		if to, err = time.Parse(timeForm, last); err != nil {
			to, err = time.Parse(dateForm, last)
			to = to.Add(24*time.Hour - time.Second)
		}
	}
	if err != nil {
		return from, to, fmt.Errorf("%s: a time is not of the form YYYY-MM-DD hh:mm:ss", name)
	}
	if from.After(to) {
		return from, to, fmt.Errorf("%s: from is after to", name)
	}
	return from, to, nil
}

// texts are the texts and numbers of an array, or one alone.
func texts(raw json.RawMessage) ([]string, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var out []string
	for _, element := range list {
		var text string
		var number json.Number
		switch {
		case json.Unmarshal(element, &text) == nil:
			out = append(out, text)
		case json.Unmarshal(element, &number) == nil:
			out = append(out, number.String())
		default:
			return nil, fmt.Errorf("neither text nor number")
		}
	}
	return out, nil
}
