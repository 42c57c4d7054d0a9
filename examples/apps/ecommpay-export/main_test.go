package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// env is a complete environment.
func env(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

func try(t *testing.T, pairs ...string) (rows, summary string, err error) {
	t.Helper()
	var out, totals bytes.Buffer
	err = run(t.Context(), &cli.Call{Env: env(pairs...), Out: &out, Err: &totals})
	return out.String(), totals.String(), err
}

func TestOfflineGivesTheGoldenTotals(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	rows, got, err := try(t)
	require.NoError(t, err)
	assert.Equal(t, string(golden), got)

	// The table is the rows of the file, added up.
	records, err := csv.NewReader(strings.NewReader(rows)).ReadAll()
	require.NoError(t, err)
	require.Len(t, records, 1+2400)
	sums, seen := map[string]*big.Rat{}, map[string]bool{}
	for _, r := range records[1:] {
		require.False(t, seen[r[1]], "each operation once")
		seen[r[1]] = true
		amount, ok := new(big.Rat).SetString(r[6])
		require.True(t, ok)
		if sums[r[7]] == nil {
			sums[r[7]] = new(big.Rat)
		}
		sums[r[7]].Add(sums[r[7]], amount)
	}
	for currency, digits := range map[string]int{"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3} {
		assert.Regexp(t, `TOTAL +`+currency+` +\d+ +`+sums[currency].FloatString(digits)+"\n", got)
	}
}

func TestTheDocShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, sample, ok := strings.Cut(string(source), "//\tOperations from")
	require.True(t, ok)
	sample, _, ok = strings.Cut("//\tOperations from"+sample, "// The environment")
	require.True(t, ok)
	for line := range strings.Lines(sample) {
		if line = strings.TrimPrefix(strings.TrimPrefix(line, "//"), "\t"); line != "…\n" {
			assert.Contains(t, string(golden), line)
		}
	}
}

// service is a Data API that env leads to.
func service(t *testing.T, ops ...*ecommpay.Operation) (*ecommpaytest.Server, []string) {
	t.Helper()
	srv := ecommpaytest.NewServer()
	t.Cleanup(srv.Close)
	srv.Seed(ops...)
	c := ecommpaytest.DefaultCredentials()
	return srv, []string{"ECOMMPAY_URL", srv.URL(), "ECOMMPAY_TOKEN", c.Token, "ECOMMPAY_SECRET", c.Secret}
}

func TestRowsOfAService(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.March, 2, 23, 59, 59, 0, time.UTC)
	operation := func(id string, minor int64, currency string) *ecommpay.Operation {
		return &ecommpay.Operation{
			OperationID: id, ProjectID: "11", PaymentID: "=1+1", OperationType: ecommpay.TypeSale, OperationStatus: ecommpay.StatusSuccess,
			OperationCreatedAt: at, SumInitial: ecommpay.Sum{AmountMinor: minor, Currency: currency}, RRN: "001045563840",
		}
	}
	_, address := service(t, operation("1", 9223372036854775807, "EUR"), operation("2", 9223372036854775807, "EUR"),
		operation("3", -1, "JPY"), operation("4", 5, "XYZ"), operation("5", 0, ""))
	rows, got, err := try(t, append(address, "ECOMMPAY_FROM", "2026-03-01", "ECOMMPAY_TO", "2026-03-02")...)
	require.NoError(t, err)
	assert.Equal(t, ""+
		"project_id,operation_id,payment_id,operation_type,status,class,amount,currency,amount_minor,created_at,provider_date,rrn,arn,payment_provider_code\n"+
		"11,1,'=1+1,sale,success,succeeded,92233720368547758.07,EUR,9223372036854775807,2026-03-02T23:59:59Z,,001045563840,,\n"+
		"11,2,'=1+1,sale,success,succeeded,92233720368547758.07,EUR,9223372036854775807,2026-03-02T23:59:59Z,,001045563840,,\n"+
		"11,3,'=1+1,sale,success,succeeded,-1,JPY,-1,2026-03-02T23:59:59Z,,001045563840,,\n"+
		"11,4,'=1+1,sale,success,succeeded,,XYZ,5,2026-03-02T23:59:59Z,,001045563840,,\n"+
		"11,5,'=1+1,sale,success,succeeded,,,0,2026-03-02T23:59:59Z,,001045563840,,\n", rows)
	_, got, _ = strings.Cut(got, "\n\n")
	assert.Equal(t, ""+
		"TYPE   STATUS   CURRENCY  COUNT                    SUM\n"+
		"sale   success  -             1\n"+
		"sale   success  EUR           2  184467440737095516.14\n"+
		"sale   success  JPY           1                     -1\n"+
		"sale   success  XYZ           1                5 minor\n"+
		"TOTAL           -             1\n"+
		"TOTAL           EUR           2  184467440737095516.14\n"+
		"TOTAL           JPY           1                     -1\n"+
		"TOTAL           XYZ           1                5 minor\n"+
		"\n5 operations: 3 requests, 0 retried, 0 came again because they changed\n", got)
}

