package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	progressbar "github.com/payclients/payclients-go/examples/apps/internal/progress"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestStdoutHoldsWhatAFileWould(t *testing.T) {
	t.Parallel()
	srv := serve(t, 300, false)
	for _, format := range []string{"csv", "jsonl"} {
		out := filepath.Join(t.TempDir(), "out")
		args := append(january[:len(january):len(january)], "-format", format)
		require.Zero(t, start(t, environment(srv), append(args, "-out", out)...).code)
		for _, args := range [][]string{args, append(args, "-out", "-")} {
			got := start(t, environment(srv), args...)
			require.Zero(t, got.code, got.stderr)
			assert.Equal(t, read(t, out), got.stdout)
			assert.Contains(t, got.stderr, "stdout: 31 days, 300 operations, 0 rejected")
		}
	}
}

func TestWhatIsFinishedIsNotReadAgain(t *testing.T) {
	t.Parallel()
	srv := serve(t, 100, false)
	out := filepath.Join(t.TempDir(), "out.csv")
	args := append(january[:len(january):len(january)], "-out", out)
	require.Zero(t, start(t, environment(srv), args...).code)
	text := read(t, out)
	for _, args := range [][]string{args, append(args, "-to", "2026-01-02")} {
		got := start(t, environment(srv), args...)
		require.Zero(t, got.code, got.stderr)
		assert.Contains(t, got.stderr, "31 days, 100 operations, 0 rejected; 0 requests")
		assert.Equal(t, text, read(t, out))
	}
}

func TestARejectedRowIsKeptAndCounted(t *testing.T) {
	t.Parallel()
	srv := serve(t, 300, true)
	out := filepath.Join(t.TempDir(), "out.csv")
	got := start(t, environment(srv), append(january, "-out", out)...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stderr, "31 days, 298 operations, 2 rejected")
	assert.Contains(t, got.stderr, "2 rows did not decode: they are in "+out+".rejects.jsonl")
	assert.Equal(t, 299, strings.Count(read(t, out), "\n"))

	rejects := read(t, out+".rejects.jsonl")
	lines := strings.Split(strings.TrimSuffix(rejects, "\n"), "\n")
	require.Len(t, lines, 2)
	for i, id := range []string{"100", "150"} {
		assert.Contains(t, lines[i], `"row":{"operation_id":[`+id+`],"operation_create_id":"10`)
		var reject struct{ Error string }
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &reject))
		assert.Contains(t, reject.Error, "operation_id")
	}

	piped := start(t, environment(srv), january...)
	assert.Equal(t, 1, piped.code)
	assert.Equal(t, read(t, out), piped.stdout)
	for _, line := range lines {
		assert.Contains(t, piped.stderr, line+"\n")
	}
	assert.Contains(t, piped.stderr, "2 rows did not decode: they are printed above")
}

func TestAnInterruptedPipeHoldsWholeDays(t *testing.T) {
	t.Parallel()
	srv := serve(t, 300, false)
	whole := start(t, environment(srv), january...).stdout
	ctx, cancel := context.WithCancel(t.Context())
	srv.Inject(vimatest.Fault{Delay: time.Hour, Times: -1, Match: func(r vimatest.Request) bool {
		if r.Query().Get("date") != "2026-01-09" {
			return false
		}
		cancel()
		return true
	}})
	var stdout, stderr bytes.Buffer
	env := environment(srv)
	code := program().Run(ctx, &cli.Call{Args: append(january, "-workers", "4"), Env: func(name string) string { return env[name] }, Out: &stdout, Err: &stderr}, run)
	assert.Equal(t, 130, code)
	assert.Contains(t, stderr.String(), "8 of 31 days are written; go on with -from 2026-01-09")

	srv.ClearFaults()
	rest := start(t, env, "-from", "2026-01-09", "-to", "2026-01-31")
	require.Zero(t, rest.code, rest.stderr)
	_, withoutHeader, _ := strings.Cut(rest.stdout, "\n")
	assert.Equal(t, whole, stdout.String()+withoutHeader)
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestABrokenPipeIsAnError(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	env := environment(serve(t, 100, false))
	code := program().Run(t.Context(), &cli.Call{Args: january, Env: func(name string) string { return env[name] }, Out: brokenPipe{}, Err: &stderr}, run)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr.String(), "broken pipe\n  0 of 31 days are written; some of what comes after them is written too: start over")
}

