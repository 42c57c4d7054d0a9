package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/apps/internal/address/addresstest"
)

// A wrong -db is refused: no part of the value is printed, and no file is made.
func TestNoDatabaseIsNamed(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	_, env := collector(t, 1)
	for _, text := range addresstest.Spellings {
		for _, command := range []string{"run", "once", "check", "migrate"} {
			got := start(t, env, command, "-db", text)
			assert.Equal(t, 2, got.code, text)
			assert.Contains(t, got.stderr, "wrong usage: "+address.Rule, text)
			assert.NotContains(t, got.stderr+got.stdout, "to-hide", text)
		}
		offline := start(t, nil, "-db", text)
		assert.Equal(t, 2, offline.code, text)
		assert.NotContains(t, offline.stderr+offline.stdout, "to-hide", text)
		for _, misplaced := range [][]string{{text}, {"once", text}, {"-" + text}, {"once", "-" + text}, {"-every", text}, {"-log", text}, {"check", "-from", text}, {"-migrate=" + text}} {
			got := start(t, env, misplaced...)
			assert.Equal(t, 2, got.code, misplaced)
			assert.NotContains(t, got.stderr+got.stdout, "to-hide", misplaced)
		}
	}
	for _, url := range addresstest.URLs {
		for _, command := range []string{"once", "migrate"} {
			got := start(t, env, command, "-db", url)
			assert.NotZero(t, got.code, url)
			assert.NotRegexp(t, `to-hide|127\.0\.0\.1`, got.stderr+got.stdout, url)
		}
	}
	made, err := os.ReadDir(dir)
	assert.NoError(t, err)
	assert.Empty(t, made)
}

func TestTheLogHasNoAddress(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := newLogger(&out, slog.LevelDebug)
	const text = "failed to connect to `user=to-hide database=x`: to-hide (to-hide): dial error: timeout"
	log.Warn(text, slog.Any("error", errors.New(text)), slog.String("err", text))
	assert.NotContains(t, out.String(), "user=to-hide")
	assert.Contains(t, out.String(), `"error":"failed to connect to the database: timeout","err":"failed to connect to the database: timeout"`)
}
