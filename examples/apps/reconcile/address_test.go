package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/apps/internal/address/addresstest"
)

// A wrong -db is refused: no part of the value is printed, and no file is made.
func TestNoDatabaseIsNamed(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(t.TempDir(), "p.csv"), header)
	t.Chdir(dir)
	for _, text := range addresstest.Spellings {
		got := start(t, "-db", text, "-csv", file)
		assert.Equal(t, 2, got.code, text)
		assert.Contains(t, got.stderr, "wrong usage: "+address.Rule, text)
		assert.NotContains(t, got.stderr+got.stdout, "to-hide", text)
		for _, misplaced := range [][]string{{text}, {"-" + text}, {"-edge", text}, {"-from", text}, {"-operations", text}, {"-ecommpay=" + text}} {
			got := start(t, misplaced...)
			assert.Equal(t, 2, got.code, misplaced)
			assert.NotContains(t, got.stderr+got.stdout, "to-hide", misplaced)
		}
	}
	for _, url := range append([]string{"to-hide", "/to-hide/ops.db", "."}, addresstest.URLs...) {
		got := start(t, "-db", url, "-csv", file)
		assert.NotZero(t, got.code, url)
		assert.NotRegexp(t, `to-hide|127\.0\.0\.1`, got.stderr+got.stdout, url)
	}
	made, err := os.ReadDir(dir)
	assert.NoError(t, err)
	assert.Empty(t, made)
}
