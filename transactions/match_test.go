package transactions_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

// TestRowsAreHeldAgainstTheirFilter: a row that is outside for certain is found
// out, and one that a service may give rightly is not.
func TestRowsAreHeldAgainstTheirFilter(t *testing.T) {
	t.Parallel()
	type (
		decimals = transactions.Range[decimal.Decimal]
		statuses = transactions.Exact[transactions.Status]
		flags    = transactions.Exact[bool]
	)
	account := func(c text) filter { return filter{RecipientAccount: c} }
	amount := func(c amounts) filter { return filter{RequestAmount: c} }
	gateway := func(c decimals) filter { return filter{GatewayAmount: c} }
	date := func(c instant) filter { return filter{Date: c} }
	d := func(s string) *decimal.Decimal { return new(decimal.MustParse(s)) }

	for _, c := range []struct {
		name    string
		filter  filter
		row     string // members of it, beside the id
		outside bool
	}{
		{"number", amount(amounts{Equals: new(int64(5))}), `"requestAmount":5`, false},
		{"another number", amount(amounts{Equals: new(int64(5))}), `"requestAmount":6`, true},
		{"number and null", amount(amounts{Equals: new(int64(5))}), `"requestAmount":null`, true},
		{"number and nothing", amount(amounts{Equals: new(int64(5))}), `"other":null`, false},
		{"in", amount(amounts{In: []int64{5, 6}}), `"requestAmount":6`, false},
		{"not in", amount(amounts{In: []int64{5, 6}}), `"requestAmount":7`, true},
		{"lower bound", amount(amounts{GreaterThan: new(int64(5))}), `"requestAmount":6`, false},
		{"at a strict lower bound", amount(amounts{GreaterThan: new(int64(5))}), `"requestAmount":5`, true},
		{"at a lower bound", amount(amounts{GreaterThanOrEqual: new(int64(5))}), `"requestAmount":5`, false},
		{"below", amount(amounts{GreaterThanOrEqual: new(int64(5))}), `"requestAmount":4`, true},
		{"at a strict upper bound", amount(amounts{LessThan: new(int64(5))}), `"requestAmount":5`, true},
		{"above", amount(amounts{LessThanOrEqual: new(int64(5))}), `"requestAmount":6`, true},
		{"bound and null", amount(amounts{LessThanOrEqual: new(int64(5))}), `"requestAmount":null`, true},
		{"notEquals", amount(amounts{NotEquals: new(int64(5))}), `"requestAmount":5`, true},
		{"notEquals and null", amount(amounts{NotEquals: new(int64(5))}), `"requestAmount":null`, false},
		{"notIn", amount(amounts{NotIn: []int64{4, 5}}), `"requestAmount":5`, true},
		{"specified", amount(amounts{Specified: new(true)}), `"requestAmount":null`, true},
		{"specified and nothing", amount(amounts{Specified: new(true)}), `"other":1`, false},
		{"not specified", amount(amounts{Specified: new(false)}), `"requestAmount":5`, true},
		{"not specified and null", amount(amounts{Specified: new(false)}), `"requestAmount":null`, false},

		{"a double's last digits", gateway(decimals{Equals: d("0.30000000000000004")}), `"gatewayAmount":0.3`, false},
		{"a double's bound", gateway(decimals{GreaterThan: d("10000000")}), `"gatewayAmount":1.0E7`, false},
		{"another double", gateway(decimals{Equals: d("0.30000000001")}), `"gatewayAmount":0.3`, true},
		{"a double below", gateway(decimals{GreaterThan: d("10000000")}), `"gatewayAmount":9999999.9`, true},
		{"notEquals of a double", gateway(decimals{NotEquals: d("0.3")}), `"gatewayAmount":0.3`, false},
		{"the largest doubles", gateway(decimals{Equals: d("9999999999999999999")}), `"gatewayAmount":-9999999999999999999`, true},

		{"time", date(instant{GreaterThanOrEqual: new(noon)}), `"date":"2026-01-15T12:00:00Z"`, false},
		{"time cut by the database", date(instant{GreaterThan: new(noon.Add(400))}), `"date":"2026-01-15T12:00:00Z"`, false},
		{"time before", date(instant{GreaterThanOrEqual: new(noon)}), `"date":"2026-01-15T11:59:59Z"`, true},
		{"time after", date(instant{LessThan: new(noon)}), `"date":"2026-01-15T12:00:01Z"`, true},
		{"time and null", date(instant{LessThan: new(noon)}), `"date":null`, true},
		{"time in a layout of its own", date(instant{LessThan: new(noon)}), `"date":"15 Jan"`, false},
		{"times not specified", date(instant{Specified: new(false)}), `"date":"2026-01-15T12:00:01Z"`, true},
		{"equal times", date(instant{Equals: new(noon)}), `"date":"2026-01-15T12:00:00.000001Z"`, false},
		{"times in a list", date(instant{In: []time.Time{noon, noon.Add(time.Hour)}}), `"date":"2026-01-15T12:30:00Z"`, true},

		{"name", filter{Status: statuses{Equals: new(transactions.StatusSuccess)}}, `"status":"SUCCESS"`, false},
		{"another name", filter{Status: statuses{Equals: new(transactions.StatusSuccess)}}, `"status":"CHECK_OK"`, true},
		{"name and null", filter{Status: statuses{In: []transactions.Status{"SUCCESS"}}}, `"status":null`, true},
		{"not the name", filter{Status: statuses{NotIn: []transactions.Status{"TEST"}}}, `"status":"TEST"`, true},
		{"flag", filter{SenderSuccess: flags{Equals: new(false)}}, `"senderSuccess":true`, true},
		{"flag and null", filter{SenderSuccess: flags{NotEquals: new(true)}}, `"senderSuccess":null`, false},
		{"flag specified", filter{SenderSuccess: flags{Specified: new(true)}}, `"senderSuccess":null`, true},

		{"text", account(text{Equals: new("abc")}), `"recipientAccount":"abc"`, false},
		{"text in another case", account(text{Equals: new("abc")}), `"recipientAccount":"ABC"`, false},
		{"text with blanks at the end", account(text{Equals: new("abc")}), `"recipientAccount":"abc  "`, false},
		{"another text", account(text{Equals: new("abc")}), `"recipientAccount":"abd"`, true},
		{"another text beyond ASCII", account(text{Equals: new("abc")}), `"recipientAccount":"äbc"`, false},
		{"masked text", account(text{Equals: new("998000000001")}), `"recipientAccount":"9980****01"`, false},
		{"text and null", account(text{Equals: new("abc")}), `"recipientAccount":null`, true},
		{"text and the empty one", account(text{Equals: new("abc")}), `"recipientAccount":""`, true},
		{"text and nothing", account(text{Equals: new("abc")}), `"other":""`, false},
		{"text in a list", account(text{In: []string{"a", "b"}}), `"recipientAccount":"c"`, true},
		{"contained", account(text{Contains: new("bC")}), `"recipientAccount":"abcd"`, false},
		{"not contained", account(text{Contains: new("bd")}), `"recipientAccount":"abcd"`, true},
		{"contained and null", account(text{Contains: new("bd")}), `"recipientAccount":null`, true},
		{"doesNotContain", account(text{DoesNotContain: new("i")}), `"recipientAccount":"i"`, false},
		{"notEquals of a text", account(text{NotEquals: new("a")}), `"recipientAccount":"a"`, true},
		{"notEquals in another case", account(text{NotEquals: new("a")}), `"recipientAccount":"A"`, false},
		{"notIn of texts", account(text{NotIn: []string{"a"}}), `"recipientAccount":"a"`, true},
		{"text specified", account(text{Specified: new(true)}), `"recipientAccount":null`, true},
		{"text specified and empty", account(text{Specified: new(true)}), `"recipientAccount":""`, false},
		{"text not specified", account(text{Specified: new(false)}), `"recipientAccount":"a"`, true},
		{"text not specified and empty", account(text{Specified: new(false)}), `"recipientAccount":""`, false},
		{"unchecked, an unknown name", filter{Unchecked: map[string][]string{"promo.equals": {"a"}}}, `"promo":"b"`, false},
		{"unchecked, a documented name", filter{Unchecked: map[string][]string{"recipientAccount.equals": {"a"}}}, `"recipientAccount":"b"`, true},
		{"unchecked, met", filter{Unchecked: map[string][]string{"recipientAccount.equals": {"a"}}}, `"recipientAccount":"A"`, false},
		{"unchecked, what no filter may say", filter{Unchecked: map[string][]string{"recipientAccount.equals": {""}}}, `"recipientAccount":"b"`, false},
		{"unchecked, two of which one counts", filter{Unchecked: map[string][]string{"recipientAccount.contains": {"a"}, "recipientAccount.notEquals": {"a"}}}, `"recipientAccount":"a"`, false},
		{"unchecked, a pattern", filter{Unchecked: map[string][]string{"recipientAccount.contains": {"a_c"}}}, `"recipientAccount":"xabcx"`, false},
		{"unchecked, not even the pattern", filter{Unchecked: map[string][]string{"recipientAccount.contains": {"a_c"}}}, `"recipientAccount":"ac"`, true},
		{"unchecked, an escape", filter{Unchecked: map[string][]string{"recipientAccount.contains": {`a\_c`}}}, `"recipientAccount":"x"`, false},
		{"a field beside an unchecked name", filter{CreatedBy: text{Equals: new("a")}, Unchecked: map[string][]string{"promo.equals": {"a"}}}, `"createdBy":"b"`, true},
		{"recipientName", filter{RecipientName: text{Equals: new("ucell")}}, `"recipientName":"beeline"`, true},
		{"category", filter{Category: text{NotIn: []string{"test", "debug"}}}, `"category":"debug"`, true},
		{"comment", filter{Comment: text{Specified: new(false)}}, `"comment":"x"`, true},
		{"comment and the empty one", filter{Comment: text{Specified: new(false)}}, `"comment":""`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := answer(t, http.StatusOK, `[{"id":7,`+c.row+`}]`)
			page, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{Filter: c.filter})
			if c.outside {
				require.ErrorIs(t, err, transactions.ErrFilterIgnored)
				assert.NotContains(t, err.Error(), "abd", "no value of a row")
				return
			}
			require.NoError(t, err)
			assert.Len(t, page.Transactions, 1)
		})
	}
}
