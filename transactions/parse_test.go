package transactions_test

import (
	"maps"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func parseQuery(t testing.TB, text string) (transactions.Filter, error) {
	t.Helper()
	values, err := url.ParseQuery(text)
	require.NoError(t, err)
	before := maps.Clone(values)
	f, err := transactions.ParseFilter(values)
	require.Equal(t, before, values, "the caller's values are left alone")
	return f, err
}

func TestParseFilter(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.January, 15, 7, 0, 0, 500, time.UTC)
	for sent, want := range map[string]filter{
		"": {},
		"status.equals=SUCCESS&requestAmount.greaterThan=1000": {
			Status:        transactions.Exact[transactions.Status]{Equals: new(transactions.StatusSuccess)},
			RequestAmount: amounts{GreaterThan: new(int64(1000))},
		},
		"recipientCcy.in=860,%20840":                              {RecipientCcy: transactions.Range[int32]{In: []int32{860, 840}}},
		"recipientCcy.notIn=860&recipientCcy.notIn=840":           {RecipientCcy: transactions.Range[int32]{NotIn: []int32{860, 840}}},
		"createdBy.in=a,b+,%20c":                                  {CreatedBy: text{In: []string{"a", "b", "c"}}},
		"createdBy.in=a,b&createdBy.in=%20c":                      {CreatedBy: text{In: []string{"a,b", " c"}}},
		"createdBy.equals=a,b+":                                   {CreatedBy: text{Equals: new("a,b ")}},
		"createdBy.doesNotContain=x":                              {CreatedBy: text{DoesNotContain: new("x")}},
		"createdBy.contains=mobile_app%25":                        {CreatedBy: text{Contains: new("mobile_app%")}},
		"recipientName.in=ucell,beeline,ums":                      {RecipientName: text{In: []string{"ucell", "beeline", "ums"}}},
		"comment.specified=false&category.notIn=test,debug":       {Comment: text{Specified: new(false)}, Category: text{NotIn: []string{"test", "debug"}}},
		"createdBy.specified=false":                               {CreatedBy: text{Specified: new(false)}},
		"senderSuccess.in=true,false&distinct=true":               {SenderSuccess: transactions.Exact[bool]{In: []bool{true, false}}, Distinct: true},
		"distinct=false":                                          {},
		"gatewayAmount.lessThan=1.0E7":                            {GatewayAmount: transactions.Range[decimal.Decimal]{LessThan: new(decimal.MustParse("10000000"))}},
		"gatewayAmount.equals=100.00":                             {GatewayAmount: transactions.Range[decimal.Decimal]{Equals: new(decimal.MustParse("100.00"))}},
		"date.equals=2026-01-15T07:00:00.0000005Z":                {Date: instant{Equals: &at}},
		"date.equals=2026-01-15T12:00:00.0000005%2B05:00":         {Date: instant{Equals: &at}},
		"id.greaterThanOrEqual=1&id.lessThanOrEqual=1&id.notIn=2": {ID: amounts{GreaterThanOrEqual: new(int64(1)), LessThanOrEqual: new(int64(1)), NotIn: []int64{2}}},
	} {
		t.Run(sent, func(t *testing.T) {
			got, err := parseQuery(t, sent)
			require.NoError(t, err, sent)
			assert.Equal(t, want, got, sent)
		})
	}
}

// A number of a card or an account that got into the place of a name.
func TestErrorsQuoteNoLongNumbers(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"4000000000000002=x": `"…": is unknown`,
		"id.400000000000=x":  `"id.…": is not an operation`,
		"x50000000000=x":     `"x50000000000": is unknown`, // eleven digits
		strings.Repeat("x", 60) + "4000000000000002=x":    strings.Repeat("x", 60),
		"senderAccount4000000000000002.4000000000000002=": `"senderAccount….…": is unknown`,
	} {
		t.Run(sent, func(t *testing.T) {
			_, err := parseQuery(t, sent)
			require.ErrorIs(t, err, transactions.ErrInvalidRequest)
			require.ErrorContains(t, err, want)
			assert.NotContains(t, err.Error(), "4000", "nor the beginning of one", sent)
		})
	}
}

