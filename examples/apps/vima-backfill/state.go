package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
)

// state is what a finished batch leaves: what holds of the first bytes of the
// output.
type state struct {
	Run           runKey    `json:"run"`
	FinishedDay   vima.Date `json:"finished_day"`   // the last one; "" is none
	OutBytes      int64     `json:"out_bytes"`      // of OUT
	RejectedBytes int64     `json:"rejected_bytes"` // of OUT.rejects.jsonl
	Operations    int       `json:"operations"`
	Rejected      int       `json:"rejected"`
}

// runKey is what must not change from run to run. The end and the number of
// workers may.
type runKey struct {
	Version  int       `json:"version"` // of the columns and of this file
	Source   string    `json:"source"`
	Out      string    `json:"out"` // without its folder, so that all may move together
	From     vima.Date `json:"from"`
	Project  string    `json:"project"`
	Status   string    `json:"status"`
	Format   string    `json:"format"`
	Personal bool      `json:"personal"`
}

func newRunKey(c config, source string) runKey {
	return runKey{1, source, filepath.Base(c.out), c.from, c.project, c.status, c.format, c.personal}
}

// next is the first day that is not finished.
func (s state) next() vima.Date {
	if s.FinishedDay.IsZero() {
		return s.Run.From
	}
	return s.FinishedDay.AddDays(1)
}

// loadState reads the state at path. One that is not there is os.ErrNotExist.
func loadState(path string, want runKey) (state, error) {
	var s state
	text, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s); err != nil || s.Run.Version == 0 {
		return s, fmt.Errorf("%s: is not a state of this program", path)
	}
	if s.Run != want {
		return s, fmt.Errorf("%w: %s is of a run with other flags:\n  %+v\nuse those, or another -out and -state", cli.ErrUsage, path, s.Run)
	}
	return s, nil
}

// save replaces the state at path: after a crash of the machine too, there is
// the old one or the new one.
func (s state) save(path string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(text, '\n'))
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes new names last. Windows cannot, and does so by itself.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
