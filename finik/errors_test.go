package finik_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// operation is a call of a table of answers.
type operation struct {
	name   string
	write  bool
	answer string // that ends well
	call   func(context.Context, *finik.Client) error
}

func operations() []operation {
	return []operation{
		{"CreatePayment", true, paid(testID), func(ctx context.Context, c *finik.Client) error {
			_, err := c.CreatePayment(ctx, transfer(testID))
			return err
		}},
		{"GetPayment", false, paid(testID), func(ctx context.Context, c *finik.Client) error {
			_, err := c.GetPayment(ctx, "7_x")
			return err
		}},
		{"CheckRecipient", false, `{"statusCode":"200","name":"T. P."}`, func(ctx context.Context, c *finik.Client) error {
			_, err := c.CheckRecipient(ctx, finik.CheckRecipientRequest{ServiceID: "s", Fields: finik.Fields{"a": 1}})
			return err
		}},
		{"ListServices", false, `{"services":[],"total":0,"statusCode":200}`, func(ctx context.Context, c *finik.Client) error {
			_, err := c.ListServices(ctx, finik.ListServicesParams{})
			return err
		}},
	}
}

// counted is a client that gets one fixed answer, and the count of requests.
func counted(t testing.TB, status int, body string, header ...string) (*finik.Client, *int) {
	t.Helper()
	hits := new(int)
	return unsigned(t, finik.BetaURL, over(func(*http.Request) (*http.Response, error) {
		*hits++
		return newResponse(status, body, header...), nil
	})), hits
}

// meaning is what a status says, of HTTP or of a body.
type meaning struct {
	sentinel error
	hits     int
	open     bool // nobody knows whether a payment was made
}

func meanings() map[int]meaning {
	m := map[int]meaning{
		300: {nil, 1, true}, 302: {nil, 1, true}, 304: {nil, 1, true}, 307: {nil, 1, true},
		400: {nil, 1, false}, 401: {finik.ErrUnauthorized, 1, false}, 402: {finik.ErrInsufficientFunds, 1, false},
		403: {finik.ErrForbidden, 1, false}, 404: {finik.ErrNotFound, 1, false},
		405: {nil, 1, true}, 408: {nil, 1, true}, 409: {finik.ErrDuplicate, 1, true}, 413: {nil, 1, true},
		415: {nil, 1, true}, 418: {nil, 1, true}, 422: {nil, 1, true}, 429: {finik.ErrRateLimited, 3, true},
		500: {nil, 3, true}, 501: {nil, 1, true}, 502: {nil, 3, true}, 503: {nil, 3, true}, 504: {nil, 3, true}, 599: {nil, 1, true},
	}
	return m
}

// refusals are what an answer with a status may hold. A readable one says what the
// service said and not some gateway.
func refusals(status int) map[string]struct {
	text     string
	readable bool
} {
	type body = struct {
		text     string
		readable bool
	}
	return map[string]body{
		"gateway":         {fmt.Sprintf(`{"statusCode":%d,"errorMessage":"no"}`, status), true},
		"code as text":    {fmt.Sprintf(`{"statusCode":"%d","errorMessage":"no"}`, status), true},
		"code alone":      {fmt.Sprintf(`{"statusCode":%d}`, status), true},
		"acquiring":       {fmt.Sprintf(`{"StatusCode":%d,"ErrorMessage":"no"}`, status), true},
		"message":         {`{"message":"no"}`, true},
		"Message":         {`{"Message":"no"}`, true},
		"empty":           {"", false},
		"html":            {"<html>", false},
		"object":          {"{}", false},
		"array":           {"[1]", false},
		"truncated":       {fmt.Sprintf(`{"statusCode":%d,"errorMess`, status), false},
		"bom":             {fmt.Sprintf("\ufeff"+`{"statusCode":%d}`, status), true},
		"twice":           {fmt.Sprintf(`{"statusCode":%d,"statusCode":%d}`, status, status), false},
		"bad code":        {`{"statusCode":"no","errorMessage":"no"}`, false},
		"code of a range": {`{"statusCode":42,"errorMessage":"no"}`, false},
		"code of a kind":  {`{"statusCode":{"a":1},"errorMessage":"no"}`, false},
	}
}

