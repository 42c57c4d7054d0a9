package wallet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// Half a surrogate pair or a broken byte costs nothing but the character, other
// than in an id.
func TestOddBytes(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{`\ud83d`, "\xd0"} {
		row := `{"zz":"` + odd + `","id":1,"status":"created","service":{"name":"a` + odd + `"}}`
		meta := `"meta":{"code":200,"zz":"` + odd + `"}`
		for _, mark := range []string{"", "\ufeff"} {
			got, err := answer(t, 200, mark+`{"zz":"`+odd+`",`+meta+`,"data":`+row+`}`).CreatePayment(t.Context(), phoneBill(testID))
			require.NoError(t, err)
			assert.Equal(t, "a\uFFFD", got.Payment.Service.Name)
			assert.Equal(t, row, string(got.Payment.Raw))
			page, err := answer(t, 200, mark+`{`+meta+`,"data":[`+row+`,{"id":2,"client_payment_id":"`+odd+`"}]}`).ListPayments(t.Context(), wallet.ListPaymentsParams{})
			require.NoError(t, err)
			require.Len(t, page.Payments, 1)
			require.Len(t, page.Bad, 1)
			assert.ErrorContains(t, page.Bad[0].Err, " in /client_payment_id")

			_, err = answer(t, 422, mark+`{"meta":{"code":422,"error":"no_money","error_message":"a`+odd+`"}}`).CreatePayment(t.Context(), phoneBill(testID))
			var e *wallet.Error
			require.ErrorAs(t, err, &e)
			require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
			assert.Equal(t, "no_money", e.Code)
			assert.Equal(t, "a\uFFFD", e.Message)

			_, err = answer(t, 200, mark+`{"meta":{"code":200,"error":"`+odd+`"},"data":`+row+`}`).CreatePayment(t.Context(), phoneBill(testID))
			require.ErrorAs(t, err, &e, "an error is one however it is spelled")

			hook := wallet.Webhook{AppID: "app", AppSecret: "secret0000000000"}
			event := `{"created_at":"2026-01-15T10:00:00+03:00","payment":` + row + `,"from":"processing","to":"completed","type":"complete","zz":"` + odd + `"}`
			r, err := wallettest.Run(t, wallettest.WithWebhook(hook)).NewWebhookRequest(t.Context(), "https://shop.example.com/hook", []byte(mark+event))
			require.NoError(t, err)
			is, err := hook.Parse(r)
			require.NoError(t, err)
			assert.Equal(t, event, string(is.Raw))
			assert.Equal(t, "a\uFFFD", is.Payment.Service.Name)
		}
	}
}
