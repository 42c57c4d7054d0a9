//go:build unix

package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const child = "CLI_TEST_CHILD"

// TestMain makes the test binary a program that waits for its end.
func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		(&Program{Name: "child"}).Main(func(ctx context.Context, call *Call) error {
			_, _ = fmt.Fprintln(call.Out, "ready")
			<-ctx.Done()
			_, _ = fmt.Fprintln(call.Out, "in order")
			return ctx.Err()
		})
	}
	os.Exit(m.Run())
}

func TestSignalsEndAProgramInOrder(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), child+"=1")
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		require.True(t, lines.Scan())
		require.NoError(t, cmd.Process.Signal(signal))
		require.True(t, lines.Scan())
		assert.Equal(t, "in order", lines.Text())
		var exit *exec.ExitError
		require.ErrorAs(t, cmd.Wait(), &exit)
		assert.Equal(t, 130, exit.ExitCode())
	}
}
