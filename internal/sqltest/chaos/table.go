package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

const (
	heading = "%-12s  %-10s  %-15s  %9s  %5s  %8s  %6s  %6s  %9s  %7s  %7s  %5s  %5s  %7s  %4s  %s\n"
	line    = "%-12s  %-10s  %-15s  %9d  %5d  %8d  %6d  %6d  %9d  %7d  %7d  %5d  %5d  %7d  %4.0f  %s\n"
)

var errDamage = errors.New("not every row is as it must be")

func run(ctx context.Context, args []string) error {
	s, err := parse(args, os.Stderr)
	if err != nil {
		return err
	}
	if i := slices.Index(s.databases, postgresql); i >= 0 && os.Getenv(postgresVariable) == "" {
		s.databases = slices.Delete(s.databases, i, i+1)
		fmt.Printf("no PostgreSQL: %s is not set, so its rows are left out\n\n", postgresVariable)
	}
	fmt.Printf(heading, "package", "database", "mode", "processes", "kills", "applying", "passes", "fenced", "takeovers",
		"commits", "applied", "lost", "stale", "doubled", "s", "verdict")
	began, kills, failed := time.Now(), 0, 0
	for _, t := range s.trials() {
		so, verdict, err := t.judge(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Printf(line, t.subject.name(), t.database, t.mode, t.processes, so.kills, so.killsApplying, so.passes, so.fenced, so.takeovers,
			so.commits, so.applied, len(so.damage.lost), len(so.damage.stale), len(so.damage.doubled), so.lasted.Seconds(), verdict)
		kills += so.kills
		if err != nil {
			failed++
			fmt.Printf("    %v\n    to repeat it, as far as kills can be repeated: %s\n", err, s.command(t))
		}
	}
	fmt.Printf("\n%d kills in %s\n", kills, time.Since(began).Round(time.Second))
	if failed > 0 {
		return fmt.Errorf("%w: %d", errDamage, failed)
	}
	return nil
}

// tries is how often a trial may run: a wrong mode until it does damage, a
// correct one until the kills have met all that they should.
const tries = 20

// judge runs a trial, up to [tries] times with different seeds, and returns the
// verdict and the sum of all tries. err is nil with two verdicts:
//
//   - "ok": a correct mode has done no damage, and the kills have met all that they
//     should.
//   - "caught": a wrong mode has done the damage that it must do.
//
// With these verdicts err is not nil:
//
//   - "FAILED": a try has failed. err is its error.
//   - "DAMAGED": a correct mode has done damage.
//   - "NOT CAUGHT": a wrong mode has not done its damage in any try.
//   - "NOT TRIED": the kills have not met all that they should.
func (t trial) judge(ctx context.Context) (sum tally, verdict string, err error) {
	missing := "no damage"
	for range tries {
		so, err := t.run(ctx)
		sum = sum.plus(so)
		switch {
		case err != nil:
			return sum, "FAILED", err
		case t.mode.right() && !so.damage.none():
			return sum, "DAMAGED", errors.New(so.damage.String())
		case t.mode.right():
			if missing = t.missing(sum); missing == "" {
				return sum, "ok", nil
			}
		case t.mode.caught(so.damage):
			return sum, "caught", nil
		}
		t.seed++
	}
	verdict = "NOT CAUGHT"
	if t.mode.right() {
		verdict = "NOT TRIED"
	}
	return sum, verdict, fmt.Errorf("%s in %d tries", missing, tries)
}

// plus adds up two tries. The damage is the other's.
func (t tally) plus(other tally) tally {
	return tally{
		kills: t.kills + other.kills, killsApplying: t.killsApplying + other.killsApplying,
		killsStarting: t.killsStarting + other.killsStarting,
		passes:        t.passes + other.passes, fenced: t.fenced + other.fenced, takeovers: t.takeovers + other.takeovers,
		commits: t.commits + other.commits, applied: t.applied + other.applied,
		damage: other.damage, lasted: t.lasted + other.lasted,
	}
}

// command returns the command that runs a trial alone, with the flags of the
// suite.
func (s suite) command(t trial) string {
	return fmt.Sprintf("make chaos CHAOS='-packages %s -databases %s -modes %s -processes %d -kills %d -history %d -work %s -seed %d'",
		t.subject.name(), t.database, t.mode, t.processes, s.kills, s.history, s.work, s.seed)
}
