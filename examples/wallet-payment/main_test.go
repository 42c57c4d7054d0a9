package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/examples/internal/clitest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

const id = "e731a7e2-c553-4295-867e-1023359bee28"

func tried() *clitest.Program {
	return &clitest.Program{Program: program(), Run: run, Flags: []string{"-service", "-account", "-amount", "-id"}}
}

// real is the environment of srv, and what is paid there.
func real(srv *wallettest.Server) (env, args []string) {
	return []string{"WALLET_URL", srv.URL(), "WALLET_PHONE", wallettest.DefaultPhone, "WALLET_PASSWORD", wallettest.DefaultPassword},
		[]string{"-service", "834", "-account", "0000000001", "-id", id}
}

// try answers the question.
func try(ctx context.Context, srv *wallettest.Server, answer string) (stdout string, err error) {
	env, args := real(srv)
	var out bytes.Buffer
	err = run(ctx, &cli.Call{Args: args, Env: clitest.Env(env...), In: strings.NewReader(answer), Out: &out})
	return out.String(), err
}

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	tried().Check(t)
	tried().FullDisk(t)
	for _, amount := range []string{"1.500", "150.1234567", "-5", "0", "1e2", "", "01"} {
		code, stdout, stderr := tried().Start(t, nil, "-amount", amount)
		assert.Equal(t, 2, code, amount)
		assert.Contains(t, stderr, "at most 2 decimals", amount)
		assert.Empty(t, stdout, amount)
	}
	code, stdout, stderr := tried().Start(t, nil, "-amount", "150.50")
	assert.Zero(t, code, stderr)
	assert.Contains(t, stdout, "Paying 150.50 RUB")
	assert.Contains(t, stdout, "Pay 153.50 RUB to Mobile? [y/N] \npayment ")
	assert.Contains(t, stdout, "go run ./examples/wallet-payment -service 834")
}

func TestHelpPaysNothing(t *testing.T) {
	t.Parallel()
	srv := wallettest.NewServer()
	defer srv.Close()
	env, args := real(srv)
	for flag, want := range map[string]int{"-h": 0, "-pay": 2, "pay": 2} {
		code, _, _ := tried().Start(t, env, append(args[:len(args):len(args)], flag)...)
		assert.Equal(t, want, code, flag)
	}
	assert.Empty(t, srv.Requests())
}

func TestItAsksBeforeItPays(t *testing.T) {
	t.Parallel()
	for answer, paid := range map[string]int{"y\n": 1, "Y\n": 1, " y \n": 1, "n\n": 0, "\n": 0, "": 0, "yes\n": 0} {
		t.Run(answer, func(t *testing.T) {
			srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
			defer srv.Close()
			got, err := try(t.Context(), srv, answer)
			assert.Contains(t, got, "Pay 103.00 RUB to Mobile? [y/N]")
			assert.Equal(t, paid, srv.Debits(id), "%q", answer)
			if paid == 0 {
				require.ErrorContains(t, err, "the bill is not paid: not agreed to")
			}
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
		_, _ = try(t.Context(), srv, "y\n") // what it says is the next test's
		srv.ClearFaults()
	}
	got, err := try(t.Context(), srv, "y\n")
	require.NoError(t, err)
	assert.Contains(t, got, "is completed")
	assert.Equal(t, 1, srv.Debits(id))
}

func TestErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for want, fault := range map[string]wallettest.Fault{
		"401 (unauthorized)":               {Status: 401, Body: `{"meta":{"code":401}}`},
		"insufficient_funds":               {Status: 422, Body: `{"meta":{"code":422,"error":"insufficient_funds"}}`},
		"it looks first, and pays once":    {Kind: wallettest.FaultHTML},
		"is not paid: declined invalid_da": {Operation: "none"},
	} {
		t.Run(want, func(t *testing.T) {
			srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
			defer srv.Close()
			srv.AddService(wallettest.Service{ID: 834, Name: "Mobile", Declines: true, DeclineReason: wallet.DeclineReasonInvalidData})
			fault.Times = -1
			srv.Inject(fault)
			_, err := try(t.Context(), srv, "y\n")
			require.Error(t, err)
			assert.Contains(t, program().Explain(err), want)
			assert.NotContains(t, program().Explain(err), wallettest.DefaultPhone)
			assert.Equal(t, 1, program().ExitCode(err))
		})
	}
}

func TestAWrongEnvironmentIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	for want, env := range map[string][]string{
		"go together":                  {"WALLET_PHONE", "+996000000001"},
		"WALLET_PASSWORD go together":  {"WALLET_URL", wallet.SandboxURL},
		"needs -service and -account":  {"WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "+996000000001", "WALLET_PASSWORD", "p"},
		"BasicAuth: phone must be a p": {"WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "1", "WALLET_PASSWORD", "p"},
	} {
		args := []string{"-service", "1", "-account", "a"}
		if strings.HasPrefix(want, "needs") {
			args = nil
		}
		code, stdout, stderr := tried().Start(t, env, args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, stderr, want)
		assert.Empty(t, stdout)
	}
}

// An interrupt at the question pays nothing.
func TestAnInterruptAtTheQuestion(t *testing.T) {
	t.Parallel()
	srv := wallettest.NewServer()
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	env, args := real(srv)
	err := run(ctx, &cli.Call{Args: args, Env: clitest.Env(env...), In: blocked{cancel}, Out: new(bytes.Buffer)})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 130, program().ExitCode(err))
	assert.Zero(t, srv.Debits(id))
}

type blocked struct{ reached func() }

func (b blocked) Read([]byte) (int, error) {
	b.reached()
	select {} // as a terminal on which nobody types
}
