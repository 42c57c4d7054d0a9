package ecommpay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
)

var (
	tokenMember     = regexp.MustCompile(`^\{"token":"[^"]*",?`)
	signatureMember = regexp.MustCompile(`,?"signature":"[A-Za-z0-9+/]{86}=="\}$`)
)

func TestRequestsOnTheWire(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("", 5*3600)
	from, to := time.Date(2026, 1, 1, 5, 0, 0, 999, east), time.Date(2026, 2, 1, 4, 59, 59, 999_999_999, east)
	span := ecommpay.Interval{From: from, To: to}
	type call func(context.Context, *ecommpay.Client) error
	for want, c := range map[string]call{
		`/v1/balance/get {}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.Balances(ctx)
			return err
		},
		`/v1/operations/get {"tz":"+00:00","limit":1000,"offset":0}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.ListOperations(ctx, ecommpay.ListOperationsParams{})
			return err
		},
		`/v1/operations/get {"interval":{"from":"2026-01-01 00:00:00","to":"2026-01-31 23:59:59"},"tz":"+00:00","project_id":[0,11],` +
			`"operation_type":["sale","recurring update"],"operation_status":["success"],"customer_id":["c:1","é<&>"],` +
			`"customer_email":"payer@example.com","fields":["operation_id","sum_initial.amount","sum_initial.currency","bin"],` +
			`"limit":7,"offset":14}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.ListOperations(ctx, ecommpay.ListOperationsParams{
				From: from, To: to, ProjectIDs: []string{"0", "11"},
				Types:    []ecommpay.OperationType{ecommpay.TypeSale, ecommpay.TypeRecurringUpdate},
				Statuses: []ecommpay.OperationStatus{ecommpay.StatusSuccess}, CustomerIDs: []string{"c:1", "é<&>"},
				CustomerEmail: "payer@example.com", Limit: 7, Offset: 14,
				Fields: []ecommpay.Field{ecommpay.FieldOperationID, ecommpay.FieldSumInitial, ecommpay.FieldBIN},
			})
			return err
		},
		`/v1/operations/get-by-payment {"payment_id":"PID_1-2"}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.OperationsByPayment(ctx, "PID_1-2")
			return err
		},
		`/v1/chargeback/list {"pagination":{"limit":100,"offset":0}}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.ListChargebacks(ctx, ecommpay.ListChargebacksParams{})
			return err
		},
		`/v1/chargeback/list {"filter":{"report_date":{"from":"2026-01-01","to":"2026-01-31"},` +
			`"respond_by":{"from":"2026-01-01 00:00:00","to":"2026-01-31 23:59:59"},` +
			`"chb_completed_at":{"from":"2026-01-01 00:00:00","to":"2026-01-31 23:59:59"},"project_id":["11"],` +
			`"chargeback_id":["1","2"],"operation_id":["3"],"arn":["4"],"card":["424242******4242"],"card_type":["visa","mc"],` +
			`"reason_code":["10.4"],"status":["WON","PARTIALLY WON"],"provider_id":["5"]},` +
			`"pagination":{"limit":5,"offset":20}}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.ListChargebacks(ctx, ecommpay.ListChargebacksParams{
				ReportDate: span, RespondBy: span, CompletedAt: span, ProjectIDs: []string{"11"}, ChargebackIDs: []string{"1", "2"},
				OperationIDs: []string{"3"}, ARNs: []string{"4"}, Cards: []string{"424242******4242"},
				CardTypes: []ecommpay.CardType{ecommpay.CardVisa, ecommpay.CardMastercard}, ReasonCodes: []string{"10.4"},
				Statuses:    []ecommpay.ChargebackStatus{ecommpay.ChargebackWon, ecommpay.ChargebackPartiallyWon},
				ProviderIDs: []string{"5"}, Limit: 5, Offset: 20,
			})
			return err
		},
		`/v1/chargeback/get {"chargeback_id":"11201"}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.GetChargeback(ctx, ecommpay.ChargebackKey{ChargebackID: "11201"})
			return notFound(err)
		},
		`/v1/chargeback/get {"arn":"74312342013012340041234"}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.GetChargeback(ctx, ecommpay.ChargebackKey{ARN: "74312342013012340041234"})
			return notFound(err)
		},
		`/v1/chargeback/get {"operation_id":12330123485431}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.GetChargeback(ctx, ecommpay.ChargebackKey{OperationID: "12330123485431"})
			return notFound(err)
		},
		`/v1/fraud/list {"pagination":{"limit":100,"offset":0}}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.ListFraudOperations(ctx, ecommpay.ListFraudOperationsParams{})
			return err
		},
		`/v1/fraud/list {"filter":{"received_on":["2026-01-01 00:00:00","2026-01-31 23:59:59"],` +
			`"purchase_date":["2026-01-01 00:00:00","2026-01-31 23:59:59"],` +
			`"fraud_report_date":["2026-01-01 00:00:00","2026-01-31 23:59:59"],"issuer_country":["GB","FR"]},` +
			`"pagination":{"limit":5,"offset":20}}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.ListFraudOperations(ctx, ecommpay.ListFraudOperationsParams{
				ReceivedOn: span, PurchaseDate: span, FraudReportDate: span, IssuerCountries: []string{"GB", "FR"}, Limit: 5, Offset: 20,
			})
			return err
		},
		`/v1/financial-reporting/operations {"interval":{"from":"2026-01-01 00:00:00","to":"2026-01-31 23:59:59"},"limit":5,"tz":"+00:00"}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.FinancialOperations(ctx, ecommpay.FinancialOperationsParams{
				From: from, To: to, Unchecked: map[string]json.RawMessage{"limit": []byte("5")},
			})
			return err
		},
		`/v1/currency-rates/get {"filter":{"merchant":17,"currency":"EUR","interval":{"from":"2026-01-01 00:00:00","to":"2026-01-31 23:59:59"}},"tz":"+00:00"}`: func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.CurrencyRates(ctx, ecommpay.CurrencyRatesParams{MerchantID: "17", Currency: "EUR", From: from, To: to})
			return err
		},
	} {
		t.Run(want, func(t *testing.T) {
			srv, client := fake(t)
			require.NoError(t, c(t.Context(), client), want)
			received := srv.Requests()
			require.Len(t, received, 1)
			r := received[0]
			body := signatureMember.ReplaceAllString(string(r.Body), "}")
			require.NotEqual(t, string(r.Body), body)
			body = tokenMember.ReplaceAllString(body, "{")
			assert.Equal(t, want, r.Path+" "+body)
			assert.Equal(t, "POST", r.Method)
			assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
			assert.Equal(t, "application/json", r.Header.Get("Accept"))
			assert.Equal(t, "payclients-go/ecommpay", r.Header.Get("User-Agent"))
		})
	}
}