func TestARefusalKeepsWhatIsWritten(t *testing.T) {
	t.Parallel()
	srv := serve(t, 300, false)
	out := filepath.Join(t.TempDir(), "out.csv")
	srv.Inject(vimatest.Fault{Status: 403, Match: func(r vimatest.Request) bool { return r.Query().Get("date") == "2026-01-12" }})
	args := append(january[:len(january):len(january)], "-workers", "5", "-out", out)
	got := start(t, environment(srv), args...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stderr, "status 403 (forbidden)\n  10 of 31 days are written; the same command goes on with 2026-01-11")
	require.Zero(t, start(t, environment(srv), args...).code)
	assert.Equal(t, start(t, environment(srv), january...).stdout, read(t, out))
}

func TestCellsAreHarmlessAndCanBeReadBack(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "plain": "plain", "a=b": "a=b", "100.00": "100.00",
		"-1": "-1", "-100.00000000": "-100.00000000", "-0.5": "-0.5",
		"=1+1": "'=1+1", "+910000000000": "'+910000000000", "@SUM(A1)": "'@SUM(A1)", "-1+1": "'-1+1", "-": "'-", "-1.": "'-1.",
		"-.5": "'-.5", "--1": "'--1", "-1e5": "'-1e5", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", "'=1": "''=1",
	} {
		got := harmless(cell)
		assert.Equal(t, want, got, "%q", cell)
		assert.Equal(t, cell, strings.TrimPrefix(got, "'"), "%q", cell)
	}
}

func TestCSVOfAHostileOperation(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	defer srv.Close()
	srv.Seed(&vima.Operation{Raw: []byte(`{"operation_id":"1","operation_create_id":"1","operation_update_id":"2",
		"client_operation_id":"=HYPERLINK(\"http://x\",\"y\")","project":"a,\"b\"\n","contact":"+910000000000","user_id":"@u",
		"create_params":{"method":"payment.in","params":{"payment":{"amount":{"value":-12345,"currency":"INR"},
		"payer":{"email":"payer@example.com","phone":"-91","person":{"first_name":"Test","last_name":"Payer"},"customer_account":{"id":"c"}}}}},
		"current_status":"success","payment_status":"fail","operation_created_at":"2026-01-02 03:04:05.678",
		"complete_amount":-12345678901.12345678,"complete_currency":"INR","complete_created_at":"2026-01-02T03:04:06Z"}`)})
	args := []string{"-from", "2026-01-02", "-to", "2026-01-02"}
	for _, c := range []struct {
		personal bool
		want     map[string]string
	}{
		{false, map[string]string{
			"client_operation_id": `'=HYPERLINK("http://x","y")`, "project": "a,\"b\"\n", "status": "fail", "class": "failed", "current_status": "success",
			"amount": "-12345678901.12345678", "currency": "INR", "requested_minor": "-12345", "complete_amount": "-12345678901.12345678",
			"fee": "", "created_at": "2026-01-02T03:04:05.678Z", "modified_at": "", "completed_at": "2026-01-02T03:04:06Z",
		}},
		{true, map[string]string{
			"contact": "'+910000000000", "user_id": "'@u", "payer_phone": "-91", "payer_email": "payer@example.com",
			"payer_first_name": "Test", "payer_last_name": "Payer", "payer_account_id": "c", "ip_addr": "", "operation_id": "1",
		}},
	} {
		if c.personal {
			args = append(args, "-personal")
		}
		got := start(t, environment(srv), args...)
		require.Zero(t, got.code, got.stderr)
		records, err := csv.NewReader(strings.NewReader(got.stdout)).ReadAll()
		require.NoError(t, err)
		require.Len(t, records, 2)
		cells := map[string]string{}
		for i, name := range records[0] {
			cells[name] = records[1][i]
		}
		for name, cell := range c.want {
			assert.Equal(t, cell, cells[name], name)
		}
		assert.Equal(t, c.personal, strings.Contains(got.stdout, "payer@example.com"))
		assert.Equal(t, c.personal, strings.Contains(got.stdout, "910000000000"))
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	p := &progress{w: &lines, days: 31}
	p.start(8)
	p.page(100)
	p.finished(8)
	p.page(50)
	p.stop()
	assert.Equal(t, "vima-backfill: 8 of 31 days, 100 operations in 0s\nvima-backfill: 16 of 31 days, 150 operations in 0s\n", lines.String())

	var bar bytes.Buffer
	p = &progress{w: &bar, days: 31, bar: progressbar.On(&bar, 31, true)}
	p.start(8)
	p.page(100)
	p.finished(8)
	_, err := p.Write([]byte("a reject\n"))
	require.NoError(t, err)
	assert.Contains(t, bar.String(), "(8/31)")
	assert.True(t, strings.HasSuffix(bar.String(), "\ra reject\n"), "%q", bar.String())
	assert.False(t, progressbar.Terminal(&bar))
}
