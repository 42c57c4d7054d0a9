package transactionstest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func start(t *testing.T, opts ...transactionstest.Option) *transactionstest.Server {
	t.Helper()
	srv := transactionstest.NewServer(opts...)
	t.Cleanup(srv.Close)
	return srv
}

// get asks the handler in memory, with the default token.
func get(t *testing.T, srv *transactionstest.Server, query string) *httptest.ResponseRecorder {
	t.Helper()
	return send(t, srv, http.MethodGet, transactionstest.Path+"?"+query, transactionstest.DefaultToken, "")
}

func send(t *testing.T, srv *transactionstest.Server, method, target, token, body string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	srv.Handler().ServeHTTP(recorder, request)
	return recorder
}

// ids are the ids of a list, joined by blanks.
func ids(t *testing.T, srv *transactionstest.Server, query string) string {
	t.Helper()
	answer := get(t, srv, query)
	require.Equal(t, http.StatusOK, answer.Code, "%s: %s", query, answer.Body)
	var rows []struct{ ID int64 }
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &rows))
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = strconv.FormatInt(r.ID, 10)
	}
	return strings.Join(out, " ")
}

// five are transactions 1 to 5. 5 has neither numbers nor texts.
func five() []*transactions.Transaction {
	at := time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC)
	var out []*transactions.Transaction
	for i, account := range []string{"998000000001", "Wallet_User", "wallet_user", "50%_off,x", ""} {
		t := &transactions.Transaction{
			ID: int64(i + 1), Status: "SUCCESS", Date: at.Add(time.Duration(i) * 500 * time.Millisecond), RecipientAccount: account,
		}
		if account != "" {
			t.PayType, t.RecipientSuccess = transactions.PayTypePayment, new(i%2 == 0)
			t.RequestAmount, t.RequestCcy = new(int64(i+1)*100), new(int32(860))
			t.GatewayAmount = new(decimal.MustNew(int64(i+1)*5, 1))
		}
		out = append(out, t)
	}
	return out
}

func TestFilterLanguage(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	empty := five()[4]
	empty.ID, empty.Raw = 6, json.RawMessage(`{"id":6,"recipientAccount":""}`)
	srv.Seed(empty)
	for query, want := range map[string]string{
		"": "1 2 3 4 5 6",
		// what is unknown does nothing
		"recipientNames.equals=x":                           "1 2 3 4 5 6",
		"status.contains=x&id.is=1&id=1&ID.equals=1&_id.in": "1 2 3 4 5 6",
		"id.greaterOrEqualThan=6":                           "1 2 3 4 5 6",
		// NULL
		"requestAmount.specified=false":       "5 6",
		"requestAmount.specified=true":        "1 2 3 4",
		"requestAmount.notEquals=100":         "2 3 4",
		"requestAmount.notIn=100,200":         "3 4",
		"recipientAccount.specified=false":    "5",
		"recipientAccount.equals=":            "6",
		"recipientAccount.doesNotContain=zzz": "1 2 3 4 6",
		"recipientAccount.notEquals=zzz":      "1 2 3 4 6",
		"recipientAccount.contains=":          "1 2 3 4 6",
		"payType.notEquals=REFUND":            "1 2 3 4",
		"recipientSuccess.notIn=true":         "2 4",
		// texts
		"recipientAccount.equals=wallet_user":                                     "3",
		"recipientAccount.contains=WALLET_user":                                   "2 3",
		"recipientAccount.contains=let_u":                                         "2 3",
		"recipientAccount.contains=w%25user":                                      "2 3",
		"recipientAccount.contains=50%25":                                         "4",
		"recipientAccount.contains=t%5C_u":                                        "2 3",
		"recipientAccount.contains=t%5C%25u":                                      "",
		"recipientAccount.doesNotContain=wallet":                                  "1 4 6",
		"recipientAccount.in=998000000001,Wallet_User":                            "1 2",
		"recipientAccount.in=50%25_off,x":                                         "",
		"recipientAccount.in=50%25_off%2Cx":                                       "",
		"recipientAccount.in=50%25_off,x&recipientAccount.in=y":                   "4",
		"recipientAccount.in=+wallet_user+,+x":                                    "3",
		"recipientAccount.in=+wallet_user&recipientAccount.in=x":                  "",
		"recipientAccount.equals=+wallet_user":                                    "",
		"recipientAccount.equals=50%25_off&recipientAccount.equals=x":             "4",
		"recipientAccount.contains=wallet&recipientAccount.notEquals=x":           "2 3",
		"recipientAccount.notIn=zzz&recipientAccount.contains=wallet":             "1 2 3 4 6",
		"recipientAccount.specified=false&recipientAccount.notEquals=wallet_user": "1 2 4 6",
		"recipientAccount.in=":                                                    "",
		// ranges
		"id.equals=2&id.greaterThan=4":                              "2",
		"id.in=2,3&id.greaterThan=4":                                "2 3",
		"id.equals=2&id.in=3":                                       "2",
		"id.greaterThan=1&id.lessThan=5&id.notEquals=3":             "2 4",
		"id.greaterThanOrEqual=2&id.lessThanOrEqual=4&id.notIn=3":   "2 4",
		"id.greaterThan=1&id.greaterThanOrEqual=4":                  "4 5 6",
		"requestAmount.specified=false&requestAmount.greaterThan=0": "",
		"id.equals=+2+":                                "2",
		"id.equals=%2B2":                               "2",
		"id.equals=0x2":                                "2",
		"id.equals=":                                   "1 2 3 4 5 6",
		"id.equals=2&id.equals=3":                      "2",
		"gatewayAmount.equals=5e-1":                    "1",
		"gatewayAmount.greaterThan=1.50":               "4",
		"date.greaterThan=2026-01-15T00:00:01Z":        "4 5 6",
		"date.equals=2026-01-15T05:00:00.500%2B05:00":  "2",
		"date.equals=1768435200500":                    "2",
		"date.lessThan=2026-01-15T00:00:00.500000001Z": "1 2",
		"lastModifiedDate.greaterThanOrEqual=2026-01-15T00:00:01Z&sort=id,asc": "3 4 5",
		// others
		"recipientSuccess.equals=YES": "1 3",
		"recipientSuccess.in=off,no":  "2 4",
		"payType.equals=+PAYMENT":     "1 2 3 4",
		"payType.equals=NOT_THERE":    "",
		"distinct=true":               "1 2 3 4 5 6",
	} {
		assert.Equal(t, want, ids(t, srv, query), query)
	}
}

