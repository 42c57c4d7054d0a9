package contract_test

import (
	"context"
	"os"
	"os/signal"
	"testing"
)

// recording ends with the process, so that an interrupted run leaves no tests
// behind.
var recording context.Context

func TestMain(m *testing.M) {
	var stop context.CancelFunc
	recording, stop = signal.NotifyContext(context.Background(), os.Interrupt)
	code := m.Run()
	stop()
	os.Exit(code)
}
