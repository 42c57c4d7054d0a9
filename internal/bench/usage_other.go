//go:build !unix

package main

import (
	"os"
	"time"
)

// peakRSS is not known here.
func peakRSS(*os.ProcessState) uint64 { return 0 }

// ownCPU is not known here.
func ownCPU() time.Duration { return 0 }
