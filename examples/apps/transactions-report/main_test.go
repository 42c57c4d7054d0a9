package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata" // the zones below, wherever the test runs

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// env is a complete environment.
func env(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

func try(t *testing.T, environment func(string) string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), &cli.Call{Args: args, Env: environment, Out: &out, Err: new(bytes.Buffer)})
	return out.String(), err
}

func TestOfflineGivesTheGoldenTotals(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "totals.csv")
	got, err := try(t, env(), "-csv", file)
	require.NoError(t, err)
	assert.Equal(t, string(golden), got)

	// The totals are the rows of the file, added up, and the rows of the service.
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	alone, err := try(t, env(), "-csv", "-")
	require.NoError(t, err)
	assert.Equal(t, string(text), alone)
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	fromFile := map[string]int64{}
	for _, r := range records[1:] {
		minor, err := strconv.ParseInt(r[4], 10, 64)
		require.NoError(t, err)
		fromFile[r[2]] += minor
	}
	made := map[string]int64{}
	for _, row := range transactionstest.Generate(transactionstest.Plan{Transactions: 2400, Seed: 1}) {
		made[fmt.Sprint(*row.RequestCcy)] += *row.RequestAmount
	}
	assert.Equal(t, made, fromFile)
	for currency, minor := range made {
		assert.Regexp(t, fmt.Sprintf(`TOTAL +%s +\d+ +%d\n`, currency, minor), got)
	}
}

func TestTheDocShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, sample, ok := strings.Cut(string(source), "//\tTransactions of")
	require.True(t, ok)
	sample, _, ok = strings.Cut("//\tTransactions of"+sample, "// CURRENCY")
	require.True(t, ok)
	for line := range strings.Lines(sample) {
		if line = strings.TrimPrefix(strings.TrimPrefix(line, "//"), "\t"); line != "…\n" {
			assert.Contains(t, string(golden), line)
		}
	}
}

func TestAFilterFromTheCommandLine(t *testing.T) {
	t.Parallel()
	got, err := try(t, env(), "-filter", "status.in=SUCCESS,FAILED&requestAmount.greaterThan=100000000&requestCcy.equals=840&recipientGateway.contains=SVGATE", "-digits", "2")
	require.NoError(t, err)
	_, got, _ = strings.Cut(got, "\n\n")
	assert.True(t, strings.HasPrefix(got, ""+
		"GATEWAY  STATUS   CURRENCY  COUNT         SUM\n"+
		"SvGate   SUCCESS  840           5  7520843.00\n"+
		"TOTAL             840           5  7520843.00\n\n5 transactions, 0 of them"), got)
}

// service is a service that env leads to.
func service(t *testing.T, rows ...*transactions.Transaction) (*transactionstest.Server, func(string) string) {
	t.Helper()
	srv := transactionstest.NewServer()
	t.Cleanup(srv.Close)
	srv.Seed(rows...)
	return srv, env("TRANSACTIONS_URL", srv.URL(), "TRANSACTIONS_TOKEN", transactionstest.DefaultToken)
}

func TestRowsOfAService(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.March, 1, 19, 0, 0, 0, time.UTC) // midnight in UTC+5
	row := func(after time.Duration, gateway string, minor *int64, currency *int32) *transactions.Transaction {
		return &transactions.Transaction{
			Date: at.Add(after), RecipientGateway: gateway, Status: transactions.StatusSuccess, RequestAmount: minor, RequestCcy: currency,
		}
	}
	n := func(i int64) *int64 { return &i }
	_, address := service(t,
		row(-time.Nanosecond, "before", n(1), nil),
		row(0, "=gate", n(math.MaxInt64-5), new(int32(860))),
		row(time.Hour, "=gate", n(5), new(int32(860))),
		row(time.Hour, "=gate", n(-7), new(int32(8))),
		row(2*time.Hour, "", nil, nil),
		row(24*time.Hour-time.Microsecond, "gate", n(-5), new(int32(860))),
		row(24*time.Hour, "after", n(1), nil),
	)
	args := []string{"-day", "2026-03-02", "-zone", "Asia/Tashkent"}
	got, err := try(t, address, append(args, "-digits", "3")...)
	require.NoError(t, err)
	heading, got, _ := strings.Cut(got, "\n\n")
	assert.Regexp(t, `^Transactions of 2026-03-02 Asia/Tashkent, as 127\.0\.0\.1:\d+ has them now$`, heading)
	assert.Equal(t, ""+
		"GATEWAY  STATUS   CURRENCY  COUNT                   SUM\n"+
		"-        SUCCESS  -             1                 0.000\n"+
		"=gate    SUCCESS  008           1                -0.007\n"+
		"=gate    SUCCESS  860           2  9223372036854775.807\n"+
		"gate     SUCCESS  860           1                -0.005\n"+
		"TOTAL             -             1                 0.000\n"+
		"TOTAL             008           1                -0.007\n"+
		"TOTAL             860           3  9223372036854775.802\n"+
		"\n5 transactions, 1 of them without an amount: 1 requests, 0 retried\n", got)
	got, err = try(t, address, append(args, "-csv", "-")...)
	require.NoError(t, err)
	assert.Equal(t, ""+
		"gateway,status,currency,count,amount_minor\n"+
		"-,SUCCESS,-,1,0\n"+
		"'=gate,SUCCESS,008,1,-7\n"+
		"'=gate,SUCCESS,860,2,9223372036854775807\n"+
		"gate,SUCCESS,860,1,-5\n", got)
}

