//go:build linux || darwin

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakRSS returns the highest memory use, in bytes, of a process that has ended;
// 0 if it is unknown.
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
