package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// role is what a child process does: it is the collector, or a client that reads
// from one.
type role struct {
	Operations int           // of the collector
	Latency    time.Duration // of each answer of the collector

	Client   string // the name of a contender; "" is the collector
	Endpoint string
	Workers  int    // of a client with a pace; 0 is one walk over all days
	Profile  string // the file that gets a CPU profile; "" is none
}

const roleVariable = "BENCH_ROLE"

// play plays the role that the environment names, and reports whether there was
// one. The command and its tests call it first.
func play() bool {
	text := os.Getenv(roleVariable)
	if text == "" {
		return false
	}
	var r role
	err := json.Unmarshal([]byte(text), &r)
	switch {
	case err != nil:
	case r.Client == "":
		err = r.collect()
	default:
		err = r.readAll()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	return true
}

// assign makes cmd, a run of this same program, play r under Go's default
// settings. It ignores those in the environment of the parent.
func (r role) assign(cmd *exec.Cmd, settings ...string) error {
	text, err := json.Marshal(r)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains([]string{"GOGC", "GOMEMLIMIT", "GODEBUG"}, name)
	})
	cmd.Env = append(cmd.Env, roleVariable+"="+string(text))
	cmd.Env = append(cmd.Env, settings...)
	cmd.Stderr = os.Stderr
	return err
}
