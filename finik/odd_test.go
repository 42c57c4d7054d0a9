package finik_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// Half a surrogate pair or a broken byte costs nothing but the character, other
// than in an id.
func TestOddBytes(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{`\ud83d`, "\xd0"} {
		body := `{"zz":"` + odd + `","id":"7_x","status":"SUCCEEDED","errorMessage":"a` + odd + `","fields":{"comment":"b` + odd + `"},"amount":["odd"],"transactionId":"` + testID + `"}`
		for _, mark := range []string{"", "\ufeff"} {
			p, err := inMemoryAnswer(t, 201, []byte(mark+body)).CreatePayment(t.Context(), transfer(testID))
			require.NoError(t, err)
			assert.Equal(t, "a\uFFFD", p.ErrorMessage, "also where another member is odd")
			comment, ok := p.Field("comment")
			assert.True(t, ok)
			assert.Equal(t, "b\uFFFD", comment)
			assert.Equal(t, body, string(p.Raw))

			_, err = inMemoryAnswer(t, 201, []byte(mark+`{"id":"7`+odd+`","status":"SUCCEEDED","transactionId":"`+testID+`"}`)).CreatePayment(t.Context(), transfer(testID))
			require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
			require.ErrorContains(t, err, " in /id")

			_, err = inMemoryAnswer(t, 402, []byte(mark+`{"statusCode":402,"errorMessage":"no `+odd+`"}`)).CreatePayment(t.Context(), transfer(testID))
			var e *finik.Error
			require.ErrorAs(t, err, &e)
			require.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
			assert.Equal(t, "no \uFFFD", e.Message)

			page, err := inMemoryAnswer(t, 200, []byte(mark+`{"services":[{"id":"a","name_en":"`+odd+`"},{"id":"`+odd+`"}],"total":2}`)).ListServices(t.Context(), finik.ListServicesParams{})
			require.NoError(t, err)
			require.Len(t, page.Services, 1)
			require.Len(t, page.Bad, 1)
			assert.Equal(t, "\uFFFD", page.Services[0].NameEN)
		}
	}
}

// The service's JavaScript signs half a pair as the escape sequence that
// JSON.stringify prints for it: in lower case.
func TestOddBytesInWebhooks(t *testing.T) {
	t.Parallel()
	keys := newHookKeys(t)
	for arrives, signed := range map[string]string{
		`{"id":"p-1","sender":{"firstName":"A \uD83D"},"status":"FAILED"}`:  `{"id":"p-1","sender":{"firstName":"A \ud83d"},"status":"FAILED"}`,
		`{"status":"FAILED","sender":{"firstName":"A \ud83d"},"id":"p-1"}`:  `{"id":"p-1","sender":{"firstName":"A \ud83d"},"status":"FAILED"}`,
		"\ufeff" + `{"id":"p-1","sender":{"firstName":"A \udc00\ud83d"}}`:   `{"id":"p-1","sender":{"firstName":"A \udc00\ud83d"}}`,
		`{"id":"p-1","sender":{"firstName":"A \ud83d\ude00\uDFFF"},"a":[]}`: `{"a":[],"id":"p-1","sender":{"firstName":"A 😀\udfff"}}`,
	} {
		event, err := arrivesSigned(t, keys, arrives, signed)
		require.NoError(t, err, arrives)
		assert.Contains(t, event.Sender.FirstName, "\uFFFD")
	}
	for _, arrives := range []string{`{"id":"\ud83d","status":"FAILED"}`, `{"id":"p-1","status":"FAILED","transactionId":"\ud83d"}`} {
		_, err := arrivesSigned(t, keys, arrives, arrives)
		require.ErrorIs(t, err, finik.ErrBadWebhook)
		require.NotErrorIs(t, err, finik.ErrUnauthorized)
	}
	_, err := finik.Message{Method: http.MethodPost, Host: "h", Path: "/", Body: []byte("{\"sender\":{\"name\":\"\xd0\"}}")}.ReceivedText()
	require.EqualError(t, err, "finik: invalid request: body: must be valid UTF-8 (at byte 19, member sender)")
	_, err = finik.CanonicalJSON([]byte(`{"a":1,"fields":{"x":["\ud83d"]}}`))
	require.EqualError(t, err, "finik: invalid request: body: must not have half a surrogate pair (at byte 29, member fields)")
}

func arrivesSigned(t *testing.T, keys hookKeys, body, signed string) (*finik.Event, error) {
	t.Helper()
	d := newDelivery(keys)
	d.sent(body, signed)
	return keys.webhook().Parse(d.signed(t).request())
}