// A sum that does not fit is an error, and no table of something else.
func TestASumThatDoesNotFit(t *testing.T) {
	t.Parallel()
	for _, minor := range []int64{math.MaxInt64, math.MinInt64} {
		t.Run(fmt.Sprint("minor=", minor), func(t *testing.T) {
			at := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
			row := &transactions.Transaction{Date: at, RequestAmount: &minor, RequestCcy: new(int32(860))}
			_, address := service(t, row, row)
			file := filepath.Join(t.TempDir(), "totals.csv")
			got, err := try(t, address, "-day", "2026-01-15", "-csv", file)
			require.ErrorIs(t, err, errTooLarge)
			assert.Equal(t, 1, program().ExitCode(err))
			assert.Empty(t, got)
			assert.NoFileExists(t, file)
		})
	}
}

// A day that begins at one o'clock, since clocks were put forward at midnight.
func TestADayWithoutAMidnight(t *testing.T) {
	t.Parallel()
	srv, address := service(t)
	got, err := try(t, address, "-day", "2026-09-06", "-zone", "America/Santiago")
	require.NoError(t, err)
	assert.Contains(t, got, "Transactions of 2026-09-06 America/Santiago")
	query := srv.Requests()[0].Query()
	assert.Equal(t, "2026-09-06T04:00:00Z", query.Get("date.greaterThanOrEqual"))
	assert.Equal(t, "2026-09-07T03:00:00Z", query.Get("date.lessThan"))
}

// What the advice against id.equals says does work.
func TestOneTransactionByItsID(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
	_, address := service(t, &transactions.Transaction{ID: 7, Date: at}, &transactions.Transaction{ID: 8, Date: at})
	got, err := try(t, address, "-day", "2026-01-15", "-filter", "id.greaterThanOrEqual=7&id.lessThanOrEqual=7")
	require.NoError(t, err)
	assert.Contains(t, got, "\n1 transactions, ")
}

func TestYesterdayIsTheDefaultOfAService(t *testing.T) {
	t.Parallel()
	srv, address := service(t)
	day := func() string { return yesterday(time.UTC).Add(-12 * time.Hour).Format(time.RFC3339) }
	before := day()
	_, err := try(t, address)
	require.NoError(t, err)
	assert.Contains(t, []string{before, day()}, srv.Requests()[0].Query().Get("date.greaterThanOrEqual"))
}

