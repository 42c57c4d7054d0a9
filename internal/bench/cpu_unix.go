//go:build unix

package main

import (
	"syscall"
	"time"
)

const cpuSource = "user and system time (getrusage)"

// cpuTime is what this process, without its children, has used so far.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