func TestParseFilterRefuses(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"statuss.equals=SUCCESS":                      `"statuss.equals": is unknown`,
		"Status.equals=SUCCESS":                       `"Status.equals": is unknown`,
		"promo.equals=x":                              `"promo.equals": is unknown`,
		"page=1":                                      `"page": is unknown`,
		"size=1&sort=id":                              `"size": is unknown; "sort": is unknown`,
		"status=SUCCESS":                              `"status": is not an operation of this field`,
		"status.contains=SUCCESS":                     `"status.contains": is not an operation of this field`,
		"createdBy.greaterThan=a":                     `"createdBy.greaterThan": is not an operation of this field`,
		"id.Equals=1":                                 `"id.Equals": is not an operation of this field`,
		"id.equals.x=1":                               `"id.equals.x": is not an operation of this field`,
		"id.greaterOrEqualThan=1":                     `"id.greaterOrEqualThan": is an old name of greaterThanOrEqual`,
		"id.lessOrEqualThan=1":                        `"id.lessOrEqualThan": is an old name of lessThanOrEqual`,
		"id.equals=1&id.equals=1":                     `"id.equals": must be given once`,
		"id.specified=true&id.specified=false":        `"id.specified": must be given once`,
		"distinct=true&distinct=true":                 `"distinct": must be given once`,
		"distinct=yes":                                `"distinct": must be true or false`,
		"senderSuccess.equals=1":                      `"senderSuccess.equals": must be true or false`,
		"id.equals=":                                  `"id.equals": must be a whole number of 64 bits`,
		"id.equals=%2B1":                              `"id.equals": must be a whole number of 64 bits`,
		"id.equals=007":                               `"id.equals": must be a whole number of 64 bits`,
		"id.equals=9223372036854775808":               `"id.equals": must be a whole number of 64 bits`,
		"id.in=1,,2":                                  `"id.in": must be a whole number of 64 bits`,
		"id.in=1,2&id.in=3":                           `"id.in": must be a whole number of 64 bits`,
		"requestCcy.equals=2147483648":                `"requestCcy.equals": must be a whole number of 32 bits`,
		"gatewayAmount.equals=1,5":                    `"gatewayAmount.equals": must be a decimal number of at most 19 digits`,
		"gatewayAmount.equals=NaN":                    `"gatewayAmount.equals": must be a decimal number of at most 19 digits`,
		"gatewayAmount.equals=1e99":                   `"gatewayAmount.equals": must be a decimal number of at most 19 digits`,
		"gatewayAmount.equals=0.12345678901234567891": `"gatewayAmount.equals": must be a decimal number of at most 19 digits`,
		"date.equals=2026-01-15":                      `"date.equals": must be a time of RFC 3339, for example 2026-01-15T00:00:00Z`,
		"date.equals=2026-01-15T12:00:00+05:00":       `"date.equals": must be a time of RFC 3339, for example 2026-01-15T00:00:00Z`,
		"date.equals=2026-01-15T12:00:00,5Z":          `"date.equals": must be a time of RFC 3339, for example 2026-01-15T00:00:00Z`,
		"date.equals=2026-01-15T12:00:00.1234567890Z": `"date.equals": must be a time of RFC 3339, for example 2026-01-15T00:00:00Z`,
		"date.equals=0001-01-01T00:00:00Z":            `"date.equals": must not be the zero time`,
		"date.equals=9999-12-31T23:00:00-05:00":       `"date.equals": must be of a year from 1 to 9999`,
		"status.equals=1":                             `status.equals: must be a constant's name: letters, digits and underscores`,
		"status.equals=A%20B":                         `status.equals: must be a constant's name: letters, digits and underscores`,
		"createdBy.in=":                               `createdBy.in: must not be empty`,
		"createdBy.in=a,,b":                           `createdBy.in: must not be empty`,
		"createdBy.contains=a%5C":                     `createdBy.contains: must not hold \, which acts as an escape in a pattern: see Filter.Unchecked`,
		"createdBy.doesNotContain=a%25":               `createdBy.doesNotContain: must not hold %, _ or \, which act as a pattern: see Filter.Unchecked`,
		"createdBy.contains=a&createdBy.notEquals=b":  `createdBy.contains: must stand alone, since the service would ignore notEquals`,
		"id.greaterThan=2&id.lessThan=1":              `id: must end after its start`,
		"=x":                                          `"": is unknown`,
		strings.Repeat("a", 100) + "=x":               `"` + strings.Repeat("a", 64) + `…": is unknown`,
		"a%0Ab=x":                                     `"a\nb": is unknown`,
	} {
		t.Run(sent, func(t *testing.T) {
			f, err := parseQuery(t, sent)
			require.ErrorIs(t, err, transactions.ErrInvalidRequest, sent)
			assert.Equal(t, "transactions: invalid request: "+want, err.Error(), sent)
			assert.True(t, f.IsZero(), "nothing half read")
		})
	}
	_, err := transactions.ParseFilter(url.Values{"id.equals": {}, "id.in": {}, "senderAccount.in": nil})
	assert.EqualError(t, err, `transactions: invalid request: "id.equals": must be given once; `+
		`id.in: must not be an empty list; senderAccount.in: must not be an empty list`)
}