// Every status with every body for every operation: 23 x 16 x 4.
func TestEveryStatusWithEveryBody(t *testing.T) {
	t.Parallel()
	for status, want := range meanings() {
		for name, body := range refusals(status) {
			for _, op := range operations() {
				t.Run(fmt.Sprint(status, ", ", name, ", ", op.name), func(t *testing.T) {
					c, hits := counted(t, status, body.text)
					err := op.call(t.Context(), c)
					at := fmt.Sprintf("%d %s %s", status, name, op.name)
					var e *finik.Error
					require.ErrorAs(t, err, &e, at)
					assert.Equal(t, status, e.StatusCode, at)
					assert.Equal(t, op.name, e.Operation, at)
					assert.Equal(t, body.text, string(e.Body), at)
					assert.Equal(t, want.hits, *hits, at)
					assert.Equal(t, op.write && (want.open || !body.readable), errors.Is(err, finik.ErrOutcomeUnknown), at)
					assertSentinel(t, err, want.sentinel, at)
				})
			}
		}
	}
}

func assertSentinel(t *testing.T, err, want error, at string) {
	t.Helper()
	for _, sentinel := range []error{
		finik.ErrUnauthorized, finik.ErrInsufficientFunds, finik.ErrForbidden, finik.ErrNotFound, finik.ErrDuplicate, finik.ErrRateLimited,
		finik.ErrInvalidRequest, finik.ErrOtherPayment, finik.ErrBadWebhook, finik.ErrPaginationStalled, finik.ErrResponseTooLarge,
	} {
		wanted := want != nil && errors.Is(want, sentinel)
		assert.Equal(t, wanted, errors.Is(err, sentinel), "%s: %v", at, sentinel)
	}
}

// A code in a body counts as much as that of HTTP.
func TestTheCodeInTheBodyOfASuccess(t *testing.T) {
	t.Parallel()
	for status, want := range meanings() {
		for name, text := range map[string]string{
			"number":    fmt.Sprintf(`{"statusCode":%d,"errorMessage":"no"}`, status),
			"text":      fmt.Sprintf(`{"statusCode":"%d"}`, status),
			"acquiring": fmt.Sprintf(`{"StatusCode":"%d","id":"7_x"}`, status),
			"of two":    fmt.Sprintf(`{"statusCode":200,"StatusCode":%d}`, status),
			"services":  fmt.Sprintf(`{"services":[],"statusCode":%d}`, status),
		} {
			for _, op := range operations() {
				t.Run(fmt.Sprint(status, ", ", name, ", ", op.name), func(t *testing.T) {
					c, hits := counted(t, 200, text)
					err := op.call(t.Context(), c)
					at := fmt.Sprintf("%d %s %s", status, name, op.name)
					var e *finik.Error
					require.ErrorAs(t, err, &e, at)
					assert.Equal(t, status, e.StatusCode, at)
					assert.Equal(t, fmt.Sprint(status), e.Code, at)
					assert.Equal(t, want.hits, *hits, at)
					assert.Equal(t, op.write && want.open, errors.Is(err, finik.ErrOutcomeUnknown), at)
					assertSentinel(t, err, want.sentinel, at)
				})
			}
		}
	}
}

func TestTheWorseOfTwoStatuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ http, body, want, hits int }{
		{200, 201, 0, 1},
		{201, 200, 0, 1},
		{200, 400, 400, 1},
		{400, 200, 400, 1},
		{400, 402, 402, 1},
		{404, 402, 404, 1},
		{402, 409, 409, 1},
		{409, 404, 409, 1},
		{404, 302, 302, 1},
		{302, 404, 302, 1},
		{400, 503, 503, 3},
		{502, 400, 502, 3},
		{500, 503, 503, 3},
		{503, 500, 503, 3},
		{409, 500, 500, 3},
		{408, 409, 409, 1},
		{429, 404, 429, 3},
	} {
		t.Run(fmt.Sprint(tt.http, ", ", tt.body), func(t *testing.T) {
			c, hits := counted(t, tt.http, fmt.Sprintf(`{"id":"7_x","status":"SUCCEEDED","transactionId":%q,"statusCode":%d}`, testID, tt.body))
			_, err := c.CreatePayment(t.Context(), transfer(testID))
			assert.Equal(t, tt.hits, *hits, "%v", tt)
			if tt.want == 0 {
				assert.NoError(t, err)
				return
			}
			var e *finik.Error
			require.ErrorAs(t, err, &e, "%v", tt)
			assert.Equal(t, tt.want, e.StatusCode, "%v", tt)
			assert.Equal(t, "7_x", e.PaymentID)
			assert.ErrorIs(t, err, finik.ErrOutcomeUnknown, "%v: a refusal that brings a payment", tt)
		})
	}
}