// notFound is nil for what a server without data answers.
func notFound(err error) error {
	if err != nil && strings.Contains(err.Error(), "not found") {
		return nil
	}
	return err
}

func TestBadInputIsRefusedBeforeIO(t *testing.T) {
	t.Parallel()
	day := ecommpay.Interval{From: newYear, To: newYear.Add(time.Hour)}
	back := ecommpay.Interval{From: newYear.Add(time.Second), To: newYear}
	long := strings.Repeat("a", 1025)
	operations := func(p ecommpay.ListOperationsParams) func(context.Context, *ecommpay.Client) error {
		return func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.ListOperations(ctx, p)
			return err
		}
	}
	walk := func(p ecommpay.ListOperationsParams) func(context.Context, *ecommpay.Client) error {
		return func(ctx context.Context, c *ecommpay.Client) error {
			for _, err := range c.AllOperations(ctx, p) {
				return err
			}
			return nil
		}
	}
	steps := func(step time.Duration, workers int, p ecommpay.ListOperationsParams) func(context.Context, *ecommpay.Client) error {
		return func(ctx context.Context, c *ecommpay.Client) error {
			for _, err := range c.OperationPagesByInterval(ctx, step, workers, p) {
				return err
			}
			return nil
		}
	}
	chargebacks := func(p ecommpay.ListChargebacksParams) func(context.Context, *ecommpay.Client) error {
		return func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.ListChargebacks(ctx, p)
			return err
		}
	}
	chargeback := func(k ecommpay.ChargebackKey) func(context.Context, *ecommpay.Client) error {
		return func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.GetChargeback(ctx, k)
			return err
		}
	}
	fraud := func(p ecommpay.ListFraudOperationsParams) func(context.Context, *ecommpay.Client) error {
		return func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.ListFraudOperations(ctx, p)
			return err
		}
	}
	payment := func(id string) func(context.Context, *ecommpay.Client) error {
		return func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.OperationsByPayment(ctx, id)
			return err
		}
	}
	finance := func(members map[string]json.RawMessage) func(context.Context, *ecommpay.Client) error {
		return func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.FinancialOperations(ctx, ecommpay.FinancialOperationsParams{From: day.From, To: day.To, Unchecked: members})
			return err
		}
	}
	rates := func(p ecommpay.CurrencyRatesParams) func(context.Context, *ecommpay.Client) error {
		return func(ctx context.Context, c *ecommpay.Client) error {
			_, err := c.CurrencyRates(ctx, p)
			return err
		}
	}
	for _, c := range []struct {
		want string
		call func(context.Context, *ecommpay.Client) error
	}{
		{"From: must not be after To", operations(ecommpay.ListOperationsParams{From: back.From, To: back.To})},
		{"To: must be a time from 1970 to 9999", operations(ecommpay.ListOperationsParams{To: newYear.AddDate(-57, 0, 0)})},
		{"From: must be a time from 1970 to 9999", operations(ecommpay.ListOperationsParams{From: newYear.AddDate(-57, 0, 0), To: newYear})},
		{"Limit: must be 1 to 1000, or 0 for 1000", operations(ecommpay.ListOperationsParams{Limit: 1001})},
		{"Limit: must be 1 to 1000, or 0 for 1000", operations(ecommpay.ListOperationsParams{Limit: -1})},
		{"Offset: must be 0 to 1000000000", operations(ecommpay.ListOperationsParams{Offset: -1})},
		{"ProjectIDs: must be decimal numbers", operations(ecommpay.ListOperationsParams{ProjectIDs: []string{"4, 12"}})},
		{"ProjectIDs: must be decimal numbers", operations(ecommpay.ListOperationsParams{ProjectIDs: []string{"04"}})},
		{"Fields: must be names from AllFields, or members of a sum", operations(ecommpay.ListOperationsParams{Fields: []ecommpay.Field{ecommpay.FieldOperationID, "operation"}})},
		{"Fields: must have FieldOperationID, which identifies the rows of pages", walk(ecommpay.ListOperationsParams{From: day.From, To: day.To, Fields: []ecommpay.Field{ecommpay.FieldBIN}})},
		{"To: is missing: pagination needs both From and To", walk(ecommpay.ListOperationsParams{From: newYear})},
		{"From: is missing: pagination needs both From and To", walk(ecommpay.ListOperationsParams{To: newYear})},
		{"Types: must not hold a semicolon", operations(ecommpay.ListOperationsParams{Types: []ecommpay.OperationType{"sale;limit:1"}})},
		{"Statuses: must not be empty", operations(ecommpay.ListOperationsParams{Statuses: []ecommpay.OperationStatus{""}})},
		{"CustomerIDs: must be valid UTF-8", operations(ecommpay.ListOperationsParams{CustomerIDs: []string{"\xff"}})},
		{"CustomerIDs: must have at most 1024 bytes", operations(ecommpay.ListOperationsParams{CustomerIDs: []string{long}})},
		{"CustomerEmail: must not hold a semicolon", operations(ecommpay.ListOperationsParams{CustomerEmail: "a;b@example.com"})},
		{"CustomerEmail: must not hold control characters", operations(ecommpay.ListOperationsParams{CustomerEmail: "a\x00b"})},
		{"From, To: must be set for pagination", walk(ecommpay.ListOperationsParams{})},
		{"Limit: must be above 1 in a walk", walk(ecommpay.ListOperationsParams{From: day.From, To: day.To, Limit: 1})},
		{"Offset: must be 0 with an interval of more than 180 days", walk(ecommpay.ListOperationsParams{From: newYear, To: newYear.AddDate(1, 0, 0), Offset: 1})},
		{"step: must be whole seconds", steps(0, 1, january)},
		{"step: must be whole seconds", steps(time.Millisecond, 1, january)},
		{"step: must be whole seconds", steps(181*24*time.Hour, 1, january)},
		{"step: must make at most 100000 intervals", steps(time.Second, 1, january)},
		{"workers: must be 1 to 64", steps(time.Hour, 0, january)},
		{"ReportDate.From: must not be after ReportDate.To", chargebacks(ecommpay.ListChargebacksParams{ReportDate: back})},
		{"RespondBy.To: must be a time from", chargebacks(ecommpay.ListChargebacksParams{RespondBy: ecommpay.Interval{To: newYear.AddDate(-57, 0, 0)}})},
		{"ReceivedOn.To: is missing: the service takes both ends or none here", fraud(ecommpay.ListFraudOperationsParams{ReceivedOn: ecommpay.Interval{From: newYear}})},
		{"FraudReportDate.From: is missing: the service takes both ends or none here", fraud(ecommpay.ListFraudOperationsParams{FraudReportDate: ecommpay.Interval{To: newYear}})},
		{"From, To: one of them is needed", rates(ecommpay.CurrencyRatesParams{})},
		{"Cards: must not hold a semicolon", chargebacks(ecommpay.ListChargebacksParams{Cards: []string{"4;"}})},
		{"Statuses: must not begin or end with whitespace", chargebacks(ecommpay.ListChargebacksParams{Statuses: []ecommpay.ChargebackStatus{"WON "}})},
		{"Limit: must be 1 to 1000000, or 0 for 100", chargebacks(ecommpay.ListChargebacksParams{Limit: -1})},
		{"must have exactly one of ChargebackID, ARN and OperationID", chargeback(ecommpay.ChargebackKey{})},
		{"must have exactly one of ChargebackID, ARN and OperationID", chargeback(ecommpay.ChargebackKey{ChargebackID: "1", OperationID: "2"})},
		{"OperationID: must be a decimal number", chargeback(ecommpay.ChargebackKey{OperationID: "1e3"})},
		{"ChargebackKey: must not hold a semicolon", chargeback(ecommpay.ChargebackKey{ARN: "1;"})},
		{"IssuerCountries: must be two capital letters each", fraud(ecommpay.ListFraudOperationsParams{IssuerCountries: []string{"gb"}})},
		{"PurchaseDate.From: must not be after PurchaseDate.To", fraud(ecommpay.ListFraudOperationsParams{PurchaseDate: back})},
		{"Offset: must be 0 to", fraud(ecommpay.ListFraudOperationsParams{Offset: -5})},
		{"paymentID: must not be empty", payment("")},
		{"paymentID: must not hold a semicolon", payment("a;b")},
		{"Unchecked: must not have token", finance(map[string]json.RawMessage{"token": []byte(`"a"`)})},
		{"Unchecked: values must be JSON", finance(map[string]json.RawMessage{"a": []byte(`{`)})},
		{"Unchecked: values must not hold a semicolon", finance(map[string]json.RawMessage{"a": []byte(`["x\u003By"]`)})},
		{"Unchecked: values must not hold a semicolon", finance(map[string]json.RawMessage{"a": []byte(`";"`)})},
		{"Unchecked: names must not be empty", finance(map[string]json.RawMessage{"a:b": []byte(`1`)})},
		{"MerchantID: must be a decimal number", rates(ecommpay.CurrencyRatesParams{MerchantID: "a", From: day.From, To: day.To})},
		{"Currency: must be three capital letters", rates(ecommpay.CurrencyRatesParams{Currency: "eur", From: day.From, To: day.To})},
	} {
		t.Run(fmt.Sprint(c.want), func(t *testing.T) {
			srv, client := fake(t)
			err := c.call(t.Context(), client)
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest, c.want)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "\n")
			assert.Empty(t, srv.Requests(), c.want)
		})
	}
	_, client := fake(t)
	_, err := client.ListOperations(t.Context(), ecommpay.ListOperationsParams{From: back.From, To: back.To, Limit: -1, CustomerEmail: ";"})
	assert.EqualError(t, err, "ecommpay: invalid request: From: must not be after To; Limit: must be 1 to 1000, or 0 for 1000; CustomerEmail: must not hold a semicolon")
}

func TestSplitInterval(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return newYear.Add(time.Duration(s) * time.Second) }
	assert.Equal(t, []ecommpay.Interval{{From: at(0), To: at(9)}, {From: at(10), To: at(19)}, {From: at(20), To: at(20)}},
		ecommpay.SplitInterval(at(0), at(20), 10*time.Second))
	assert.Equal(t, []ecommpay.Interval{{From: at(0), To: at(9)}}, ecommpay.SplitInterval(at(0).Add(500*time.Millisecond), at(9), 10*time.Second))
	assert.Equal(t, []ecommpay.Interval{{From: at(0), To: at(0)}}, ecommpay.SplitInterval(at(0), at(0), time.Second))
	assert.Empty(t, ecommpay.SplitInterval(at(1), at(0), time.Second))
	assert.Empty(t, ecommpay.SplitInterval(at(0), at(9), time.Millisecond))
	parts := ecommpay.SplitInterval(newYear, newYear.AddDate(2, 0, 0), 180*24*time.Hour)
	assert.Len(t, parts, 5)
	for i := range parts[1:] {
		assert.Equal(t, time.Second, parts[i+1].From.Sub(parts[i].To))
	}
}
