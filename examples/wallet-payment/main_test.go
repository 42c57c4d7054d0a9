package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

const id = "e731a7e2-c553-4295-867e-1023359bee28"

// env is a complete environment.
func env(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

// service is the environment of srv.
func service(srv *wallettest.Server, more ...string) func(string) string {
	return env(append([]string{
		"WALLET_URL", srv.URL(), "WALLET_PHONE", wallettest.DefaultPhone, "WALLET_PASSWORD", wallettest.DefaultPassword,
		"WALLET_SERVICE", "834", "WALLET_ACCOUNT", "0000000001", "WALLET_PAYMENT_ID", id,
	}, more...)...)
}

func try(t *testing.T, env func(string) string, answer string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), &cli.Call{Env: env, In: strings.NewReader(answer), Out: &out})
	return out.String(), err
}

func TestOfflinePrintsTheGoldenReceipt(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	got, err := try(t, env(), "")
	require.NoError(t, err)
	assert.Equal(t, string(golden), got)
}

func TestTheDocShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, sample, ok := strings.Cut(string(source), "//\tPaying")
	require.True(t, ok)
	sample, _, ok = strings.Cut("//\tPaying"+sample, "//\n// The environment")
	require.True(t, ok)
	sample = strings.ReplaceAll(strings.ReplaceAll(sample, "//\t", ""), "//\n", "\n")
	assert.True(t, strings.HasPrefix(string(golden), sample), sample)
}

func TestItAsksBeforeItPays(t *testing.T) {
	t.Parallel()
	for answer, paid := range map[string]int{"y\n": 1, "Y\n": 1, " y \n": 1, "n\n": 0, "\n": 0, "": 0, "yes\n": 0} {
		t.Run(answer, func(t *testing.T) {
			srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
			got, err := try(t, service(srv), answer)
			assert.Contains(t, got, "total   103.00 RUB")
			assert.Equal(t, paid, srv.Debits(id), "%q", answer)
			if paid == 0 {
				require.ErrorIs(t, err, errNo)
				assert.Contains(t, program().Explain(err), "Nothing was paid")
				assert.NotContains(t, got, "RECEIPT")
			}
			srv.Close()
		})
	}
}

func TestItGoesOnWithAPaymentAndPaysItOnce(t *testing.T) {
	t.Parallel()
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0), wallettest.WithUnguardedPay())
	defer srv.Close()
	for _, fault := range []wallettest.Fault{
		{Operation: "ExecutePayment", Kind: wallettest.FaultResetBefore, Times: 2},
		{Operation: "ExecutePayment", Kind: wallettest.FaultResetAfter},
		{Operation: "GetPayment", Status: 404},
	} {
		srv.Inject(fault)
		_, err := try(t, service(srv), "y\ny\n")
		srv.ClearFaults()
		if errors.Is(err, wallet.ErrOutcomeUnknown) {
			assert.Contains(t, program().Explain(err), "pays once")
		}
	}
	got, err := try(t, service(srv), "y\n")
	require.NoError(t, err)
	assert.Contains(t, got, "status     completed")
	assert.Equal(t, 1, srv.Debits(id))
}

func TestADeclineIsNoReceiptToBeGladOf(t *testing.T) {
	t.Parallel()
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	srv.AddService(wallettest.Service{ID: 834, Name: "Mobile", Declines: true, DeclineReason: wallet.DeclineReasonInvalidData})
	got, err := try(t, service(srv), "y\n")
	require.EqualError(t, err, "the payment was declined: invalid_data")
	assert.Contains(t, got, "reason     invalid_data")
	assert.Equal(t, 1, program().ExitCode(err))
}

func TestErrorsSayWhatToCheck(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		fault wallettest.Fault
		code  int
	}{
		"WALLET_PASSWORD":           {wallettest.Fault{Status: 401, Body: `{"meta":{"code":401}}`}, 1},
		"too little money":          {wallettest.Fault{Status: 422, Body: `{"meta":{"code":422,"error":"insufficient_funds"}}`}, 1},
		"check WALLET_SERVICE":      {wallettest.Fault{Status: 422, Body: `{"meta":{"code":422,"error":"service_not_found"}}`}, 1},
		"with the same id: it":      {wallettest.Fault{Status: 501}, 1},
		"wants more parameters":     {wallettest.Fault{Status: 200, Body: `{"meta":{"code":200,"next_action":"update"},"data":{"id":1,"status":"created"}}`}, 1},
		"Nobody knows yet whether ": {wallettest.Fault{Kind: wallettest.FaultHTML}, 1},
	} {
		t.Run(want, func(t *testing.T) {
			srv := wallettest.NewServer()
			c.fault.Times = -1
			srv.Inject(c.fault)
			_, err := try(t, service(srv), "y\n")
			require.Error(t, err, want)
			assert.Contains(t, program().Explain(err), want)
			assert.NotContains(t, program().Explain(err), wallettest.DefaultPhone)
			assert.Equal(t, c.code, program().ExitCode(err))
			srv.Close()
		})
	}
	assert.Equal(t, "some other error", program().Explain(errors.New("some other error")))
}

func TestAWrongEnvironmentIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for want, pairs := range map[string][]string{
		"WALLET_AMOUNT) must be":        {"WALLET_AMOUNT", "ten"},
		"credentials but no WALLET_URL": {"WALLET_PHONE", "+996000000001"},
		"needs WALLET_PHONE":            {"WALLET_URL", wallet.SandboxURL},
		"(or WALLET_SERVICE)":           {"WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "+996000000001", "WALLET_PASSWORD", "p"},
		"Check WALLET_URL":              {"WALLET_URL", "http://api.example.com", "WALLET_PHONE", "1", "WALLET_PASSWORD", "p", "WALLET_SERVICE", "1", "WALLET_ACCOUNT", "a"},
	} {
		t.Run(want, func(t *testing.T) {
			_, err := try(t, env(pairs...), "")
			require.Error(t, err, want)
			assert.Contains(t, program().Explain(err), want)
			assert.Equal(t, 2, program().ExitCode(err))
		})
	}
}

// Ctrl-C at the question pays nothing.
func TestCtrlCAtTheQuestion(t *testing.T) {
	t.Parallel()
	srv := wallettest.NewServer()
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	err := run(ctx, &cli.Call{Env: service(srv), In: blocked{cancel}, Out: &out})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 130, program().ExitCode(err))
	assert.Zero(t, srv.Debits(id))
}

type blocked struct{ reached func() }

func (b blocked) Read([]byte) (int, error) {
	b.reached()
	select {} // as a terminal on which nobody types
}