func TestLooseTexts(t *testing.T) {
	t.Parallel()
	srv := start(t, transactionstest.WithLooseTexts())
	srv.Seed(five()...)
	for query, want := range map[string]string{
		"recipientAccount.equals=WALLET_USER++":                           "2 3",
		"recipientAccount.equals=+wallet_user":                            "",
		"recipientAccount.notIn=wallet_user,x":                            "1 4",
		"recipientAccount.in=wallet_user&recipientAccount.in=50%25_OFF,X": "2 3 4",
	} {
		assert.Equal(t, want, ids(t, srv, query), query)
	}
}

func TestUnknownFieldsDoNothing(t *testing.T) {
	t.Parallel()
	srv := start(t, transactionstest.WithUnknownFields("createdDate", "senderBillId"))
	srv.Seed(five()...)
	assert.Equal(t, "1 2 3 4 5", ids(t, srv, "createdDate.lessThan=2020-01-01T00:00:00Z&senderBillId.equals=x"))
	assert.Equal(t, "2", ids(t, srv, "createdDate.lessThan=2020-01-01T00:00:00Z&id.equals=2"))
}

func TestUnderstand(t *testing.T) {
	t.Parallel()
	u := transactionstest.Understand(url.Values{
		"id.in": {"1,,+2"}, "id.lessThan": {"5"}, "status.notIn": {"A", " B "}, "createdBy.in": {" a,b "}, "createdBy.notIn": {}, "distinct": {"on"},
		"gatewayAmount.equals": {"1e3"}, "date.lessThan": {"0"}, "senderSuccess.specified": {"no"}, "senderCcy.equals": {"x"}, "size": {"1"},
	})
	assert.Equal(t, transactionstest.Understood{
		Evaluated: []string{
			`createdBy.in ["a" "b"]`, `date.lessThan 1970-01-01T00:00:00Z`, `distinct true`, `gatewayAmount.equals 1000`, `id.in [1 NULL 2]`,
			`senderSuccess.specified false`, `status.notIn [A B]`,
		},
		Ignored: []string{"id.lessThan"},
		Bad:     []string{"senderCcy.equals"},
	}, u)
}
