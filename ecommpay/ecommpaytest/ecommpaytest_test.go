package ecommpaytest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

var newYear = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func start(t *testing.T, opts ...ecommpaytest.Option) *ecommpaytest.Server {
	t.Helper()
	srv := ecommpaytest.NewServer(opts...)
	t.Cleanup(srv.Close)
	return srv
}

// send posts a body as it is and reads the whole answer.
func send(t *testing.T, srv *ecommpaytest.Server, path, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL()+path, strings.NewReader(body))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}

// ask adds token and signature to members, and posts them.
func ask(t *testing.T, srv *ecommpaytest.Server, path, members string) (int, string) {
	t.Helper()
	if members != "" {
		members = "," + members
	}
	body := `{"token":"` + ecommpaytest.DefaultCredentials().Token + `"` + members + `}`
	signature, err := ecommpay.Sign(ecommpaytest.DefaultCredentials().Secret, []byte(body))
	require.NoError(t, err)
	return send(t, srv, path, body[:len(body)-1]+`,"signature":"`+signature+`"}`)
}

// ids are the ids of the rows of an answer, which must be a good one.
func ids(t *testing.T, srv *ecommpaytest.Server, path, members string) []string {
	t.Helper()
	status, body := ask(t, srv, path, members)
	require.Equal(t, 200, status, body)
	require.NoError(t, ecommpay.Verify(ecommpaytest.DefaultCredentials().Secret, []byte(body)))
	var answer struct {
		Operations []map[string]any `json:"operations"`
	}
	require.NoError(t, json.Unmarshal([]byte(body), &answer))
	out := []string{}
	for _, row := range answer.Operations {
		id, ok := row["chargeback_id"]
		if !ok {
			id = row["operation_id"]
		}
		text, err := json.Marshal(id)
		require.NoError(t, err)
		out = append(out, strings.Trim(string(text), `"`))
	}
	return out
}

// five are operations 1 to 5, an hour apart.
func five() []*ecommpay.Operation {
	var out []*ecommpay.Operation
	for i, project := range []string{"11", "12", "11", "12", "13"} {
		out = append(out, &ecommpay.Operation{
			OperationID: string(rune('1' + i)), ProjectID: project, PaymentID: "p" + project, CustomerID: "c" + project,
			CustomerEmail: "payer@example.com", OperationType: ecommpay.TypeSale, OperationStatus: ecommpay.StatusSuccess,
			OperationCreatedAt: newYear.Add(time.Duration(i) * time.Hour), SumInitial: ecommpay.Sum{AmountMinor: 100, Currency: "EUR"},
		})
	}
	out[3].OperationType, out[4].OperationStatus = ecommpay.TypeRefund, ecommpay.StatusDecline
	return out
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	srv := start(t)
	good := ecommpaytest.DefaultCredentials()
	signature, err := ecommpay.Sign(good.Secret, []byte(`{"token":"`+good.Token+`"}`))
	require.NoError(t, err)
	for body, want := range map[string]int{
		`{"token":"` + good.Token + `","signature":"` + signature + `"}`:       200,
		`{"token":"` + good.Token + `"}`:                                       401,
		`{"token":"other","signature":"` + signature + `"}`:                    401,
		`{"token":"` + good.Token + `","x":1,"signature":"` + signature + `"}`: 401,
		`{"signature":"` + signature + `"}`:                                    401,
		`{"token":"` + good.Token + `","signature":"` + signature + `"`:        400,
		`[]`: 400, `null`: 400, ``: 400,
	} {
		t.Run(body, func(t *testing.T) {
			status, answer := send(t, srv, "/balance/get", body)
			assert.Equal(t, want, status, body)
			if want == 200 {
				return
			}
			var refusal struct {
				Name, Message string
				Code, Status  int
			}
			require.NoError(t, json.Unmarshal([]byte(answer), &refusal))
			assert.Equal(t, want, refusal.Status)
			assert.NotEmpty(t, refusal.Name)
			assert.NotContains(t, answer, "signature\":", "refusals are not signed")
		})
	}
	status, _ := ask(t, srv, "/nothing", "")
	assert.Equal(t, 404, status)
	srv.SetCredentials(ecommpay.Credentials{Token: "new", Secret: "newer"})
	status, _ = ask(t, srv, "/balance/get", "")
	assert.Equal(t, 401, status, "a new token ends the one before")
}

