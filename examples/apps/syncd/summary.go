package main

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"github.com/riverqueue/river/rivertype"

	"github.com/payclients/payclients-go/examples/apps/internal/table"
)

// conclude catches up and prints what became of everything.
func (d *demonstration) conclude(ctx context.Context) error {
	last, err := d.catchUp(ctx)
	if err != nil {
		return err
	}
	jobs, err := d.jobs(ctx)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	rows := [][]string{{"STREAM", "AT SERVICE", "STORED", "PASSES", "FENCED", "FAILED", "CUT OFF", "REJECTED", "LAG"}}
	var all verdict
	var wrong bytes.Buffer
	for i, f := range d.fakes {
		v, err := d.db.audit(ctx, f)
		if err != nil {
			return err
		}
		if all = all.plus(v); !v.ok() {
			_, _ = fmt.Fprintf(&wrong, "%s: %s\n", f.stream, v)
		}
		of := jobs[f.stream]
		rejects, err := d.db.rejects(ctx, f.stream)
		if err != nil {
			return err
		}
		rows = append(rows, []string{
			f.stream, strconv.Itoa(v.service), strconv.Itoa(v.stored),
			strconv.Itoa(of[rivertype.JobStateCompleted]), strconv.Itoa(of[rivertype.JobStateCancelled]), strconv.Itoa(of[rivertype.JobStateDiscarded]),
			strconv.Itoa(of[rivertype.JobStateRunning]), strconv.Itoa(rejects), last[i].Lag.String(),
		})
	}
	_, _ = text.Write(table.Text(rows, 0, 1, 2, 3, 4, 5, 6, 7, 8))
	if d.herd() {
		_, _ = fmt.Fprintf(&text, "\n%s, %d killed\n", count(d.processes, "process", "processes"), d.kills)
	}
	_, _ = fmt.Fprintf(&text, "\n%s%s\n", &wrong, all)
	if _, err := d.stdout.Write(text.Bytes()); err != nil {
		return err
	}
	if !all.ok() {
		return errDiffers
	}
	return nil
}

// jobs counts what River knows of passes, those of killed processes included: by
// stream and state.
func (d *demonstration) jobs(ctx context.Context) (map[string]map[rivertype.JobState]int, error) {
	rows, err := d.db.sql.QueryContext(ctx, `SELECT queue, CAST(state AS text), count(*) FROM river_job GROUP BY queue, state`)
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	jobs := map[string]map[rivertype.JobState]int{}
	for rows.Next() {
		var stream, state string
		var n int
		if err := rows.Scan(&stream, &state, &n); err != nil {
			return nil, fmt.Errorf("count jobs: %w", err)
		}
		if jobs[stream] == nil {
			jobs[stream] = map[rivertype.JobState]int{}
		}
		jobs[stream][rivertype.JobState(state)] = n
	}
	return jobs, rows.Err()
}

// rejects counts the rows of a stream that are set aside.
func (d *database) rejects(ctx context.Context, stream string) (n int, err error) {
	if err := d.sql.QueryRowContext(ctx, d.bind(`SELECT count(*) FROM sync_rejects WHERE source = ?`), stream).Scan(&n); err != nil {
		return 0, fmt.Errorf("count rejected rows: %w", err)
	}
	return n, nil
}