// An answer that holds a payment of the request is not a definite no, except for one
// that says in both ways that it failed.
func TestAPaymentInAnAnswerIsNeverLost(t *testing.T) {
	t.Parallel()
	const payment, refusal, doubt = "payment", "refusal", "doubt"
	for _, tt := range []struct {
		http   int
		status string
		code   string // "" is none
		want   string
	}{
		{200, "FAILED", "402", payment},
		{200, "failed", `"402"`, payment},
		{201, "CANCELED", "503", payment},
		{200, "FAILED", "409", payment},
		{200, "FAILED", `"no"`, payment},
		{200, "FAILED", "", payment},
		{200, "SUCCEEDED", `"OK"`, payment},
		{200, "PENDING", `{"a":1}`, payment},
		{201, "PENDING", "200", payment},
		{200, "REVERSED", "201", payment},
		{200, "PENDING", "402", doubt},
		{201, "SUCCEEDED", "400", doubt},
		{200, "REVERSED", "404", doubt},
		{200, "PROCESSING", "503", doubt},
		{400, "PENDING", "402", doubt},
		{402, "SUCCEEDED", "", doubt},
		{402, "success", "402", doubt},
		{404, "REVERSED", "404", doubt},
		{403, "PROCESSING", "200", doubt},
		{402, "FAILED", "402", refusal},
		{400, "canceled", "402", refusal},
		{402, "FAILED", "200", doubt},
		{422, "FAILED", "422", doubt},
		{429, "FAILED", "429", doubt},
		{409, "FAILED", "409", doubt},
		{503, "FAILED", "402", doubt},
	} {
		t.Run(fmt.Sprint(tt.http, ", ", tt.status), func(t *testing.T) {
			body := `{"id":"7_x","transactionId":"` + testID + `","errorMessage":"no","status":"` + tt.status + `"`
			if tt.code != "" {
				body += `,"statusCode":` + tt.code
			}
			c, _ := counted(t, tt.http, body+"}")
			p, err := c.CreatePayment(t.Context(), transfer(testID))
			if tt.want == payment {
				require.NoError(t, err, "%v", tt)
				assert.Equal(t, finik.Status(tt.status), p.Status)
				got, err := c.GetPayment(t.Context(), "7_x")
				require.NoError(t, err, "%v: the sibling agrees", tt)
				assert.Equal(t, p, got)
				return
			}
			var e *finik.Error
			require.ErrorAs(t, err, &e, "%v", tt)
			assert.Equal(t, tt.want == doubt, errors.Is(err, finik.ErrOutcomeUnknown), "%v", tt)
			assert.Equal(t, "7_x", e.PaymentID, "%v", tt)
		})
	}
}

// A repeat that is answered with less does not lose what was known before it.
func TestThePaymentThatAnEarlierAttemptNames(t *testing.T) {
	t.Parallel()
	for first, want := range map[string]string{
		`{"id":"7_x","transactionId":"` + testID + `","status":"PENDING","statusCode":503}`: "7_x",
		`{"id":"8_y","transactionId":"other","status":"PENDING","statusCode":503}`:          "",
		`{"id":"8_y","statusCode":503}`: "", // of what, nobody says
	} {
		for _, status := range []int{200, 503} {
			t.Run(fmt.Sprint(first, ", ", status), func(t *testing.T) {
				hits := 0
				c := unsigned(t, finik.BetaURL, over(func(*http.Request) (*http.Response, error) {
					if hits++; hits == 1 {
						return newResponse(status, first), nil
					}
					return newResponse(409, `{"statusCode":409,"errorMessage":"no"}`), nil
				}))
				_, err := c.CreatePayment(t.Context(), transfer(testID))
				require.ErrorIs(t, err, finik.ErrDuplicate)
				var e *finik.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, want, e.PaymentID, first)
				assert.Equal(t, 2, hits)
			})
		}
	}
}