func TestYesterdayIsTheDefaultOfAService(t *testing.T) {
	t.Parallel()
	srv, address := service(t)
	day := func() string { return time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly) }
	before := day()
	_, _, err := try(t, address...)
	require.NoError(t, err)
	interval := func(day string) string { return `{"from":"` + day + ` 00:00:00","to":"` + day + ` 23:59:59"}` }
	body := string(srv.Requests()[0].Body)
	assert.True(t, strings.Contains(body, interval(before)) || strings.Contains(body, interval(day())), body)
}

func TestErrorsSayWhatToCheck(t *testing.T) {
	t.Parallel()
	for want, answer := range map[string]struct {
		status       int
		header, body string
	}{
		"ECOMMPAY_TOKEN and ECOMMPAY_SECRET": {status: 401},
		"ask for the role":                   {status: 403},
		"must be the base URL":               {status: 404},
		"come back in 1h0m0s":                {status: 429, header: "3600"},
		"The service is in trouble":          {status: 501},
		"for a redirect":                     {status: 302},
		"whether a proxy answers":            {status: 200, body: "<html>"},
		"whether a proxy changes":            {status: 200, body: `{"operations":[]}`},
	} {
		t.Run(want, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if answer.header != "" {
					w.Header().Set("Retry-After", answer.header)
				}
				w.WriteHeader(answer.status)
				_, _ = w.Write([]byte(answer.body))
			}))
			defer srv.Close()
			rows, got, err := try(t, "ECOMMPAY_URL", srv.URL, "ECOMMPAY_TOKEN", "a-token-to-hide", "ECOMMPAY_SECRET", "a-secret-to-hide")
			require.Error(t, err)
			assert.Contains(t, program().Explain(err), want)
			assert.NotContains(t, program().Explain(err), "to-hide")
			assert.Equal(t, 1, program().ExitCode(err))
			assert.Empty(t, rows+got, "nothing of a part of an interval")
		})
	}

	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	var err error
	synctest.Test(t, func(t *testing.T) { // where back-offs take no time
		err = run(t.Context(), &cli.Call{Env: env("ECOMMPAY_URL", gone.URL, "ECOMMPAY_TOKEN", "t", "ECOMMPAY_SECRET", "s"), Out: new(bytes.Buffer), Err: new(bytes.Buffer)})
	})
	assert.Contains(t, program().Explain(err), "could not be reached")
	assert.Equal(t, 1, program().ExitCode(err))
	assert.Contains(t, program().Explain(ecommpay.ErrPaginationStalled), "an interval that is over")
	assert.Equal(t, "some other error", program().Explain(errors.New("some other error")))
}

func TestAWrongEnvironmentIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for want, pairs := range map[string][]string{
		"-from (or ECOMMPAY_FROM) must be a day": {"ECOMMPAY_FROM", "2026-02-30"},
		"must not be behind":                     {"ECOMMPAY_FROM", "2026-02-03", "ECOMMPAY_TO", "2026-02-02"},
		"credentials but no":                     {"ECOMMPAY_TOKEN", "t"},
		"ECOMMPAY_URL needs":                     {"ECOMMPAY_URL", ecommpay.ProductionURL, "ECOMMPAY_TOKEN", "t"},
		"a URL with https,":                      {"ECOMMPAY_URL", "http://data.example", "ECOMMPAY_TOKEN", "t", "ECOMMPAY_SECRET", "s"},
	} {
		t.Run(want, func(t *testing.T) {
			_, _, err := try(t, pairs...)
			require.Error(t, err, want)
			assert.Contains(t, program().Explain(err), want)
			assert.Equal(t, 2, program().ExitCode(err))
		})
	}
}

func TestCtrlCEndsTheWalk(t *testing.T) {
	t.Parallel()
	srv, address := service(t)
	ctx, cancel := context.WithCancel(t.Context())
	srv.Inject(ecommpaytest.Fault{Delay: time.Hour, Match: func(ecommpaytest.Request) bool { cancel(); return true }})
	var out, totals bytes.Buffer
	err := run(ctx, &cli.Call{Env: env(address...), Out: &out, Err: &totals})
	assert.Contains(t, program().Explain(err), "Interrupted")
	assert.Equal(t, 130, program().ExitCode(err))
	assert.Empty(t, out.String()+totals.String())
}
