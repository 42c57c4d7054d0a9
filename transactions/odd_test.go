package transactions_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

// Half a surrogate pair or a broken byte costs nothing but the character, other
// than in an id.
func TestOddBytes(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{`\ud83d`, "\xd0"} {
		row := `{"zz":"` + odd + `","comment":"a` + odd + `","id":7}`
		for _, body := range []string{"[" + row + "]", "\ufeff[" + row + "]", "\ufeff" + ` {"content":[` + row + `],"zz":"` + odd + `"}`, "\ufeff" + row} {
			page, err := answer(t, 200, body).ListTransactions(t.Context(), transactions.ListTransactionsParams{})
			require.NoError(t, err, body)
			require.Empty(t, page.Bad)
			require.Len(t, page.Transactions, 1)
			assert.Equal(t, "a\uFFFD", page.Transactions[0].Comment)
			assert.Equal(t, row, string(page.Transactions[0].Raw))
		}
		for _, name := range []string{"requestTrId", "senderTrId", "recipientTrId"} {
			bad := `{"id":8,"` + name + `":"1` + odd + `"}`
			page, err := answer(t, 200, "["+row+","+bad+"]").ListTransactions(t.Context(), transactions.ListTransactionsParams{})
			require.NoError(t, err)
			require.Len(t, page.Transactions, 1)
			require.Len(t, page.Bad, 1)
			assert.Equal(t, bad, string(page.Bad[0].Raw))
			assert.ErrorContains(t, page.Bad[0].Err, " in /"+name)
		}
		_, err := answer(t, 400, "\ufeff"+`{"title":"no `+odd+`","message":"error.validation","fieldErrors":[{"field":"a`+odd+`"}]}`).ListTransactions(t.Context(), transactions.ListTransactionsParams{})
		var e *transactions.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "error.validation", e.Code)
		assert.Equal(t, "no \uFFFD", e.Message)
		assert.Equal(t, []transactions.FieldError{{Field: "a\uFFFD"}}, e.FieldErrors)
	}
}
