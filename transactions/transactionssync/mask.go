package transactionssync

import (
	"strings"

	"github.com/payclients/payclients-go/transactions"
)

// How much of an account MaskAccounts shows.
const (
	shown  = 4         // last characters of an account
	hidden = shown + 1 // at least: otherwise the whole account is masked
)

// MaskAccounts changes t: it replaces each character of SenderAccount and
// RecipientAccount by an asterisk, except the last four. An account of up to eight
// characters is masked completely, and "" stays "". It does not matter whether an
// account is a phone number, a login, a token or a card number. No other field
// changes. A nil t panics.
//
// Raw, and therefore the transaction's JSON, keeps the accounts: see
// [transactions.Transaction.WithoutRaw]. [MapRow] says what a store does with Raw.
func MaskAccounts(t *transactions.Transaction) {
	t.SenderAccount, t.RecipientAccount = masked(t.SenderAccount), masked(t.RecipientAccount)
}

// masked masks one account.
func masked(account string) string {
	characters := []rune(account)
	hide := len(characters) - shown
	if hide < hidden {
		hide = len(characters)
	}
	return strings.Repeat("*", hide) + string(characters[hide:])
}
