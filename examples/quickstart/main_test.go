package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// env is a complete environment.
func env(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

func try(t *testing.T, pairs ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), env(pairs...), &out)
	return out.String(), err
}

func TestOfflineGivesTheGoldenTotals(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	got, err := try(t)
	require.NoError(t, err)
	assert.Equal(t, string(golden), got)
}

func TestTheDocShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, sample, ok := strings.Cut(string(source), "//\tOperations of")
	require.True(t, ok)
	sample, _, ok = strings.Cut("//\tOperations of"+sample, "// The environment")
	require.True(t, ok)
	for line := range strings.Lines(sample) {
		if line = strings.TrimPrefix(strings.TrimPrefix(line, "//"), "\t"); line != "…\n" {
			assert.Contains(t, string(golden), line)
		}
	}
}

func TestAnotherDayOfflineIsEmpty(t *testing.T) {
	t.Parallel()
	got, err := try(t, "VIMA_DATE", "2026-01-14")
	require.NoError(t, err)
	assert.Contains(t, got, "Operations of 2026-01-14")
	assert.Contains(t, got, "\n0 operations: 1 requests, 0 retried\n")
}

func TestTotalsOfAService(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer(vimatest.WithBasicAuth("reader", "secret"), vimatest.WithAPIKey("other-key"))
	defer srv.Close()
	day := vima.Date{Year: 2026, Month: time.March, Day: 2}
	at := day.Time().Add(time.Hour)
	for i, row := range []string{
		`"project":"b","current_status":"success","complete_amount":99999999999.00000001,"complete_currency":"EUR"`,
		`"project":"b","current_status":"success","complete_amount":99999999999.00000002,"complete_currency":"EUR"`,
		`"project":"a","current_status":"in_process","payment_status":"fail","complete_amount":-0.10,"complete_currency":"EUR"`,
		`"project":"a","current_status":"success","complete_amount":7,"complete_currency":"INR"`,
		`"project":"a"`,
	} {
		id := string(rune('1' + i))
		srv.Seed(&vima.Operation{Raw: []byte(`{"operation_id":"` + id + `","operation_create_id":"` + id + `","operation_update_id":"` + id +
			`","operation_created_at":"` + at.Format(time.RFC3339) + `",` + row + `}`)})
	}
	for _, credentials := range [][]string{{"VIMA_API_KEY", "other-key"}, {"VIMA_USERNAME", "reader", "VIMA_PASSWORD", "secret"}} {
		got, err := try(t, append(credentials, "VIMA_URL", srv.URL(), "VIMA_DATE", "2026-03-02")...)
		require.NoError(t, err)
		_, got, _ = strings.Cut(got, "\n\n")
		assert.Equal(t, ""+
			"PROJECT  STATUS   CURRENCY  COUNT                    SUM\n"+
			"a        -        -             1                       \n"+
			"a        fail     EUR           1            -0.10000000\n"+
			"a        success  INR           1                   7.00\n"+
			"b        success  EUR           2  199999999998.00000003\n"+
			"TOTAL             -             1                       \n"+
			"TOTAL             EUR           3  199999999997.90000003\n"+
			"TOTAL             INR           1                   7.00\n"+
			"\n5 operations: 2 requests, 0 retried\n", got)
	}
}

func TestYesterdayIsTheDefaultOfAService(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	defer srv.Close()
	before := vima.DateOf(time.Now()).AddDays(-1).String()
	_, err := try(t, "VIMA_URL", srv.URL(), "VIMA_API_KEY", vimatest.DefaultAPIKey)
	require.NoError(t, err)
	after := vima.DateOf(time.Now()).AddDays(-1).String()
	assert.Contains(t, []string{before, after}, srv.Requests()[0].Query().Get("date"))
}

