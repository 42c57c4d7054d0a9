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

// body is a JSON object of a request.
type body map[string]json.RawMessage

// text returns a member that is a string or a number. It returns an error if the
// member is missing or anything else.
func (b body) text(name string) (string, error) {
	values, err := texts(b[name])
	if err != nil || len(values) != 1 {
		return "", fmt.Errorf("%s is not a single value", name)
	}
	return values[0], nil
}

// only returns an error if the body has members other than names.
func (b body) only(names ...string) error {
	for name := range b {
		if !slices.Contains(names, name) {
			return fmt.Errorf("unknown member %q", name)
		}
	}
	return nil
}

// values returns the values of a filter: one value, an array, or a string with
// commas. It returns nil, which matches everything, if the member is missing.
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

// object returns a member that is an object, an empty body if it is missing.
func (b body) object(name string) (body, error) {
	out := body{}
	if b[name] != nil && json.Unmarshal(b[name], &out) != nil {
		return nil, fmt.Errorf("%s is not an object", name)
	}
	return out, nil
}

// number returns a whole number, given as a number or a string; otherwise if the
// member is missing. It returns an error below least and above most.
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

// interval returns a period {from, to}, zero times if it is missing. Either end
// may be left out.
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
			return from, to, fmt.Errorf("%s: %s is not a string", name, end)
		}
	}
	return span(name, ends[0], ends[1])
}

// pair returns a period [from, to], zero times if it is missing.
func (b body) pair(name string) (from, to time.Time, err error) {
	if b[name] == nil {
		return from, to, nil
	}
	ends, err := texts(b[name])
	if err != nil || len(ends) != 2 {
		return from, to, fmt.Errorf("%s is not a pair of times", name)
	}
	return span(name, ends[0], ends[1])
}

// span parses two ends, as times or dates. A date as the last end means its whole
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

// texts returns the strings and numbers of an array, or a single one.
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
			return nil, fmt.Errorf("neither a string nor a number")
		}
	}
	return out, nil
}
