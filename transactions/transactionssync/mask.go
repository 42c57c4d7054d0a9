package transactionssync

import (
	"strings"

	"github.com/payclients/payclients-go/transactions"
)

const (
	shown  = 4         // characters of an account at its end
	hidden = shown + 1 // at least: else an account is masked whole
)

// MaskAccounts puts an asterisk in place of each character of SenderAccount and
// RecipientAccount but the last four; an account of up to eight characters is
// masked whole. It does not tell phones, logins, tokens and numbers of cards
// apart. Raw, and so the transaction's JSON, stays what it was: see
// [transactions.Transaction.WithoutRaw]. In a store it is replaced, see [MapRow].
func MaskAccounts(t *transactions.Transaction) {
	t.SenderAccount, t.RecipientAccount = masked(t.SenderAccount), masked(t.RecipientAccount)
}

func masked(account string) string {
	characters := []rune(account)
	hide := len(characters) - shown
	if hide < hidden {
		hide = len(characters)
	}
	return strings.Repeat("*", hide) + string(characters[hide:])
}
