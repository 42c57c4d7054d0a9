// Package payouts kills processes that pay, and holds what they leave against the ledger
// of the fake that they pay through.
package payouts_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// orders make this program a child, which loops over a journal until it is killed or its
// stdin ends.
type orders struct{ Driver, DSN, URL string }

const variable = "PAYCLIENTS_PAYOUTS_CHILD"

// stepTimeout is short, so that a killed process keeps its payouts for little longer.
const stepTimeout = 1500 * time.Millisecond

func TestMain(m *testing.M) {
	text := os.Getenv(variable)
	if text == "" {
		os.Exit(m.Run())
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	var o orders
	err := json.Unmarshal([]byte(text), &o)
	if err == nil {
		err = o.loop(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A child writes a byte when it has stored an intent, and another one for an answer.
const (
	intended = 'i'
	answered = 'a'
)

func (o orders) loop(ctx context.Context) error {
	db, err := sql.Open(o.Driver, o.DSN)
	if err != nil {
		return err
	}
	j, err := o.journal(db)
	if err != nil {
		return err
	}
	client, err := finik.NewClient(o.URL, finiktest.DefaultCredentials(), finik.WithRetry(finik.RetryPolicy{MaxAttempts: 2, MinWait: time.Millisecond, MaxWait: 10 * time.Millisecond}))
	if err != nil {
		return err
	}
	ctx = sqldb.WithProbe(ctx, func(point string) {
		switch point {
		case "intent has committed":
			_, _ = os.Stdout.Write([]byte{intended})
		case "answer has committed":
			_, _ = os.Stdout.Write([]byte{answered})
		}
	})
	return j.Loop(ctx, client, finikjournal.Params{
		Workers: 3, Poll: 5 * time.Millisecond, StepTimeout: stepTimeout, Trip: 1000, OnEvent: func(finikjournal.Event) {},
	})
}

// journal has each end of a payout in the table settled.
func (o orders) journal(db *sql.DB) (*finikjournal.Journal, error) {
	dialect, statement := finikjournal.SQLite, "INSERT INTO settled (reference, before, state) VALUES (?, ?, ?)"
	if o.Driver == "pgx" {
		dialect, statement = finikjournal.PostgreSQL, "INSERT INTO settled (reference, before, state) VALUES ($1, $2, $3)"
	}
	return finikjournal.New(db, dialect, "test-payouts", finikjournal.Plain(),
		finikjournal.OnSettle(func(ctx context.Context, tx *sql.Tx, e finikjournal.Entry) error {
			_, err := tx.ExecContext(ctx, statement, e.Reference, string(e.Before), string(e.State))
			return err
		}))
}

// process is a child.
type process struct {
	cmd      *exec.Cmd
	stdin    io.Closer
	intents  atomic.Int64 // that were stored
	answers  atomic.Int64
	finished chan struct{}
}

func start(t *testing.T, o orders) *process {
	t.Helper()
	text, err := json.Marshal(o)
	require.NoError(t, err)
	p := &process{cmd: exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0]), finished: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), variable+"="+string(text))
	p.cmd.Stderr = os.Stderr
	p.stdin, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	go func() {
		defer close(p.finished)
		told := make([]byte, 64)
		for {
			n, err := out.Read(told)
			for _, b := range told[:n] {
				switch b {
				case intended:
					p.intents.Add(1)
				case answered:
					p.answers.Add(1)
				}
			}
			if err != nil {
				_ = p.cmd.Wait()
				return
			}
		}
	}()
	return p
}

// sending reports whether a payout is between intent and answer.
func (p *process) sending() bool { return p.intents.Load() > p.answers.Load() }
