//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"os"
	"syscall"
)

// lock keeps other processes away from file. A killed one holds no lock.
func lock(file *os.File) (unlock func(), err error) {
	// Closing alone is not enough where a process is being started, which has the
	// file too for a moment.
	unlock = func() { _ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN) }
	return unlock, syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