func TestErrorsSayWhatToCheck(t *testing.T) {
	t.Parallel()
	for want, answer := range map[string]struct {
		status       int
		header, body string
	}{
		"TRANSACTIONS_USERNAME and":          {status: 401},
		"ask the administrator":              {status: 403},
		"must be a base URL":                 {status: 404},
		"come back in 1h0m0s":                {status: 429, header: "3600"},
		"The service is in trouble":          {status: 501},
		"for a redirect":                     {status: 302},
		"whether a proxy answers":            {status: 200, body: "<html>"},
		"leave the condition out of -filter": {status: 200, body: `[{"id":1,"status":"FAILED","date":"2026-01-15T00:00:00Z"}]`},
		"does not filter or sort":            {status: 200, body: `[{"id":2,"date":"2026-01-15T00:00:00Z","status":"SUCCESS"},{"id":1,"date":"2026-01-15T00:00:00Z","status":"SUCCESS"}]`},
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
			file := filepath.Join(t.TempDir(), "totals.csv")
			got, err := try(t, env("TRANSACTIONS_URL", srv.URL, "TRANSACTIONS_TOKEN", "a-token-to-hide"), "-day", "2026-01-15", "-filter", "status.equals=SUCCESS", "-csv", file)
			require.Error(t, err)
			assert.Contains(t, program().Explain(err), want)
			assert.NotContains(t, program().Explain(err), "to-hide")
			assert.Equal(t, 1, program().ExitCode(err))
			assert.Empty(t, got, "nothing of a part of a day")
			assert.NoFileExists(t, file)
		})
	}

	srv, _ := service(t)
	_, err := try(t, env("TRANSACTIONS_URL", srv.URL(), "TRANSACTIONS_USERNAME", "operator", "TRANSACTIONS_PASSWORD", "a-password-to-hide"))
	assert.Contains(t, program().Explain(err), "TRANSACTIONS_USERNAME and")
	assert.NotContains(t, program().Explain(err), "to-hide")

	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	synctest.Test(t, func(t *testing.T) { // where back-offs take no time
		err = run(t.Context(), &cli.Call{Env: env("TRANSACTIONS_URL", gone.URL, "TRANSACTIONS_TOKEN", "t"), Out: new(bytes.Buffer), Err: new(bytes.Buffer)})
	})
	assert.Contains(t, program().Explain(err), "could not be reached")
	assert.Equal(t, 1, program().ExitCode(err))
	assert.Equal(t, "some other error", program().Explain(errors.New("some other error")))
}

func TestAWrongUsageIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-day must be a day":            {"-day", "2026-02-30"},
		"-zone":                         {"-zone", "Nowhere/Else"},
		"-digits must be":               {"-digits", "20"},
		`"promo.equals": is`:            {"-filter", "promo.equals=x"},
		`"size": is unknown`:            {"-filter", "size=3"},
		"neither id.equals nor id.in":   {"-filter", "id.equals=7"},
		"since the walk goes from id":   {"-filter", "id.in=7,8"},
		"its clocks skipped 2011-12-30": {"-day", "2011-12-30", "-zone", "Pacific/Apia"},
		"-filter must be a query":       {"-filter", "%zz"},
		"must have no condition on":     {"-filter", "date.lessThan=2026-01-15T00:00:00Z"},
		`an argument behind the flags`:  {"-day", "2026-01-15", "more"},
		"flag provided but not defined": {"-nope"},
	} {
		t.Run(want, func(t *testing.T) {
			_, err := try(t, env(), args...)
			require.Error(t, err, want)
			assert.Contains(t, program().Explain(err), want)
			assert.Contains(t, program().Explain(err), "-h lists flags")
			assert.Equal(t, 2, program().ExitCode(err))
		})
	}
	for want, pairs := range map[string][]string{
		"credentials but no":    {"TRANSACTIONS_TOKEN", "t"},
		"TRANSACTIONS_URL need": {"TRANSACTIONS_URL", "https://payments.example.com", "TRANSACTIONS_USERNAME", "u"},
		"does not go with":      {"TRANSACTIONS_URL", "https://payments.example.com", "TRANSACTIONS_USERNAME", "u", "TRANSACTIONS_TOKEN", "t"},
		"with https":            {"TRANSACTIONS_URL", "http://payments.example.com", "TRANSACTIONS_USERNAME", "u", "TRANSACTIONS_PASSWORD", "p"},
	} {
		t.Run(want, func(t *testing.T) {
			_, err := try(t, env(pairs...))
			require.Error(t, err, want)
			assert.Contains(t, program().Explain(err), want)
			assert.Equal(t, 2, program().ExitCode(err))
		})
	}
	_, err := try(t, env(), "-h")
	require.ErrorIs(t, err, flag.ErrHelp)
	_, err = try(t, env(), "-csv", filepath.Join(t.TempDir(), "no", "such", "folder"))
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.Equal(t, 2, program().ExitCode(err))
}

func TestCtrlCEndsTheWalk(t *testing.T) {
	t.Parallel()
	srv, address := service(t)
	ctx, cancel := context.WithCancel(t.Context())
	srv.Inject(transactionstest.Fault{Delay: time.Hour, Match: func(transactionstest.Request) bool { cancel(); return true }})
	var out bytes.Buffer
	err := run(ctx, &cli.Call{Env: address, Out: &out, Err: new(bytes.Buffer)})
	assert.Contains(t, program().Explain(err), "Interrupted")
	assert.Equal(t, 130, program().ExitCode(err))
	assert.Empty(t, out.String())
}
