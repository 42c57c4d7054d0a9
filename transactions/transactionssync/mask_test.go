package transactionssync_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
)

func TestMaskAccounts(t *testing.T) {
	t.Parallel()
	for account, want := range map[string]string{
		"":                                 "",
		"1":                                "*",
		"1234":                             "****",
		"user":                             "****",
		"+9960000":                         "********",
		"+99600000":                        "*****0000",
		"+996000000001":                    "*********0001",
		"8600000000000001":                 "************0001",
		"7b47030c6ec87ffa4f8c13ec44da9cea": "****************************9cea",
		"payer@example.com":                "*************.com",
		"пользователь":                     "********тель",
		"\xff\xff\xff\xff\xff\xff\xff\xff": "********",
	} {
		row := transactions.Transaction{ID: 7, SenderAccount: account, RecipientAccount: account + account, SenderName: "Test Payer"}
		twice := transactions.Transaction{RecipientAccount: account + account}
		transactionssync.MaskAccounts(&row)
		transactionssync.MaskAccounts(&twice)
		assert.Equal(t, transactions.Transaction{ID: 7, SenderAccount: want, RecipientAccount: twice.RecipientAccount, SenderName: "Test Payer"}, row)
	}
	row := transactions.Transaction{RecipientAccount: "8600000000000001", Raw: []byte(`{"recipientAccount":"8600000000000001"}`)}
	transactionssync.MaskAccounts(&row)
	assert.Equal(t, "************0001", row.RecipientAccount)
	assert.Contains(t, string(row.Raw), "8600000000000001")
}
