package ecommpay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
)

// Half a surrogate pair or a broken byte costs nothing but the character, other
// than in an id and where the signature counts.
func TestOddBytes(t *testing.T) {
	t.Parallel()
	january := ecommpay.ListOperationsParams{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC)}
	for odd, rule := range map[string]string{`\ud83d`: "must not have half a surrogate pair (at byte ", "\xd0": "must be valid UTF-8 (at byte "} {
		good := `{"operation_id":"6"}`
		row := `{"zz":"` + odd + `","operation_id":"7","payment_description":"a` + odd + `"}`
		bad := `{"operation_id":"8","payment_id":"` + odd + `"}`
		off := ecommpay.WithResponseVerification(ecommpay.VerifyOff)
		for _, mark := range []string{"", "\ufeff"} {
			page, err := answer(t, 200, mark+`{"operations":[`+good+","+row+","+bad+`],"zz":"`+odd+`"}`, off).ListOperations(t.Context(), january)
			require.NoError(t, err)
			require.Len(t, page.Operations, 2)
			assert.Equal(t, "a\uFFFD", page.Operations[1].PaymentDescription)
			assert.Equal(t, row, string(page.Operations[1].Raw))
			require.Len(t, page.Bad, 1)
			assert.ErrorContains(t, page.Bad[0].Err, " in /payment_id")

			for member, list := range map[string]string{
				", row 1, member payment_description)": `[` + good + `,{"payment_description":"` + odd + `"}]`,
				", row 0, member zz)":                  `[{"zz":{"a":["` + odd + `"]}}]`,
				", row 2)":                             `[1,2,{"a` + odd + `":1}]`,
				", row 0)":                             `[{"+996000000001":"` + odd + `"}]`,
			} {
				_, err = answer(t, 200, mark+`{"operations":`+list+`,"signature":"x"}`).ListOperations(t.Context(), january)
				var e *ecommpay.SignatureError
				require.ErrorAs(t, err, &e, list)
				assert.True(t, e.Unverifiable)
				assert.ErrorContains(t, err, "bad signature: the answer "+rule)
				assert.ErrorContains(t, err, member)
			}
			var e *ecommpay.Error
			require.ErrorAs(t, get(t, answer(t, 400, mark+`{"message":"no `+odd+`","code":12,"status":400}`)), &e)
			assert.Equal(t, "no \uFFFD", e.Message)
			assert.Equal(t, "12", e.Code)
		}
	}
}

func TestByteOrderMarkIsNotSigned(t *testing.T) {
	t.Parallel()
	signed := signedBody(t, []byte(`{"operations":[]}`))
	require.NoError(t, ecommpay.Verify(benchSecret, append([]byte("\ufeff"), signed...)))
	require.ErrorIs(t, ecommpay.Verify(benchSecret, append([]byte("\ufeff\ufeff"), signed...)), ecommpay.ErrBadSignature)
	_, err := ecommpay.Sign(benchSecret, []byte("\ufeff{}"))
	require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
	var e *ecommpay.SignatureError
	require.ErrorAs(t, ecommpay.Verify(benchSecret, []byte(`{"a":1,"signature":"eA=="}`)), &e)
	assert.False(t, e.Unverifiable)
	require.ErrorAs(t, ecommpay.Verify(benchSecret, []byte(`{"a":1,"\u0061":1,"signature":"eA=="}`)), &e)
	assert.True(t, e.Unverifiable)
}
