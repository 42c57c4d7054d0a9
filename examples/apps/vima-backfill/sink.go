package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/payclients/payclients-go/examples/apps/internal/lock"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
)

func newSink(c config, source string, stdout, stderr io.Writer) (sink, error) {
	if c.out == "" {
		return &streamSink{config: c, stdout: stdout, stderr: stderr, first: c.from}, nil
	}
	return openFileSink(c, newRunKey(c, source))
}

// streamSink writes to stdout, and rejects to stderr.
type streamSink struct {
	config         config
	stdout, stderr io.Writer
	first          vima.Date
	started        bool
	broken         bool // it ends within a batch

	operations, rejects int
}

func (s *streamSink) next() vima.Date    { return s.first }
func (s *streamSink) totals() (int, int) { return s.operations, s.rejects }
func (s *streamSink) close() error       { return nil }

func (s *streamSink) advice() string {
	if s.broken {
		return "some of what comes after them is written too: start over"
	}
	return "go on with -from " + s.first.String()
}

func (s *streamSink) commit(batch *spool, last vima.Date) error {
	s.broken = true
	if !s.started {
		if _, err := s.stdout.Write(newEncoder(s.config).header()); err != nil {
			return err
		}
		s.started = true
	}
	if _, err := batch.copyRows(s.stdout); err != nil {
		return err
	}
	if _, err := batch.copyRejects(s.stderr); err != nil {
		return err
	}
	s.broken = false
	s.operations += batch.operations
	s.rejects += batch.rejects
	s.first = last.AddDays(1)
	return nil
}

// fileSink appends to a file. What is behind the lengths in its state does not
// count.
type fileSink struct {
	config config
	file   *os.File
	unlock func() error
	state  state
}

// openFileSink begins a run, or takes up one where it was left.
func openFileSink(c config, key runKey) (_ *fileSink, err error) {
	if info, err := os.Stat(c.out); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: -out %s is not a file", cli.ErrUsage, c.out)
	}
	file, err := os.OpenFile(c.out, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close())
		}
	}()
	unlock, err := lock.Try(c.out)
	switch {
	case errors.Is(err, lock.ErrHeld):
		return nil, fmt.Errorf("%s: another process writes to it", c.out)
	case err != nil:
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, unlock())
		}
	}()
	s := &fileSink{config: c, file: file, unlock: unlock}
	s.state, err = loadState(c.state, key)
	if errors.Is(err, os.ErrNotExist) {
		s.state = state{Run: key}
		return s, s.begin()
	}
	if err != nil {
		return nil, err
	}
	return s, s.restore()
}

func (s *fileSink) totals() (int, int) { return s.state.Operations, s.state.Rejected }
func (s *fileSink) close() error       { return errors.Join(s.file.Close(), s.unlock()) }

func (s *fileSink) advice() string { return "the same command goes on with " + s.next().String() }

func (s *fileSink) next() vima.Date {
	return s.state.next()
}

func (s *fileSink) commit(batch *spool, last vima.Date) error {
	rows, err := s.appendTo(s.file, s.state.OutBytes, func(w io.Writer) (int64, error) {
		head := 0
		if s.state.OutBytes == 0 {
			var err error
			if head, err = w.Write(newEncoder(s.config).header()); err != nil {
				return 0, err
			}
		}
		n, err := batch.copyRows(w)
		return int64(head) + n, err
	})
	if err != nil {
		return err
	}
	var rejects int64
	if batch.rejects > 0 {
		if rejects, err = s.appendRejects(batch); err != nil {
			return err
		}
	}
	if err := syncDir(filepath.Dir(s.config.out)); err != nil {
		return err
	}
	next := s.state
	next.FinishedDay = last
	next.OutBytes += rows
	next.RejectedBytes += rejects
	next.Operations += batch.operations
	next.Rejected += batch.rejects
	if err := next.save(s.config.state); err != nil {
		return err
	}
	s.state = next
	return nil
}

func (s *fileSink) appendRejects(batch *spool) (int64, error) {
	file, err := os.OpenFile(s.config.rejects(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := s.appendTo(file, s.state.RejectedBytes, batch.copyRejects)
	return n, errors.Join(err, file.Close())
}

// appendTo lets write append to a file of a known length.
func (s *fileSink) appendTo(file *os.File, length int64, write func(io.Writer) (int64, error)) (int64, error) {
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	if end != length {
		return 0, fmt.Errorf("%s: has %d bytes in place of %d: something else writes to it", file.Name(), end, length)
	}
	n, err := write(file)
	return n, errors.Join(err, file.Sync())
}

// begin leaves a state before the first byte of output, so that output without
// a state is always somebody else's.
func (s *fileSink) begin() error {
	for _, path := range []string{s.config.out, s.config.rejects()} {
		if info, err := os.Stat(path); err == nil && info.Size() > 0 {
			return fmt.Errorf("%w: %s exists and %s does not: remove it or choose another -out", cli.ErrUsage, path, s.config.state)
		}
	}
	return s.state.save(s.config.state)
}

// restore undoes what a killed run did after its last finished batch.
func (s *fileSink) restore() error {
	if err := cut(s.file, s.state.OutBytes); err != nil {
		return err
	}
	if s.state.RejectedBytes == 0 {
		if err := os.Remove(s.config.rejects()); !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	file, err := os.OpenFile(s.config.rejects(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(cut(file, s.state.RejectedBytes), file.Close())
}

func cut(file *os.File, length int64) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.Size() < length {
		return fmt.Errorf("%s: has %d bytes and should have %d: it has been changed; remove it with its state to start over",
			file.Name(), info.Size(), length)
	}
	return file.Truncate(length)
}