func TestFiltersOfOperations(t *testing.T) {
	t.Parallel()
	srv := start(t, ecommpaytest.WithThrottle(0)) // a period with one end is a long one
	srv.Seed(five()...)
	day := `"interval":{"from":"2026-01-01 00:00:00","to":"2026-01-01 23:59:59"}`
	for members, want := range map[string][]string{
		"":  {"1", "2", "3", "4", "5"},
		day: {"1", "2", "3", "4", "5"},
		`"interval":{"from":"2026-01-01 01:00:00","to":"2026-01-01 03:00:00"}`:                       {"2", "3", "4"},
		`"interval":{"from":"2026-01-01 09:00:00","to":"2026-01-01 10:00:00"},"tz":"Asia/Singapore"`: {"2", "3"},
		`"interval":{"from":"2026-01-01 11:30:00","to":"2026-01-01 11:30:00"},"tz":"+10:30"`:         {"2"},
		`"interval":{"from":"2026-01-01 03:00:00"}`:                                                  {"4", "5"},
		`"interval":{"to":"2026-01-01 01:00:00"}`:                                                    {"1", "2"},
		`"project_id":[11,13]`:                  {"1", "3", "5"},
		`"project_id":["11"]`:                   {"1", "3"},
		`"project_id":"11, 12"`:                 {"1", "2", "3", "4"},
		`"operation_type":"refund"`:             {"4"},
		`"operation_type":["refund","sale"]`:    {"1", "2", "3", "4", "5"},
		`"operation_status":["decline"]`:        {"5"},
		`"customer_id":["c11"]`:                 {"1", "3"},
		`"customer_email":"nobody@example.com"`: {},
		`"limit":2,"offset":1`:                  {"2", "3"},
		`"limit":"2","offset":"4"`:              {"5"},
		`"limit":2,"offset":5`:                  {},
		`"limit":0`:                             {},
		`"fields":["operation_id"],"limit":1`:   {"1"},
	} {
		assert.Equal(t, want, ids(t, srv, "/operations/get", members), members)
	}
	for _, members := range []string{
		`"limit":1001`, `"limit":-1`, `"limit":"x"`, `"offset":-1`, `"fields":["x"]`, `"fields":{}`, `"page":1`, `"tz":"Mars"`,
		`"interval":{"from":"2026-01-02 00:00:00","to":"2026-01-01 00:00:00"}`, `"interval":{"from":1.5}`, `"interval":{"until":""}`,
		`"interval":{"from":"x","to":"y"}`, `"interval":["2026-01-01 00:00:00","2026-01-02 00:00:00"]`, `"pagination":{"limit":1}`,
	} {
		status, body := ask(t, srv, "/operations/get", members)
		assert.Equal(t, 400, status, "%s: %s", members, body)
	}
}

func TestFieldsAndZone(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(&ecommpay.Operation{
		OperationID: "2", OperationCreatedAt: newYear, ProviderDate: newYear, BIN: "424242",
		SumInitial: ecommpay.Sum{AmountMinor: 5, Currency: "EUR"},
	})
	status, body := ask(t, srv, "/operations/get", `"tz":"+10:30","fields":["bin","sum_initial.currency","operation_created_at","provider_date"]`)
	require.Equal(t, 200, status)
	assert.Contains(t, body, `{"operation_created_at":"2026-01-01T10:30:00+10:30","provider_date":"2026-01-01 10:30:00","sum_initial":{"currency":"EUR"},"bin":"424242"}`)
}

func TestRights(t *testing.T) {
	t.Parallel()
	srv := start(t, ecommpaytest.WithProjects("11"), ecommpaytest.WithoutRights())
	srv.Seed(five()...)
	assert.Equal(t, []string{"1", "3"}, ids(t, srv, "/operations/get", ""))
	status, body := ask(t, srv, "/operations/get", `"project_id":[11,22]`)
	assert.Equal(t, 401, status)
	assert.Contains(t, body, "You have no access to project_id = 22")
	for _, path := range []string{"/chargeback/list", "/chargeback/get", "/fraud/list"} {
		status, _ := ask(t, srv, path, "")
		assert.Equal(t, 403, status, path)
	}
}

