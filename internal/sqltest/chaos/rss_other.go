//go:build !linux && !darwin

package main

import "os"

// peakRSS returns 0: this system does not report it.
func peakRSS(*os.ProcessState) uint64 { return 0 }
