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
	srv := serve(t)
	env, path, dir := environment(t, srv), file(t, 1), t.TempDir()
	t.Chdir(dir)
	for _, text := range addresstest.Spellings {
		for _, more := range [][]string{nil, {"-dry-run"}} {
			got := start(t, env, quick(append(more, "-db", text, path)...)...)
			assert.Equal(t, 2, got.code, text)
			assert.Contains(t, got.stderr, "wrong usage: "+address.Rule, text)
			assert.NotContains(t, got.stderr+got.stdout, "to-hide", text)
		}
		for _, misplaced := range [][]string{{"-" + text}, {"-wait", text}, {"-excel=" + text}} {
			got := start(t, env, misplaced...)
			assert.Equal(t, 2, got.code, misplaced)
			assert.NotContains(t, got.stderr+got.stdout, "to-hide", misplaced)
		}
	}
	for _, url := range addresstest.URLs {
		for _, more := range [][]string{nil, {"-dry-run"}} {
			got := start(t, env, quick(append(more, "-db", url, path)...)...)
			assert.Equal(t, 2, got.code, url)
			assert.NotRegexp(t, `to-hide|127\.0\.0\.1:[12]\b`, got.stderr+got.stdout, url)
		}
	}
	made, err := os.ReadDir(dir)
	assert.NoError(t, err)
	assert.Empty(t, made)
	assert.Empty(t, srv.Payments())
}

func TestTheFolderOfTheDatabaseIsLookedAt(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 1)
	for _, more := range [][]string{nil, {"-dry-run"}} {
		got := start(t, env, quick(append(more, "-db", filepath.Join(t.TempDir(), "nosuch", "payouts.db"), path)...)...)
		assert.Equal(t, 2, got.code)
		assert.Contains(t, got.stderr, "wrong usage: -db: no such file or directory")
	}
	assert.Empty(t, srv.Payments())
}