func TestErrorsSayWhatToCheck(t *testing.T) {
	t.Parallel()
	for want, answer := range map[string]struct {
		status, code int
		header, body string
	}{
		"VIMA_API_KEY, or":          {status: 401, code: 1},
		"from which addresses":      {status: 403, code: 1},
		"whole URL of the":          {status: 404, code: 1},
		"come back in 1h0m0s":       {status: 429, code: 1, header: "3600"},
		"The service is in trouble": {status: 501, code: 1},
		"for a redirect":            {status: 302, code: 1},
		"no list of operations":     {status: 200, code: 1, body: "<html>"},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if answer.header != "" {
				w.Header().Set("Retry-After", answer.header)
			}
			w.WriteHeader(answer.status)
			_, _ = w.Write([]byte(answer.body))
		}))
		defer srv.Close()
		got, err := try(t, "VIMA_URL", srv.URL, "VIMA_API_KEY", "a-key-to-hide")
		require.Error(t, err)
		assert.Contains(t, explain(err), want)
		assert.NotContains(t, explain(err), "a-key-to-hide")
		assert.Equal(t, answer.code, exitCode(err))
		assert.Empty(t, got, "no totals of a part of a day")
	}

	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	var err error
	synctest.Test(t, func(t *testing.T) { // where back-offs take no time
		err = run(t.Context(), env("VIMA_URL", gone.URL, "VIMA_API_KEY", "k"), new(bytes.Buffer))
	})
	assert.Contains(t, explain(err), "could not be reached")
	assert.Equal(t, 1, exitCode(err))
	assert.Equal(t, "some other error", explain(errors.New("some other error")))
}

func TestAWrongEnvironmentIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for want, pairs := range map[string][]string{
		"VIMA_DATE must be":                  {"VIMA_DATE", "2026-02-30"},
		"credentials but no VIMA_URL":        {"VIMA_API_KEY", "k"},
		"VIMA_URL needs VIMA_API_KEY":        {"VIMA_URL", vima.ProductionURL},
		"or VIMA_USERNAME and VIMA_PASSWORD": {"VIMA_URL", vima.SandboxURL, "VIMA_USERNAME", "u"},
		"but not both":                       {"VIMA_URL", vima.SandboxURL, "VIMA_USERNAME", "u", "VIMA_API_KEY", "k"},
		"must be a URL with https":           {"VIMA_URL", "http://collector.example", "VIMA_API_KEY", "k"},
	} {
		_, err := try(t, pairs...)
		require.Error(t, err, want)
		assert.Contains(t, explain(err), want)
		assert.Equal(t, 2, exitCode(err))
	}
}

func TestCtrlCEndsTheWalk(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	srv.Inject(vimatest.Fault{Delay: time.Hour, Match: func(vimatest.Request) bool { cancel(); return true }})
	var out bytes.Buffer
	err := run(ctx, env("VIMA_URL", srv.URL(), "VIMA_API_KEY", vimatest.DefaultAPIKey), &out)
	assert.Contains(t, explain(err), "Interrupted")
	assert.Equal(t, 130, exitCode(err))
	assert.Empty(t, out.String())
}

// The golden totals are those of the rows themselves, added up as text in units
// of the last decimal.
func TestTotalsAgainstPlainAddition(t *testing.T) {
	t.Parallel()
	want := map[string]int64{}
	got := newTotals()
	for _, o := range vimatest.Generate(vimatest.Plan{Operations: 2400, Seed: 1}) {
		got.add(o)
		amount, currency, ok := o.Amount()
		if !ok {
			continue
		}
		whole, fraction, _ := strings.Cut(amount.String(), ".")
		units := int64(0)
		for _, digit := range whole + (fraction + "00000000")[:8] {
			units = 10*units + int64(digit-'0')
		}
		want[currency] += units
	}
	require.Len(t, want, 5)
	for currency, units := range want {
		text := strings.Replace(got.currencies[currency].sum.FloatString(8), ".", "", 1)
		assert.Equal(t, units, parse(t, text), currency)
	}
}

func parse(t *testing.T, digits string) (n int64) {
	t.Helper()
	for _, digit := range digits {
		require.True(t, '0' <= digit && digit <= '9', digits)
		n = 10*n + int64(digit-'0')
	}
	return n
}
