package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// state is how far a row is.
type state string

const (
	stateNew     state = ""        // nothing was sent
	stateOpen    state = "open"    // nothing that was sent can have made a payment
	stateBegun   state = "begun"   // the request for the payment may be on its way
	stateCreated state = "created" // there is a payment, whose end is awaited
	stateUnknown state = "unknown" // there may be a payment
	statePaid    state = "paid"    // for good
	stateFailed  state = "failed"  // for good
)

// final reports whether the row is not touched again.
func (s state) final() bool { return s == statePaid || s == stateFailed }

// doubtful reports whether a payment may have been made.
func (s state) doubtful() bool { return s != stateNew && s != stateOpen && s != stateFailed }

// record is a line of the journal: what is known of a row from here on.
type record struct {
	Reference   string    `json:"reference"`
	State       state     `json:"state"`
	Transaction string    `json:"transactionId"`
	Payment     string    `json:"paymentId,omitzero"`
	Code        int       `json:"code,omitzero"` // of the provider
	Digest      string    `json:"digest"`        // of the row, whose content can be guessed by it
	Amount      string    `json:"amount,omitzero"`
	Payout      string    `json:"payout,omitzero"` // digest of service, recipient and amount, see payoutOf
	Time        time.Time `json:"time"`
}

// journalKey is the first line: whose payments these are.
type journalKey struct {
	Journal string `json:"journal"`
	Version int    `json:"version"`
	URL     string `json:"url"`
	Account string `json:"account"`
	User    string `json:"user"`
	ID      string `json:"id,omitzero"` // of the journal itself; "" in those of older programs
}

func newJournalKey(url, account, user string) journalKey {
	return journalKey{Journal: "finik-payout", Version: 1, URL: url, Account: account, User: user}
}

// journalSuffix ends the name of a journal that no flag names.
const journalSuffix = ".journal"

// recordsSize is about what the records of a row take in the journal, at most.
const recordsSize = 2 << 10

// lockSuffix ends the name of a file that stands for a lock, where that needs one.
const lockSuffix = ".lock"

// errForeign is a file that is left as it is.
var errForeign = errors.New("is not a journal of this program")

// begins reports whether text is what a kill may have left of the first line.
func (k journalKey) begins(text []byte) bool {
	whole, err := json.Marshal(k)
	if err != nil {
		return false
	}
	if bytes.HasPrefix(whole, text) {
		return true
	}
	stem := append(bytes.TrimSuffix(whole, []byte("}")), `,"id":"`...)
	n := min(len(text), len(stem))
	return bytes.Equal(text[:n], stem[:n]) && len(text) < len(stem)+len(rand.Text())+len(`"}`)+1
}

// journalFile is what a journal needs of its file.
type journalFile interface {
	io.WriteCloser
	Sync() error
}

// journal is an append-only file. What add has written is on the disk.
type journal struct {
	file   journalFile
	id     string
	unlock func()

	mu      sync.Mutex
	written int64
	broken  error // the first fault: what comes behind it cannot be relied on

	syncing sync.Mutex
	synced  int64
}

// openJournal opens or creates the journal at path, locks it, and gives the last
// record of each row.
func openJournal(path string, key journalKey) (*journal, map[string]record, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	unlock, err := lock(file)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: another process pays by it: %w", path, err), file.Close())
	}
	j := &journal{file: file, unlock: unlock}
	last, err := j.load(file, path, key)
	if err != nil {
		return nil, nil, errors.Join(err, j.close())
	}
	return j, last, nil
}

// load reads what is there, undoes a line that was being written when a process
// was killed, and makes all of it last: the process before may have died between
// a write and its sync.
func (j *journal) load(file *os.File, path string, key journalKey) (map[string]record, error) {
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	if len(whole) == 0 && !key.begins(text) {
		return nil, fmt.Errorf("%s: %w", path, errForeign)
	}
	last, id, err := replay(whole, key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	j.id = id
	if err := file.Chmod(0o600); err != nil { // it may have been copied
		return nil, err
	}
	if err := file.Truncate(int64(len(whole))); err != nil {
		return nil, err
	}
	if _, err := file.Seek(0, io.SeekEnd); err != nil {
		return nil, err
	}
	if len(whole) == 0 {
		j.id = rand.Text()
		key.ID = j.id
		if err := j.write(key); err != nil {
			return nil, err
		}
	}
	return last, errors.Join(file.Sync(), cli.SyncDir(filepath.Dir(path)))
}

// replay returns the last record of each row and the id of the journal. Before an
// error stand the records up to it.
func replay(text []byte, key journalKey) (last map[string]record, id string, err error) {
	last = map[string]record{}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if number == 1 {
			var got journalKey
			if json.Unmarshal(line, &got) != nil || got.Journal != key.Journal || got.Version != key.Version {
				return last, "", errForeign
			}
			id, got.ID = got.ID, ""
			if got != key {
				return last, "", fmt.Errorf("%w: it is of another service, account or user; use that one, or another -state", cli.ErrUsage)
			}
			continue
		}
		var r record
		if err := json.Unmarshal(line, &r); err != nil || r.Reference == "" || r.Transaction == "" || !r.State.known() {
			return last, "", fmt.Errorf("line %d is damaged; nothing is paid on its account", number)
		}
		before, ok := last[r.Reference]
		if ok && before.Transaction != r.Transaction {
			return last, "", fmt.Errorf("line %d gives a row a second transaction; nothing is paid on its account", number)
		}
		last[r.Reference] = r
	}
	return last, id, nil
}

func (s state) known() bool {
	switch s {
	case stateOpen, stateBegun, stateCreated, stateUnknown, statePaid, stateFailed:
		return true
	}
	return false
}

// add appends a record and returns once it is on the disk. Records of several
// goroutines share a sync. After a fault every further call fails.
func (j *journal) add(r record) error {
	if err := j.write(r); err != nil {
		return err
	}
	j.mu.Lock()
	mine := j.written
	j.mu.Unlock()

	j.syncing.Lock()
	defer j.syncing.Unlock()
	if j.synced >= mine {
		return nil
	}
	j.mu.Lock()
	upTo, broken := j.written, j.broken
	j.mu.Unlock()
	if broken != nil {
		return broken
	}
	if err := j.file.Sync(); err != nil {
		return j.fail(err)
	}
	j.synced = upTo
	return nil
}

func (j *journal) write(line any) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.broken != nil {
		return j.broken
	}
	n, err := j.file.Write(append(text, '\n'))
	if err != nil {
		j.broken = fmt.Errorf("the journal cannot be written, and the same command goes on once it can: %w", err)
		return j.broken
	}
	j.written += int64(n)
	return nil
}

// fail makes a fault last: a disk that has failed once to sync may have dropped
// what it was given, and say nothing of it the next time.
func (j *journal) fail(err error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.broken == nil {
		j.broken = fmt.Errorf("the journal cannot be written, and the same command goes on once it can: %w", err)
	}
	return j.broken
}

func (j *journal) close() error {
	j.unlock()
	return j.file.Close()
}
