package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/examples/internal/clitest"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	p := &clitest.Program{
		Program: program(), Run: run,
		Flags: []string{"-account", "-user", "-service", "-phone", "-amount", "-transaction"},
	}
	p.Check(t)
	p.FullDisk(t)
	srv := finiktest.NewServer()
	defer srv.Close()
	address := []string{
		"FINIK_URL", srv.URL(), "FINIK_API_KEY", finiktest.DefaultAPIKey, "FINIK_PRIVATE_KEY_FILE", "main.go", "FINIK_ACCOUNT", "a",
		"FINIK_USER", "u", "FINIK_SERVICE", "s", "FINIK_PHONE", "+996000000001", "FINIK_AMOUNT", "1",
	}
	for _, amount := range []string{"1.500", "150.1234567", "-5", "0"} {
		code, _, stderr := p.Start(t, address, "-amount", amount)
		assert.Equal(t, 2, code, amount)
		assert.Contains(t, stderr, "at most 2 decimals", amount)
	}
	for flag, want := range map[string]int{"-h": 0, "-pay": 2, "signing": 2} {
		code, _, _ := p.Start(t, address, flag)
		assert.Equal(t, want, code, flag)
	}
	assert.Empty(t, srv.Requests())
}
