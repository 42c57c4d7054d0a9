package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/payclients/payclients-go/vima/vimatest"
)

// kinds are the kinds of faults by the numbers that the five packages share.
var kinds = []string{
	vimatest.FaultAnswer:      "answer",
	vimatest.FaultResetBefore: "reset-before",
	vimatest.FaultResetAfter:  "reset-after",
	vimatest.FaultTruncated:   "truncated",
	vimatest.FaultHTML:        "html",
	vimatest.FaultGarbage:     "garbage",
	vimatest.FaultEmpty:       "empty",
	vimatest.FaultBrokenGzip:  "broken-gzip",
	vimatest.FaultStalledPage: "stalled-page",
}

// fault is what goes wrong with some requests, with the fields of the Fault of
// each package.
type fault struct {
	kind        int
	status      int
	header      http.Header
	retryAfter  string
	body        string
	process     bool
	delay       time.Duration
	times       int
	probability float64
	seed        uint64
	operation   string
}

// wireFault is a fault as it is posted.
type wireFault struct {
	Kind        string            `json:"kind"`
	Status      int               `json:"status"`
	Header      map[string]string `json:"header"`
	RetryAfter  string            `json:"retry_after"`
	Body        string            `json:"body"`
	Process     bool              `json:"process"`
	Delay       string            `json:"delay"`
	Times       int               `json:"times"`
	Probability float64           `json:"probability"`
	Seed        uint64            `json:"seed"`
	Operation   string            `json:"operation"`
}

// parseFaults reads one fault or an array. All of them are right, or none is
// returned.
func parseFaults(body []byte, operations []string) ([]fault, error) {
	body = bytes.TrimSpace(body)
	list := []json.RawMessage{body}
	if bytes.HasPrefix(body, []byte("[")) {
		if err := decode(body, &list); err != nil {
			return nil, err
		}
	}
	var out []fault
	for i, item := range list {
		var w wireFault
		err := decode(item, &w)
		if err == nil {
			var f fault
			f, err = w.fault(operations)
			out = append(out, f)
		}
		if err != nil && len(list) > 1 {
			err = fmt.Errorf("fault %d: %w", i, err)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w wireFault) fault(operations []string) (fault, error) {
	f := fault{
		kind: max(0, slices.Index(kinds, w.Kind)), status: w.Status, header: http.Header{}, retryAfter: w.RetryAfter, body: w.Body,
		process: w.Process, times: w.Times, probability: w.Probability, seed: w.Seed, operation: w.Operation,
	}
	for name, value := range w.Header {
		f.header.Set(name, value)
	}
	var err error
	if w.Delay != "" {
		f.delay, err = time.ParseDuration(w.Delay)
	}
	switch {
	case w.Kind != "" && !slices.Contains(kinds, w.Kind):
		return f, fmt.Errorf("kind: %q is not a kind of fault, there are %s", w.Kind, strings.Join(kinds, ", "))
	case w.Operation != "" && !slices.Contains(operations, w.Operation):
		return f, fmt.Errorf("operation: %q is not an operation of this API, there are %s", w.Operation, strings.Join(operations, ", "))
	case w.Status != 0 && (w.Status < 200 || w.Status > 599):
		return f, errors.New("status: must be 200 to 599")
	case err != nil || f.delay < 0:
		return f, fmt.Errorf(`delay: %q is not a duration such as "2s" or "150ms"`, w.Delay)
	case w.Times < -1:
		return f, errors.New("times: must be a number of requests, or -1 without end")
	case w.Probability < 0 || w.Probability > 1:
		return f, errors.New("probability: must be 0 to 1")
	case w.Body != "" && w.Status == 0:
		return f, errors.New("body: needs a status")
	case strings.ContainsAny(fmt.Sprint(w.Header, w.RetryAfter), "\r\n"):
		return f, errors.New("header: must not contain line breaks")
	}
	for name := range w.Header {
		if name == "" || strings.ContainsFunc(name, notOfName) {
			return f, fmt.Errorf("header: %q is not a name", name)
		}
	}
	return f, nil
}

// notOfName reports whether a character cannot be in the name of a header.
func notOfName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
}

// decode reads one JSON value and refuses members that are not known.
func decode(body []byte, into any) error {
	if string(bytes.TrimSpace(body)) == "null" {
		return errors.New("the body is null, a JSON object is needed")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var typed *json.UnmarshalTypeError
	switch err := d.Decode(into); {
	case errors.Is(err, io.EOF):
		return errors.New("the body is empty, a JSON object is needed")
	case errors.As(err, &typed) && typed.Field == "":
		return fmt.Errorf("the body is a %s, a JSON object is needed", typed.Value)
	case errors.As(err, &typed) && strings.HasPrefix(typed.Value, "number "):
		return fmt.Errorf("%s: %s is not a whole number that is possible here", typed.Field, strings.TrimPrefix(typed.Value, "number "))
	case errors.As(err, &typed):
		return fmt.Errorf("%s: must not be a %s", typed.Field, typed.Value)
	case err != nil:
		return fmt.Errorf("the body is not the JSON that is needed: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the body has more than one JSON value")
	}
	return nil
}
