package ecommpay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every member of a balance except its name is money, for any currency
// called, or the row is bad.
func TestNoAmountOfABalanceVanishes(t *testing.T) {
	t.Parallel()
	for row, want := range map[string]map[string]int64{
		`{"name":"crypto","USDT":"500000"}`:           {"USDT": 500000},
		`{"name":"x","usd":"1"}`:                      {"usd": 1},
		`{"name":"x","US":7,"EURO":"8","840":"9"}`:    {"US": 7, "EURO": 8, "840": 9},
		`{"name":"x","USD":0}`:                        {"USD": 0},
		`{"USD":"-5"}`:                                {"USD": -5},
		`{"name":null,"балл":12}`:                     {"балл": 12},
		`{"name":"x","EUR":"1","EUR_hold":"2"}`:       {"EUR": 1, "EUR_hold": 2},
		`{"name":"x","\u0055SD":"3"}`:                 {"USD": 3},
		`{"name":"x","RUB":9223372036854775807}`:      {"RUB": 9223372036854775807},
		`{"name":"y","RUB":null}`:                     nil,
		`{"name":"y","EUR":"2","RUB":null}`:           nil,
		`{"name":"y","RUB":"1.50"}`:                   nil,
		`{"name":"y","RUB":1.0}`:                      nil,
		`{"name":"y","RUB":1e3}`:                      nil,
		`{"name":"y","RUB":""}`:                       nil,
		`{"name":"y","RUB":"+1"}`:                     nil,
		`{"name":"y","RUB":" 1"}`:                     nil,
		`{"name":"y","RUB":true}`:                     nil,
		`{"name":"y","RUB":[]}`:                       nil,
		`{"name":"y","EUR":"2","note":{"x":1}}`:       nil,
		`{"name":"y","EUR":"2","currency":"EUR"}`:     nil,
		`{"name":"y","RUB":"9223372036854775808"}`:    nil,
		`{"name":"an account with no amount at all"}`: nil,
		`{}`: nil,
	} {
		t.Run(row, func(t *testing.T) {
			list, err := signedAnswer(t, `{"balance":[`+row+`]}`).Balances(t.Context())
			require.NoError(t, err, row)
			if want == nil {
				assert.Empty(t, list.Balances, row)
				if assert.Len(t, list.Bad, 1, row) {
					assert.JSONEq(t, row, string(list.Bad[0].Raw))
				}
				return
			}
			assert.Empty(t, list.Bad, row)
			if assert.Len(t, list.Balances, 1, row) {
				assert.Equal(t, want, list.Balances[0].AmountsMinor, row)
				_ = list.Balances[0].String()
			}
		})
	}
}
