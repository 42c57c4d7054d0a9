// Command chaos tests whether the sync packages lose or duplicate anything when
// their processes are killed:
//
//	go run ./chaos [-kills 40] [-seed 1] [-packages vima] [-databases sqlite] [-modes passes] …
//
// Each row of its table is a new database, one or three processes that sync into
// it, and a fake in this process whose operations change all the time. Some
// become visible late, and some requests fail. The processes are killed with
// SIGKILL at random moments and started again. Finally the stored rows are
// compared with the fake, and with a ledger that each commit has written to.
// Windows does not distinguish a kill from a normal end, so the command does not
// run there.
//
// With start the first pass is one by ranges, with several workers, and the
// history has many days. The modes after start leave something out. The program
// fails if one of them does no damage, and if a correct mode does some.
//
//	go run ./chaos memory [-few 100000] [-many 1000000]
//
// measures the memory of a first pass by vimasync, which must not grow with the
// number of operations.
//
//	go run ./chaos pace [-operations 60000] [-days 60] [-workers 16] [-latency 50ms]
//
// measures how long such a pass takes over a slow connection, by one walk and by
// ranges. The busiest days have ten times the operations of the quietest.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if isChild() {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	command, args := run, os.Args[1:]
	if len(args) > 0 && (args[0] == "memory" || args[0] == "pace") {
		command = map[string]func(context.Context, []string) error{"memory": runMemory, "pace": runPace}[args[0]]
		args = args[1:]
	}
	if err := command(ctx, args); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}
