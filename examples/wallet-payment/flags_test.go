package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/examples/internal/clitest"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	p := &clitest.Program{Program: program(), Run: run, Flags: []string{"-service", "-account", "-amount", "-id"}}
	p.Check(t)
	p.FullDisk(t)
	for _, amount := range []string{"1.500", "150.1234567", "-5", "0", "1e2", "", "01"} {
		code, stdout, stderr := p.Start(t, nil, "-amount", amount)
		assert.Equal(t, 2, code, amount)
		assert.Contains(t, stderr, "at most 2 decimals", amount)
		assert.Empty(t, stdout, amount)
	}
	code, stdout, _ := p.Start(t, nil, "-amount", "150.50")
	assert.Zero(t, code)
	assert.Contains(t, stdout, "Paying 150.50 RUB")
}

func TestHelpPaysNothing(t *testing.T) {
	t.Parallel()
	srv := wallettest.NewServer()
	defer srv.Close()
	p := &clitest.Program{Program: program(), Run: run}
	address := []string{
		"WALLET_URL", srv.URL(), "WALLET_PHONE", wallettest.DefaultPhone, "WALLET_PASSWORD", wallettest.DefaultPassword,
		"WALLET_SERVICE", "834", "WALLET_ACCOUNT", "0000000001",
	}
	for flag, want := range map[string]int{"-h": 0, "-pay": 2, "pay": 2} {
		code, _, _ := p.Start(t, address, flag)
		assert.Equal(t, want, code, flag)
	}
	assert.Empty(t, srv.Requests())
}
