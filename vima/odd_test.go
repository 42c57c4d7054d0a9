package vima_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

// Half a surrogate pair or a broken byte costs nothing but the character, other
// than in an id.
func TestOddBytes(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{`\ud83d`, "\xd0"} {
		t.Run(odd, func(t *testing.T) {
			row := `{"zz":"` + odd + `","contact":"a` + odd + `","payment_custom_data":["` + odd + `"],"operation_id":"7","create_params":{"params":{"payment":{"payer":{"person":{"first_name":"` + odd + `"}}}}}}`
			for i, body := range []string{"[" + row + "]", "\ufeff[" + row + "]", "\ufeff" + ` {"operations":[` + row + `],"zz":"` + odd + `"}`} {
				t.Run(fmt.Sprint("body ", i), func(t *testing.T) {
					page, err := answer(t, 200, body).ListOperations(t.Context(), vima.ListOperationsParams{})
					require.NoError(t, err, body)
					require.Empty(t, page.Bad)
					require.Len(t, page.Operations, 1)
					o := page.Operations[0]
					assert.Equal(t, "a\uFFFD", o.Contact)
					assert.Equal(t, "\uFFFD", o.CreateParams.Params.Payment.Payer.Person.FirstName)
					assert.Equal(t, json.RawMessage(`["`+odd+`"]`), o.PaymentCustomData)
					assert.Equal(t, row, string(o.Raw))
				})
			}
			for pointer, bad := range map[string]string{
				"/operation_id":                                  `{"operation_id":"7` + odd + `"}`,
				"/client_operation_id":                           `{"operation_id":"7","client_operation_id":"` + odd + `"}`,
				"/operation_update_id":                           `{"operation_id":"7","operation_update_id":"` + odd + `"}`,
				"/card_start/0/payment_id":                       `{"operation_id":"7","card_start":[{"payment_id":"` + odd + `"}]}`,
				"/create_params/params/payment/identifiers/c_id": `{"operation_id":"7","create_params":{"params":{"payment":{"identifiers":{"c_id":"` + odd + `"}}}}}`,
			} {
				t.Run(pointer, func(t *testing.T) {
					page, err := answer(t, 200, "["+row+","+bad+"]").ListOperations(t.Context(), vima.ListOperationsParams{})
					require.NoError(t, err)
					require.Len(t, page.Operations, 1)
					require.Len(t, page.Bad, 1, bad)
					assert.Equal(t, bad, string(page.Bad[0].Raw))
					assert.ErrorContains(t, page.Bad[0].Err, "JSON: syntax error at offset ")
					assert.ErrorContains(t, page.Bad[0].Err, " in "+pointer)
				})
			}
			var e *vima.Error
			require.ErrorAs(t, get(t, answer(t, 400, "\ufeff"+`{"error":"no `+odd+`","code":"12"}`)), &e)
			assert.Equal(t, "no \uFFFD", e.Message)
			assert.Equal(t, "12", e.Code)
		})
	}
	var e *vima.DecodeError
	require.ErrorAs(t, get(t, answer(t, 200, "[\x00{\x00}\x00]\x00")), &e)
	assert.ErrorContains(t, e, "the text is in UTF-16 or UTF-32, it must be in UTF-8")
}