func TestChargebacksAndFraud(t *testing.T) {
	t.Parallel()
	srv := start(t)
	for i, status := range []ecommpay.ChargebackStatus{"WON", "PARTIALLY WON", "NEW"} {
		at := newYear.AddDate(0, 0, i)
		srv.SeedChargebacks(&ecommpay.Chargeback{ChargebackID: string(rune('1' + i)), ARN: "a" + string(rune('1'+i)), OperationID: "7", Status: status, CardType: "VISA", ReportDate: at, RespondBy: at})
		srv.SeedFraud(&ecommpay.FraudOperation{OperationID: string(rune('1' + i)), IssuerCountry: []string{"GB", "FR", "GB"}[i], PurchaseDate: at})
	}
	for members, want := range map[string][]string{
		"":                                  {"1", "2", "3"},
		`"filter":{}`:                       {"1", "2", "3"},
		`"filter":{"status":"WON"}`:         {"1"},
		`"filter":{"status":["WON","NEW"]}`: {"1", "3"},
		`"filter":{"status":"WON, PARTIALLY WON"}`:                                  {"1", "2"},
		`"filter":{"card_type":"visa","chargeback_id":["2","3"]}`:                   {"2", "3"},
		`"filter":{"operation_id":7,"arn":"a2"}`:                                    {"2"},
		`"filter":{"report_date":{"from":"2026-01-02","to":"2026-01-02"}}`:          {"2"},
		`"filter":{"respond_by":{"from":"2026-01-02 00:00:00","to":"2026-01-03"}}`:  {"2", "3"},
		`"filter":{"status":["WON","NEW"]},"pagination":{"limit":"1","offset":"1"}`: {"3"},
	} {
		assert.Equal(t, want, ids(t, srv, "/chargeback/list", members), members)
	}
	for members, want := range map[string][]string{
		"":                                   {"1", "2", "3"},
		`"filter":{"issuer_country":["GB"]}`: {"1", "3"},
		`"filter":{"purchase_date":["2026-01-02 00:00:00","2026-01-03 23:59:59"]},"pagination":{"limit":1}`: {"2"},
	} {
		assert.Equal(t, want, ids(t, srv, "/fraud/list", members), members)
	}
	for path, bad := range map[string][]string{
		"/chargeback/list": {`"filter":{"provider_id":"1"}`, `"filter":{"x":1}`, `"pagination":{"limit":0}`, `"limit":5`, `"filter":{"report_date":["2026-01-01","2026-01-02"]}`},
		"/chargeback/get":  {"", `"x":1`},
		"/fraud/list":      {`"filter":{"purchase_date":{"from":"2026-01-01 00:00:00","to":"2026-01-02 00:00:00"}}`, `"filter":{"received_on":["2026-01-01"]}`},
	} {
		for _, members := range bad {
			status, _ := ask(t, srv, path, members)
			assert.Equal(t, 400, status, "%s %s", path, members)
		}
	}
	_, body := ask(t, srv, "/chargeback/get", `"arn":"a2"`)
	assert.Contains(t, body, `{"chargeback":{"chargeback_id":"2"`)
	_, body = ask(t, srv, "/chargeback/get", `"arn":"a2","chargeback_id":"1"`)
	assert.Contains(t, body, `{"chargeback":[],"signature"`)
}

func TestLongIntervalsAreThrottled(t *testing.T) {
	t.Parallel()
	const pause = 30 * time.Millisecond
	srv := start(t, ecommpaytest.WithThrottle(pause))
	long := `"interval":{"from":"2026-01-01 00:00:00","to":"2026-12-31 00:00:00"}`
	begun := time.Now()
	for range 3 {
		ids(t, srv, "/operations/get", long)
	}
	assert.GreaterOrEqual(t, time.Since(begun), 2*pause)
}

