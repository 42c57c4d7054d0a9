// Package lock keeps a second process away from a file.
package lock

import (
	"errors"
	"runtime"

	"github.com/gofrs/flock"
)

// ErrHeld means that the file is locked already, by another process or by an earlier Try of this
// process. Try returns it and has locked nothing.
var ErrHeld = errors.New("another process holds the lock")

// Try locks the file path without waiting. It creates the file if there is none, readable by its
// owner only. On Windows the locked file is path with ".lock" at the end. The lock stops other
// calls of Try only: programs that do not call Try can read and write the file.
//
// The lock ends when the caller calls unlock, or when the process ends, also if it is killed. The
// file stays. If the system cannot unlock the file, unlock returns an error. After unlock has
// returned nil, a second unlock does nothing and returns nil.
//
// If another process or an earlier Try of this process holds the lock, the error of Try matches
// ErrHeld. If the file cannot be opened or locked, Try returns the error of the system unchanged.
// unlock is nil with every error.
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