// TestParseFilterQuotesNoValues: what a user sent may be an account.
func TestParseFilterQuotesNoValues(t *testing.T) {
	t.Parallel()
	const account = "8600000000000000"
	for _, name := range []string{
		"id.in", "requestCcy.equals", "senderSuccess.equals", "date.lessThan", "createdBy.contains", "recipientAccount.in",
		"status.equals", "distinct", "x.equals", "page", "comment.doesNotContain",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := transactions.ParseFilter(url.Values{name: {account + `%\,`}})
			require.Error(t, err, name)
			assert.NotContains(t, err.Error(), account)
		})
	}
}

// FuzzParseFilter: whatever comes, a filter that is taken is one that encodes to
// something that parses to it again, and that the service reads in full.
func FuzzParseFilter(f *testing.F) {
	m := &filterMaker{Rand: rand.New(rand.NewPCG(4, 0)), rows: propertyRows()}
	for range 50 {
		values, err := m.make().filter.Values()
		require.NoError(f, err)
		f.Add(values.Encode())
	}
	for _, seed := range []string{
		"id.in=1,,2", "id.equals=-0", "gatewayAmount.equals=-0.0e-19", "date.equals=2026-01-15T24:00:00Z", "status.in=,", "createdBy.in=%20,%20", "distinct", "a.b.c=%ff",
		"gatewayAmount.in=1e19,9999999999999999999", "date.in=9999-12-31T23:59:59.999999999Z", "createdBy.equals=%C2%85", "id.specified=TRUE",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		values, err := url.ParseQuery(sent)
		if err != nil {
			return
		}
		filter, err := transactions.ParseFilter(values)
		if err != nil {
			require.ErrorIs(t, err, transactions.ErrInvalidRequest)
			require.True(t, filter.IsZero())
			return
		}
		encoded, err := filter.Values()
		require.NoError(t, err)
		again, err := transactions.ParseFilter(encoded)
		require.NoError(t, err)
		require.Equal(t, filter, again)
		read := transactionstest.Understand(encoded)
		require.Empty(t, read.Ignored)
		for _, name := range read.Bad { // the fake knows constants in capitals only
			require.Regexp(t, `^(status|payType)\.`, name)
		}
		require.Len(t, read.Evaluated, len(encoded)-len(read.Bad))
	})
}
