package lock

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASecondLockIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.csv")
	unlock, err := Try(path)
	require.NoError(t, err)
	_, err = Try(path)
	require.ErrorIs(t, err, ErrHeld)
	require.NoError(t, os.WriteFile(path, []byte("rows"), 0o600), "the file can be written to under its own lock")
	require.NoError(t, unlock())
	unlock, err = Try(path)
	require.NoError(t, err)
	require.NoError(t, unlock())

	_, err = Try(filepath.Join(t.TempDir(), "nosuch", "out.csv"))
	var missing *fs.PathError
	assert.ErrorAs(t, err, &missing)
}
