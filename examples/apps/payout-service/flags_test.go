package main

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/apps/internal/address/addresstest"
	"github.com/payclients/payclients-go/examples/internal/clitest"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func app() *clitest.Program {
	return &clitest.Program{Program: program(), Run: run, Flags: []string{"-account", "-book", "-db", "-kills", "-listen", "-processes", "-public-url", "-user"}}
}

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	app().Check(t)
	app().FullDisk(t)
}

// environment is that of the service at a URL, with a key in a file.
func environment(t *testing.T, url string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "private.pem")
	key := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(finiktest.ClientKey())})
	require.NoError(t, os.WriteFile(path, key, 0o600))
	return []string{"FINIK_URL", url, "FINIK_API_KEY", finiktest.DefaultAPIKey, "FINIK_PRIVATE_KEY_FILE", path}
}

func flags(more ...string) []string {
	return append([]string{"-account", finiktest.DefaultAccountID, "-user", finiktest.DefaultUserID, "-listen", "127.0.0.1:0"}, more...)
}

// A wrong -db is refused: no part of the value is printed, and no file is made.
func TestNoDatabaseIsNamed(t *testing.T) {
	env, dir := environment(t, "http://127.0.0.1:1"), t.TempDir()
	t.Chdir(dir)
	for _, text := range addresstest.Spellings {
		for _, env := range [][]string{nil, env} {
			code, stdout, stderr := app().Start(t, env, flags("-db", text)...)
			assert.Equal(t, 2, code, text)
			assert.Contains(t, stderr, "wrong usage: "+address.Rule, text)
			assert.NotContains(t, stderr+stdout, "to-hide", text)
			for _, misplaced := range [][]string{{text}, {"-" + text}, {"-kills", text}} {
				code, stdout, stderr := app().Start(t, env, misplaced...)
				assert.Equal(t, 2, code, misplaced)
				assert.NotContains(t, stderr+stdout, "to-hide", misplaced)
			}
		}
	}
	for _, url := range addresstest.URLs {
		code, stdout, stderr := app().Start(t, env, flags("-db", url)...)
		assert.NotZero(t, code, url)
		assert.NotRegexp(t, `to-hide|127\.0\.0\.1`, stderr+stdout, url)
	}
	made, err := os.ReadDir(dir)
	assert.NoError(t, err)
	assert.Empty(t, made)
}

func TestWhatTheServiceNeeds(t *testing.T) {
	t.Parallel()
	env := environment(t, "http://127.0.0.1:1")
	for want, args := range map[string][]string{
		"-account and -user are needed":  {"-user", finiktest.DefaultUserID},
		"-db: no such file or directory": flags("-db", filepath.Join(t.TempDir(), "nosuch", "payouts.db")),
	} {
		code, _, stderr := app().Start(t, env, args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, stderr, "wrong usage: "+want)
	}
}