func TestUnsignedAnswers(t *testing.T) {
	t.Parallel()
	_, body := ask(t, start(t, ecommpaytest.WithoutSignatures()), "/balance/get", "")
	assert.JSONEq(t, `{"balance":[]}`, body)
}

// Answers in byte order are right by that order, and wrong by the natural one.
func TestByteOrder(t *testing.T) {
	t.Parallel()
	signatures := map[bool]string{}
	for _, order := range []bool{false, true} {
		t.Run(fmt.Sprint("order=", order), func(t *testing.T) {
			var opts []ecommpaytest.Option
			if order {
				opts = append(opts, ecommpaytest.WithByteOrder())
			}
			srv := start(t, opts...)
			srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 12, Seed: 1})...)
			status, body := ask(t, srv, "/operations/get", "")
			require.Equal(t, 200, status)
			require.NoError(t, ecommpay.Verify(ecommpaytest.DefaultCredentials().Secret, []byte(body)))
			_, signatures[order], _ = strings.Cut(body, `"signature":`)
		})
	}
	assert.NotEqual(t, signatures[false], signatures[true])
}

func TestGenerateIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	plan := ecommpaytest.Plan{Operations: 2000, Seed: 7, From: newYear, Days: 3}
	made := ecommpaytest.Generate(plan)
	assert.Equal(t, made, ecommpaytest.Generate(plan))
	srv := start(t)
	srv.Seed(made...)
	seen := map[string]bool{}
	spelled := ""
	for _, o := range srv.Rows(newYear, newYear.AddDate(0, 0, 3)) {
		assert.False(t, seen[o.OperationID])
		seen[o.OperationID] = true
		spelled += string(o.Raw)
		var decoded ecommpay.Operation
		require.NoError(t, decoded.UnmarshalJSON(o.Raw))
		assert.Equal(t, o.OperationID, decoded.OperationID)
		assert.Equal(t, o.SumInitial, decoded.SumInitial)
		assert.Equal(t, o.OperationCompletedAt, decoded.OperationCompletedAt)
	}
	assert.Len(t, seen, 2000)
	for _, oddity := range []string{`"operation_id":6`, `"amount":"`, `null`, `"sum_converted":[]`, `"JPY"`, `"KWD"`} {
		assert.Contains(t, spelled, oddity)
	}
}

func TestUpdateMovesARow(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	srv.Update("2", newYear.Add(9*time.Hour), func(o *ecommpay.Operation) { o.OperationStatus = ecommpay.StatusExpired })
	assert.Equal(t, []string{"1", "3", "4", "5", "2"}, ids(t, srv, "/operations/get", ""))
	assert.Equal(t, []string{"2"}, ids(t, srv, "/operations/get", `"operation_status":"expired"`))
	assert.Panics(t, func() { srv.Update("9", newYear, func(*ecommpay.Operation) {}) })
	assert.Panics(t, func() { srv.Seed(&ecommpay.Operation{}) })
	newest := start(t, ecommpaytest.WithNewestFirst())
	newest.Seed(five()...)
	assert.Equal(t, []string{"5", "4", "3", "2", "1"}, ids(t, newest, "/operations/get", ""))
}

func TestFaults(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	srv.Inject(ecommpaytest.Fault{Status: 503, Body: "x", RetryAfter: "7"})
	status, body := ask(t, srv, "/operations/get", "")
	assert.Equal(t, 503, status)
	assert.Equal(t, "x", body)
	_, first := ask(t, srv, "/operations/get", `"limit":1`)
	srv.Inject(ecommpaytest.Fault{Kind: ecommpaytest.FaultStalledPage, Times: -1})
	_, second := ask(t, srv, "/operations/get", `"limit":1,"offset":1`)
	assert.Equal(t, first, second)
	srv.ClearFaults()
	assert.Equal(t, []string{"2"}, ids(t, srv, "/operations/get", `"limit":1,"offset":1`))
	require.Len(t, srv.Requests(), 4)
	assert.Contains(t, string(srv.Requests()[0].Body), `"token"`)
	srv.ResetRequests()
	assert.Empty(t, srv.Requests())
}
