package apps_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// setPipeSize is F_SETPIPE_SZ of Linux.
const setPipeSize = 1031

// Observer ends within milliseconds. Its standard output is a pipe that has place for one
// line: once the test has read the first one, observer is in the middle of its work, and
// stays there until the test reads on.
func TestObserverIsInterrupted(t *testing.T) {
	t.Parallel()
	path := buildOne(t, "../..", "./examples/observer")
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		var ends [2]int
		require.NoError(t, syscall.Pipe2(ends[:], syscall.O_CLOEXEC|syscall.O_DIRECT)) // a read gets one write
		_, _, failed := syscall.Syscall(syscall.SYS_FCNTL, uintptr(ends[1]), setPipeSize, 4096)
		require.Zero(t, failed)
		read, write := os.NewFile(uintptr(ends[0]), "read"), os.NewFile(uintptr(ends[1]), "write")
		var said bytes.Buffer
		cmd := exec.CommandContext(t.Context(), path)
		cmd.Stdout, cmd.Stderr = write, &said
		require.NoError(t, cmd.Start())
		require.NoError(t, write.Close())
		line := make([]byte, 4096)
		n, err := read.Read(line)
		require.NoError(t, err)
		assert.Equal(t, "vima ListOperations: attempt 1, status 200, class \"refused\"\n", string(line[:n]))
		require.NoError(t, cmd.Process.Signal(signal))
		rest, err := io.ReadAll(read)
		require.NoError(t, err)
		require.NoError(t, read.Close())
		require.Error(t, cmd.Wait())
		t.Logf("observer %s: exit code %d: %s", signal, cmd.ProcessState.ExitCode(), lastLine(said.String()))
		assert.Equal(t, 130, cmd.ProcessState.ExitCode(), "%s%s", rest, said.String())
		assert.Contains(t, said.String(), "Interrupted")
		assert.Contains(t, string(rest), `class "canceled"`, "the calls to come were canceled")
	}
}
