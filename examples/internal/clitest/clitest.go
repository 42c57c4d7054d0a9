// Package clitest holds what every program below examples is tried by: -h, flags
// that nobody knows, an interrupt, and files that cannot be written.
package clitest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// Program is a program under test. Program and Run must be set.
type Program struct {
	*cli.Program

	Run     func(context.Context, *cli.Call) error // what the program passes to cli.Program.Main
	Outputs []string                               // flags that name a file to write, for example "-out"
	Flags   []string                               // other flags that -h must list
	// Served is true if an interrupt is the usual end of the program. Check then accepts
	// any exit code after an interrupt.
	Served bool
}

// Start runs the program once in this process, with args and without input, and returns its exit
// code and what it has printed. env holds environment variables as Env takes them: a name, its
// value, the next name and so on. Start itself never fails t. The context of the program is
// t.Context().
func (p *Program) Start(t *testing.T, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return p.start(t.Context(), env, args...)
}

func (p *Program) start(ctx context.Context, env []string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	call := &cli.Call{Args: args, Env: Env(env...), In: strings.NewReader(""), Out: &out, Err: &err}
	code = p.Program.Run(ctx, call, p.Run)
	return code, out.String(), err.String()
}

// Env returns the function Env of a cli.Call. pairs holds environment variables: a name, its value,
// the next name and so on. If a name comes twice, the last value counts. The function returns "" for
// any other name. Env panics if the last value is missing.
func Env(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

// Check runs the program several times in subtests of t, without environment variables, and fails
// t unless each run ends like this:
//
//	-h, -help, --help              all parts and flags are printed, exit code 0
//	unknown flags and arguments    exit code 2, and no standard output
//	an interrupt before the start  exit code 130; with Served, any exit code
//	an output in a missing folder  exit code 2, and no standard output
//
// The last run is repeated for each flag in Outputs.
func (p *Program) Check(t *testing.T) {
	t.Helper()
	t.Run("help", func(t *testing.T) {
		for _, flag := range []string{"-h", "-help", "--help"} {
			code, stdout, stderr := p.Start(t, nil, flag)
			assert.Zero(t, code)
			assert.Empty(t, stderr)
			for _, part := range []string{"usage: " + p.Name, "\nFlags:\n", "\nEnvironment:\n", "\nFiles:\n", "\nExit codes:\n", "\nThe real service:\n"} {
				assert.Contains(t, stdout, part)
			}
			for _, flag := range append(p.Flags, p.Outputs...) {
				assert.Contains(t, stdout, "\n  "+flag)
			}
			assert.True(t, strings.HasSuffix(strings.Join(strings.Fields(stdout), " "), strings.Join(strings.Fields(p.Real), " ")))
		}
	})
	t.Run("unknown arguments", func(t *testing.T) {
		for _, args := range [][]string{{"-no-such-flag"}, {"-no-such-flag=1", "-h"}, {"one", "two"}} {
			code, stdout, stderr := p.Start(t, nil, args...)
			assert.Equal(t, 2, code, args)
			assert.Empty(t, stdout, args)
			assert.Contains(t, stderr, p.Name+" -h", args)
		}
	})
	t.Run("interrupt", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		code, _, stderr := p.start(ctx, nil)
		if p.Served {
			return
		}
		assert.Equal(t, 130, code)
		assert.Contains(t, stderr, "Interrupted")
	})
	t.Run("outputs that cannot be written", func(t *testing.T) {
		missing := filepath.Join(t.TempDir(), "nosuch", "out")
		for _, flag := range p.Outputs {
			code, stdout, stderr := p.Start(t, nil, flag, missing)
			assert.Equal(t, 2, code)
			assert.Contains(t, stderr, "There is no such file or folder")
			assert.Empty(t, stdout, "it is told before the work")
		}
	})
}

// FullDisk runs the program with args, without environment variables, and with a standard output
// on a full disk. It fails t unless the exit code is 1 and the program prints that the disk is
// full. It skips t if the system has no /dev/full.
func (p *Program) FullDisk(t *testing.T, args ...string) {
	t.Helper()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("the system has no /dev/full")
	}
	t.Cleanup(func() { _ = full.Close() })
	var stderr bytes.Buffer
	call := &cli.Call{Args: args, Env: Env(), In: strings.NewReader(""), Out: full, Err: &stderr}
	code := p.Program.Run(t.Context(), call, p.Run)
	require.Equal(t, 1, code, stderr.String())
	assert.Contains(t, stderr.String(), "The disk is full")
	assert.NotContains(t, stderr.String(), "network")
}
