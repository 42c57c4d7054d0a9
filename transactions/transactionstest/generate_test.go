package transactionstest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func TestGenerateIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	hash := func(p transactionstest.Plan) string {
		h := sha256.New()
		for _, tr := range transactionstest.Generate(p) {
			h.Write(tr.Raw)
		}
		return hex.EncodeToString(h.Sum(nil))
	}
	plan := transactionstest.Plan{Transactions: 1000, Seed: 1, From: time.Date(2026, time.January, 10, 0, 0, 0, 0, time.UTC), Days: 3}
	assert.Equal(t, "9f8dda5a35f554e33961e2bdd7df2f3c79913fd2f143a7fac4fffd23d7a63ba7", hash(plan))
	other := plan
	other.Seed = 2
	assert.NotEqual(t, hash(plan), hash(other))
	assert.Panics(t, func() { transactionstest.Generate(transactionstest.Plan{Transactions: 1, Days: -1}) })
}

func TestGenerateFieldsAreThoseOfRaw(t *testing.T) {
	t.Parallel()
	for _, tr := range transactionstest.Generate(transactionstest.Plan{Transactions: 3000, Seed: 5, Days: 2}) {
		var decoded transactions.Transaction
		require.NoError(t, json.Unmarshal(tr.Raw, &decoded), string(tr.Raw))
		require.True(t, assert.ObjectsAreEqual(*tr, decoded), string(tr.Raw))
	}
}

// TestGenerateIsVaried: what a client must cope with occurs, and nothing in it
// can be a card.
func TestGenerateIsVaried(t *testing.T) {
	t.Parallel()
	made := transactionstest.Generate(transactionstest.Plan{Transactions: 1500, Seed: 6, Days: 3, FirstID: 7})
	var all strings.Builder
	cards := 0
	for i, tr := range made {
		assert.EqualValues(t, 7+i, tr.ID)
		all.Write(tr.Raw)
		if regexp.MustCompile(`^\d{16}$`).MatchString(tr.RecipientAccount) {
			cards++
			assert.False(t, luhn(tr.RecipientAccount), tr.RecipientAccount)
		}
	}
	assert.Greater(t, cards, 50)
	for _, pattern := range []string{
		`"gatewayAmount":\d+,`, `"gatewayAmount":\d+\.0,`, `"gatewayAmount":\d+\.\d\d,`, `"gatewayAmount":\d\.\d+E\d,`,
		`"date":"[^".]+Z"`, `"date":"[^"]+\.\d{3}Z"`, `"date":"[^"]+\.\d{6}Z"`, `"date":"[^"]+\.\d{9}Z"`,
		`"status":"SUCCESS"`, `"status":"CHECK_OK"`, `"payType":null`, `"payType":"TEST"`, `"senderDate":null`, `"senderStatus":""`,
		`"recipientStatus":"true"`, `"eposMerchant":"-"`, `"requestCcy":860`, `"requestCcy":840`, `"recipientAccount":"[0-9a-f]{32}"`,
	} {
		assert.True(t, regexp.MustCompile(pattern).MatchString(all.String()), pattern)
	}
}

func luhn(digits string) bool {
	sum := 0
	for i, c := range digits {
		n := int(c - '0')
		if (len(digits)-i)%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

func TestSeedRendersAsJavaDoes(t *testing.T) {
	t.Parallel()
	srv := start(t)
	for amount, want := range map[string]string{
		"0": "0.0", "1000": "1000.0", "1000.50": "1000.5", "10000000": "1.0E7", "12345678.9": "1.23456789E7", "9999999.99": "9999999.99",
		"0.001": "0.001", "0.00012": "1.2E-4", "-25000000": "-2.5E7", "-1.5": "-1.5",
	} {
		srv.Seed(&transactions.Transaction{ID: 1, GatewayAmount: new(decimal.MustParse(amount))})
		assert.Contains(t, string(srv.Rows()[0].Raw), `"gatewayAmount":`+want+`,`)
	}
	srv.Seed(&transactions.Transaction{Comment: "\"<é>\n"})
	row := srv.Rows()[1]
	assert.EqualValues(t, 2, row.ID, "above all others")
	assert.Equal(t, row.Date, row.LastModifiedDate)
	var decoded transactions.Transaction
	require.NoError(t, json.Unmarshal(row.Raw, &decoded))
	assert.Equal(t, "\"<é>\n", decoded.Comment)

	srv.Seed(&transactions.Transaction{Raw: json.RawMessage(`{"id":9,"comment":"x"}`)})
	assert.Equal(t, "x", srv.Rows()[2].Comment)
	assert.Panics(t, func() { srv.Seed(&transactions.Transaction{Raw: json.RawMessage(`{`)}) })
	assert.Panics(t, func() { srv.Update(77, func(*transactions.Transaction) {}) })
	srv.Update(9, func(tr *transactions.Transaction) {
		tr.Comment = "y"
		tr.Raw = json.RawMessage(`{"id":9,"comment":"z"}`)
	})
	assert.Equal(t, `{"id":9,"comment":"z"}`, string(srv.Rows()[2].Raw))
}
