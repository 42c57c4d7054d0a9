package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
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

// service is the environment of srv.
func service(srv *ecommpaytest.Server, more ...string) func(string) string {
	key := ecommpaytest.DefaultCredentials()
	return env(append([]string{"ECOMMPAY_URL", srv.URL(), "ECOMMPAY_TOKEN", key.Token, "ECOMMPAY_SECRET", key.Secret}, more...)...)
}

func try(t *testing.T, env func(string) string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), &cli.Call{Env: env, Out: &out})
	return out.String(), err
}

func TestOfflinePrintsTheGoldenList(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	got, err := try(t, env())
	require.ErrorIs(t, err, errOverdue)
	assert.Equal(t, 1, program().ExitCode(err))
	assert.Equal(t, string(golden), got)
}

func TestTheDocShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, sample, ok := strings.Cut(string(source), "//\tOpen chargebacks")
	require.True(t, ok)
	sample, _, ok = strings.Cut("//\tOpen chargebacks"+sample, "//\n// The environment leads")
	require.True(t, ok)
	sample = strings.ReplaceAll(strings.ReplaceAll(sample, "//\t", ""), "//\n", "\n")
	assert.True(t, strings.HasPrefix(string(golden), sample), sample)
}

func TestTheServiceOfTheEnvironment(t *testing.T) {
	t.Parallel()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	day := time.Date(2026, time.January, 10, 0, 0, 0, 0, time.UTC)
	srv.SeedChargebacks(
		&ecommpay.Chargeback{ChargebackID: "1", ReportDate: day, RespondBy: time.Now().Add(time.Hour)},
		&ecommpay.Chargeback{ChargebackID: "2", ReportDate: day, Status: ecommpay.ChargebackWon},
		&ecommpay.Chargeback{ChargebackID: "3", ReportDate: day.AddDate(0, 1, 0), RespondBy: time.Now().Add(time.Hour)},
	)
	got, err := try(t, service(srv))
	require.NoError(t, err)
	assert.Contains(t, got, "2 open: 0 overdue, 2 due within 7 days, 0 without a date")
	assert.NotContains(t, got, "This was offline")

	got, err = try(t, service(srv, "ECOMMPAY_FROM", "2026-01-01", "ECOMMPAY_TO", "2026-01-31"))
	require.NoError(t, err)
	assert.Contains(t, got, "1 open: ")
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		left       time.Duration
		days, mark string
	}{
		{-25 * time.Hour, "-2", "OVERDUE"},
		{-time.Nanosecond, "-1", "OVERDUE"},
		{0, "0", "DUE SOON"},
		{23 * time.Hour, "0", "DUE SOON"},
		{soon, "7", "DUE SOON"},
		{soon + 1, "7", ""},
	} {
		b := &ecommpay.Chargeback{RespondBy: now.Add(c.left)}
		assert.Equal(t, c.days, daysLeft(b, now), c.left)
		assert.Equal(t, c.mark, mark(b, now), c.left)
	}
	assert.Equal(t, "no date", mark(new(ecommpay.Chargeback), now))
	assert.Equal(t, "-", daysLeft(new(ecommpay.Chargeback), now))
}

func TestAHostileTextStaysInItsCell(t *testing.T) {
	t.Parallel()
	got := string(render([]*ecommpay.Chargeback{{ChargebackID: "9", ReasonCode: "a\tb\n\x1b[31m\u202e"}}, offlineNow, time.UTC))
	assert.Contains(t, got, "a?b??[31m?")
	assert.Equal(t, 4, strings.Count(got, "\n"))
}

func TestErrorsSayWhatToCheck(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		fault ecommpaytest.Fault
		opts  []ecommpaytest.Option
	}{
		"the newest one":           {fault: ecommpaytest.Fault{Status: 401}},
		"Merchant admin":           {opts: []ecommpaytest.Option{ecommpaytest.WithoutRights()}},
		"Do not use the data":      {opts: []ecommpaytest.Option{ecommpaytest.WithoutSignatures()}},
		"come back in 1h0m0s":      {fault: ecommpaytest.Fault{Status: 429, RetryAfter: "3600"}},
		"is not from the Data API": {fault: ecommpaytest.Fault{Kind: ecommpaytest.FaultHTML}},
		"must be the base URL":     {fault: ecommpaytest.Fault{Status: 404}},
		"The service refused":      {fault: ecommpaytest.Fault{Status: 400}},
	} {
		t.Run(want, func(t *testing.T) {
			srv := ecommpaytest.NewServer(c.opts...)
			if c.opts == nil {
				srv.Inject(c.fault)
			}
			got, err := try(t, service(srv))
			srv.Close()
			require.Error(t, err, want)
			assert.Contains(t, program().Explain(err), want)
			assert.NotContains(t, program().Explain(err), ecommpaytest.DefaultCredentials().Secret)
			assert.Equal(t, 1, program().ExitCode(err))
			assert.Empty(t, got)
		})
	}
}

func TestBadEnvironments(t *testing.T) {
	t.Parallel()
	for want, env := range map[string]func(string) string{
		"needs ECOMMPAY_TOKEN and ECOMMPAY_SECRET": env("ECOMMPAY_URL", ecommpay.ProductionURL, "ECOMMPAY_TOKEN", "x"),
		"but no ECOMMPAY_URL":                      env("ECOMMPAY_TOKEN", "x"),
		"plain http is refused":                    env("ECOMMPAY_URL", "http://api.invalid/", "ECOMMPAY_TOKEN", "x", "ECOMMPAY_SECRET", "y"),
		"set both of":                              env("ECOMMPAY_FROM", "2026-01-01"),
		"ECOMMPAY_TO) must be a day":               env("ECOMMPAY_FROM", "2026-01-01", "ECOMMPAY_TO", "soon"),
		"must not be before":                       env("ECOMMPAY_FROM", "2026-01-02", "ECOMMPAY_TO", "2026-01-01"),
	} {
		t.Run(want, func(t *testing.T) {
			_, err := try(t, env)
			require.ErrorContains(t, err, want)
			assert.Equal(t, 2, program().ExitCode(err), want)
		})
	}
}

func TestItCanBeInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := run(ctx, &cli.Call{Env: env(), Out: new(bytes.Buffer)})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 130, program().ExitCode(err))
	assert.Contains(t, program().Explain(err), "Interrupted")
}
