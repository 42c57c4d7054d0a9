package main

import (
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/clitest"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func tried() *clitest.Program {
	return &clitest.Program{Program: program(), Run: run, Flags: []string{"-date"}}
}

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	tried().Check(t)
	tried().FullDisk(t)
}

func TestOfflineGivesTheGoldenTotals(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	code, got, stderr := tried().Start(t, nil)
	require.Zero(t, code, stderr)
	assert.Equal(t, string(golden), got)
	assert.GreaterOrEqual(t, strings.Count(got, "\n"), 10)
	assert.True(t, strings.HasSuffix(got, "VIMA_API_KEY=… go run ./examples/quickstart\n"))

	// The table is the rows themselves, added up.
	want, sums := map[string]*big.Rat{}, map[string]*big.Rat{}
	add := func(to map[string]*big.Rat, group, amount string) {
		exact, ok := new(big.Rat).SetString(amount)
		require.True(t, ok, amount)
		if to[group] == nil {
			to[group] = new(big.Rat)
		}
		to[group].Add(to[group], exact)
	}
	for _, o := range vimatest.Generate(vimatest.Plan{Operations: 2400, Seed: 1, From: vima.Date{Year: 2026, Month: time.January, Day: 15}}) {
		amount, currency, ok := o.Amount()
		if ok {
			add(want, o.Project+" "+string(o.Outcome().Class())+" "+currency, amount.String())
		}
	}
	_, rows, _ := strings.Cut(got, "SUM\n")
	rows, _, _ = strings.Cut(rows, "\n\n")
	for row := range strings.Lines(rows) {
		if cells := strings.Fields(row); len(cells) == 5 {
			add(sums, strings.Join(cells[:3], " "), cells[4])
		}
	}
	require.Len(t, sums, len(want))
	for group, sum := range want {
		assert.Zero(t, sum.Cmp(sums[group]), group)
	}
}

func TestTheSpellingsOfAStatusAreOneClass(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	defer srv.Close()
	at := time.Date(2026, time.March, 2, 1, 0, 0, 0, time.UTC)
	for i, row := range []string{
		`"project":"b","current_status":"success","complete_amount":99999999999.00000001,"complete_currency":"EUR"`,
		`"project":"b","current_status":"success","complete_amount":99999999999.00000002,"complete_currency":"EUR"`,
		`"project":"a","current_status":"in_process","payment_status":"fail","complete_amount":-0.10,"complete_currency":"EUR"`,
		`"project":"a","current_status":"failed","complete_amount":7,"complete_currency":"EUR"`,
		`"project":"a","current_status":"in process","complete_amount":1,"complete_currency":"INR"`,
		`"project":"a","current_status":"in_process","complete_amount":1,"complete_currency":"INR"`,
		`"project":"c","current_status":"odd"`,
	} {
		id := string(rune('1' + i))
		srv.Seed(&vima.Operation{Raw: []byte(`{"operation_id":"` + id + `","operation_create_id":"` + id + `","operation_update_id":"` + id +
			`","operation_created_at":"` + at.Format(time.RFC3339) + `",` + row + `}`)})
	}
	address := []string{"VIMA_URL", srv.URL(), "VIMA_API_KEY", vimatest.DefaultAPIKey}
	code, got, stderr := tried().Start(t, address, "-date", "2026-03-02")
	require.Zero(t, code, stderr)
	var rows []string
	for row := range strings.Lines(got) {
		rows = append(rows, strings.Join(strings.Fields(row), " "))
	}
	assert.Equal(t, []string{
		"Operations of 2026-03-02", "", "PROJECT OUTCOME CURRENCY COUNT SUM", "a failed EUR 2 6.90", "a pending INR 2 2.00",
		"b succeeded EUR 2 199999999998.00000003", "c unknown - 1 0.00",
	}, rows)

	_, _, _ = tried().Start(t, append(address, "VIMA_DATE", "2026-03-01"))
	requests := srv.Requests()
	assert.Equal(t, "2026-03-01", requests[len(requests)-1].Query().Get("date"))
}

func TestErrorsSayWhatToCheck(t *testing.T) {
	t.Parallel()
	for want, status := range map[string]int{"Check VIMA_API_KEY": 401, "issued for the service": 403, "whole URL of the": 404, "status 302": 302} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		code, got, stderr := tried().Start(t, []string{"VIMA_URL", srv.URL, "VIMA_API_KEY", "a-key-to-hide"})
		srv.Close()
		assert.Equal(t, 1, code)
		assert.Contains(t, stderr, want)
		assert.NotContains(t, stderr, "a-key-to-hide")
		assert.Empty(t, got, "no totals of a part of a day")
	}
	for want, env := range map[string][]string{
		"-date (or VIMA_DATE)": {"VIMA_DATE", "2026-02-30"},
		"go together":          {"VIMA_API_KEY", "k"},
		"with https, as":       {"VIMA_URL", "http://collector.example", "VIMA_API_KEY", "k"},
	} {
		code, _, stderr := tried().Start(t, env)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, stderr, want)
	}
}