// What is said about the payment of another transaction says nothing about ours,
// and its id is not ours to wait for.
func TestARefusalWithAnotherPayment(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"FAILED", "PENDING"} {
		t.Run(status, func(t *testing.T) {
			c, _ := counted(t, 402, `{"id":"8_y","transactionId":"other","statusCode":402,"status":"`+status+`"}`)
			_, err := c.CreatePayment(t.Context(), transfer(testID))
			var e *finik.Error
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
			assert.Empty(t, e.PaymentID)
		})
	}
}

// A success that is none: a payment may have been made.
func TestSuccessesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"empty": "", "html": "<html>", "null": "null", "array": "[]", "text": `"x"`, "object": "{}", "truncated": `{"id":"7_x","sta`,
		"no id": `{"transactionId":"` + testID + `"}`, "null id": `{"id":null,"transactionId":"` + testID + `"}`,
		"id twice": `{"id":"7_x","id":"7_x","transactionId":"` + testID + `"}`, "trailing": paid(testID) + "x",
		"bad code": `{"id":"7_x","statusCode":"yes","transactionId":"` + testID + `"}`, "two marks": "\ufeff\ufeff" + paid(testID),
		"bad amount": `{"id":"7_x","amount":"much","transactionId":"` + testID + `"}`, "object id": `{"id":{},"transactionId":"` + testID + `"}`,
		"odd transaction": `{"id":"7_x","status":"SUCCEEDED","transactionId":{}}`, "odd status": `{"id":"7_x","status":["SUCCEEDED"],"transactionId":"` + testID + `"}`,
		"twice and odd": `{"id":"7_x","id":"7_x","status":"SUCCEEDED","amount":"much","transactionId":"` + testID + `"}`,
		"code of none":  `{"id":"7_x","statusCode":0,"transactionId":"` + testID + `"}`,
	} {
		for _, status := range []int{200, 201, 202, 204} {
			t.Run(fmt.Sprint(name, ", ", status), func(t *testing.T) {
				if status == 204 && body != "" {
					return
				}
				c, hits := counted(t, status, body)
				_, err := c.CreatePayment(t.Context(), transfer(testID))
				var e *finik.DecodeError
				require.ErrorAs(t, err, &e, name)
				require.ErrorIs(t, err, finik.ErrOutcomeUnknown, name)
				assert.Equal(t, status, e.StatusCode)
				assert.Equal(t, 1, *hits, name)
				assert.NotContains(t, err.Error(), "7_x")

				_, err = c.GetPayment(t.Context(), "7_x")
				require.ErrorAs(t, err, &e, name)
				assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown, name)
			})
		}
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	c, _ := counted(t, 502, `{"statusCode":400,"errorMessage":"secret words"}`, "Retry-After", "3600")
	_, err := c.CreatePayment(t.Context(), transfer(testID))
	require.EqualError(t, err, "finik: CreatePayment: status 502, code 400, payment outcome unknown")
	var e *finik.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "secret words", e.Message)
	assert.InDelta(t, 3600, e.RetryAfter.Seconds(), 0)
	for _, shape := range []string{"errorMessage", "ErrorMessage", "message", "Message"} {
		t.Run(shape, func(t *testing.T) {
			c, _ := counted(t, 403, `{"`+shape+`":"words"}`)
			_, err := c.GetPayment(t.Context(), "1")
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "words", e.Message, shape)
			assert.EqualError(t, err, "finik: GetPayment: status 403 (forbidden)")
		})
	}
	var none *finik.Error
	assert.Equal(t, "finik: no error", none.Error())
	var undecoded *finik.DecodeError
	assert.Equal(t, "finik: no error", undecoded.Error())
}

func TestAnswersThatAreTooLong(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2000)) }, finik.WithMaxResponseBytes(1000))
	_, err := c.CreatePayment(t.Context(), transfer(testID))
	require.ErrorIs(t, err, finik.ErrResponseTooLarge)
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	_, err = c.GetPayment(t.Context(), "1")
	require.ErrorIs(t, err, finik.ErrResponseTooLarge)
	assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
}
