//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package main

import (
	"fmt"
	"os"
)

// lock keeps other processes away from file by a second file beside it. A killed
// process leaves that one behind, and a person has to remove it: to take over
// without asking might pay twice.
func lock(file *os.File) (unlock func(), err error) {
	name := file.Name() + lockSuffix
	held, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: if no other process runs, remove it", err)
	}
	_ = held.Close() // only its name counts
	return func() { _ = os.Remove(name) }, nil
}
