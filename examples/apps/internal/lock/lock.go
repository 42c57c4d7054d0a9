// Package lock keeps a second process away from a file.
package lock

import (
	"errors"
	"runtime"

	"github.com/gofrs/flock"
)

// ErrHeld is a lock that another process holds.
var ErrHeld = errors.New("another process holds the lock")

// Try locks a file, which it creates where there is none, or returns ErrHeld at
// once. The lock ends with unlock or with the process, also with a killed one. It
// binds processes that call Try only.
func Try(path string) (unlock func() error, err error) {
	if runtime.GOOS == "windows" {
		path += ".lock" // there a locked file cannot be written to, not even by its own process
	}
	l := flock.New(path, flock.SetPermissions(0o600))
	held, err := l.TryLock()
	switch {
	case err != nil:
		return nil, err
	case !held:
		return nil, errors.Join(ErrHeld, l.Close())
	}
	return l.Close, nil
}
