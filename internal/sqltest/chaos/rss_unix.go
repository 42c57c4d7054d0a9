//go:build linux || darwin

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakRSS is the most memory that a process which has ended had, in bytes.
func peakRSS(state *os.ProcessState) uint64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	unit := uint64(1)
	if runtime.GOOS == "linux" {
		unit = 1 << 10
	}
	return uint64(usage.Maxrss) * unit
}
