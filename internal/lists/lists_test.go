// Package lists_test holds every call that returns a list to one rule: only a
// list ends a list. An answer that lost its body on the way is an error that
// names what was expected, in every package, at the first page and behind it.
package lists_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/wallet"
)

// single are the calls that return something other than a list.
var single = map[string]bool{
	"wallet.CreatePayment": true, "wallet.RunPayment": true, "wallet.ExecutePayment": true, "wallet.GetPayment": true, "wallet.PayOnce": true,
	"wallet.WaitPayment": true, "wallet.ResetUnseen": true, "wallet.ResetUnseenBest": true, "wallet.ReportBestTransfer": true, "wallet.SendBill": true,
	"ecommpay.GetChargeback": true, "finik.CheckRecipient": true, "finik.CreatePayment": true, "finik.RunPayout": true, "finik.GetPayment": true, "finik.WaitPayment": true,
	// any JSON is an answer to what a caller describes himself
	"vima.Do": true, "ecommpay.Do": true, "wallet.Do": true, "finik.Do": true, "transactions.Do": true,
}

// shapeless are the calls whose answers no document describes: any object will do.
var shapeless = map[string]bool{"ecommpay.FinancialOperations": true, "ecommpay.CurrencyRates": true}

// answer is one that holds no list, or not the whole of one.
type answer struct {
	status int
	body   string
}

// around makes the body in which the rows are a JSON value; "" is none.
func around(o torture.Operation, rows string) string {
	switch o.Package {
	case "vima":
		return member("operations", rows)
	case "transactions":
		return member("content", rows)
	case "finik":
		return member("services", rows)
	case "wallet":
		return strings.TrimSuffix(`{"meta":{"code":200},`+member("data", rows)[1:], ",}") + map[bool]string{true: "}"}[rows == ""]
	}
	name := "operations"
	if o.Name == "Balances" {
		name = "balance"
	}
	body := member(name, rows)
	signature, err := ecommpay.Sign("t0rtureS3CRET/+=", []byte(body))
	if err != nil {
		panic(err)
	}
	return strings.TrimSuffix(body, "}") + map[bool]string{true: ","}[rows != ""] + `"signature":"` + signature + `"}`
}

func member(name, value string) string {
	if value == "" {
		return "{}"
	}
	return `{"` + name + `":` + value + `}`
}

// answers are those that must not end the list of o.
func answers(o torture.Operation) []answer {
	var all []answer
	for _, body := range []string{"", " \r\n\t", "null", " null\n", "42", `"x"`, "true", "<html>"} {
		all = append(all, answer{200, body})
	}
	if o.Package != "vima" && o.Package != "transactions" {
		all = append(all, answer{200, "[]"})
	}
	for _, status := range []int{202, 206} {
		all = append(all, answer{status, ""}, answer{status, around(o, "[]")})
	}
	all = append(all, answer{204, ""}, answer{205, ""}, answer{201, ""}, answer{203, ""}, answer{200, "{}"})
	if shapeless[name(o)] {
		return all[:len(all)-1] // not signed, which is another error
	}
	for _, rows := range []string{"", "null", "{}", `{"id":1}`, `"[]"`, "7", "false"} {
		all = append(all, answer{200, around(o, rows)})
	}
	return all
}

func name(o torture.Operation) string { return o.Package + "." + o.Name }

func TestOnlyAListEndsAList(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, o := range torture.Operations() {
		known[name(o)] = true
		if single[name(o)] {
			continue
		}
		t.Run(name(o), func(t *testing.T) {
			t.Parallel()
			fake := o.Start()
			t.Cleanup(fake.Close)
			var healthy counter
			want := call(t, o, fake, &healthy)
			require.NotEmpty(t, want)
			for _, a := range answers(o) {
				for before := range min(healthy.requests.Load(), 2) {
					breaker := &breaker{after: before, answer: a}
					got, err := o.Call(t.Context(), torture.Settings{URL: fake.URL, HTTPClient: &http.Client{Transport: breaker}})
					text := fmt.Sprintf("status %d, %q after %d pages: %v", a.status, a.body, before, err)
					require.Error(t, err, text)
					assert.LessOrEqual(t, len(got), len(want), text)
					status, ok := o.Status(err)
					assert.True(t, ok, text)
					assert.Equal(t, a.status, status, text)
					assert.Equal(t, a.body, body(err), text)
					assert.NotErrorIs(t, err, transport.ErrOutcomeUnknown, text)
					if unsigned := o.Package == "ecommpay" && a.body == "{}"; !unsigned {
						assert.ErrorContains(t, err, "expected ", text)
						assert.ErrorContains(t, err, ", got ", text)
					}
				}
			}
		})
	}
	for name := range single {
		assert.True(t, known[name], "%s is not a call", name)
	}
}

// call makes a call that meets no fault.
func call(t *testing.T, o torture.Operation, fake *torture.Fake, counter *counter) []string {
	t.Helper()
	got, err := o.Call(t.Context(), torture.Settings{URL: fake.URL, HTTPClient: &http.Client{Transport: counter}})
	require.NoError(t, err)
	return got
}

// body finds the answer in an error.
func body(err error) string {
	var (
		v *vima.DecodeError
		e *ecommpay.DecodeError
		s *ecommpay.SignatureError
		w *wallet.DecodeError
		f *finik.DecodeError
		d *transactions.DecodeError
	)
	switch {
	case errors.As(err, &v):
		return string(v.Body)
	case errors.As(err, &e):
		return string(e.Body)
	case errors.As(err, &s):
		return string(s.Body)
	case errors.As(err, &w):
		return string(w.Body)
	case errors.As(err, &f):
		return string(f.Body)
	case errors.As(err, &d):
		return string(d.Body)
	}
	return "not an error with a body"
}

// counter counts requests.
type counter struct{ requests atomic.Int64 }

func (c *counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.requests.Add(1)
	return http.DefaultTransport.RoundTrip(r)
}

// breaker answers every request after the first ones with answer.
type breaker struct {
	requests atomic.Int64
	after    int64
	answer   answer
}

func (b *breaker) RoundTrip(r *http.Request) (*http.Response, error) {
	if b.requests.Add(1) <= b.after {
		return http.DefaultTransport.RoundTrip(r)
	}
	return &http.Response{
		StatusCode: cmp.Or(b.answer.status, http.StatusOK), Header: http.Header{"X-Total-Count": {"0"}},
		Body: io.NopCloser(bytes.NewReader([]byte(b.answer.body))), Request: r,
	}, nil
}
