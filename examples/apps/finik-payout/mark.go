package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// mark stands beside a file of which rows were begun, and tells by which journal.
// Where that is emptied or gone, nothing is paid again.
type mark struct {
	Journal string `json:"journal"` // its path
	ID      string `json:"id"`      // see journalKey
}

// markPath is the name of the mark of a file, for a service, account and user.
func markPath(file string, key journalKey) string {
	text, _ := json.Marshal(key) // texts and a number
	sum := sha256.Sum256(text)
	return unlinked(file) + ".begun-" + hex.EncodeToString(sum[:4])
}

// agrees returns an error unless a journal is the one that rows of a file were
// begun by.
func (s *source) agrees(key journalKey, id string, records int) error {
	path := markPath(s.file, key)
	text, err := os.ReadFile(path)
	if s.demo || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", cli.ErrUsage, err)
	}
	var m mark
	switch err := json.Unmarshal(text, &m); {
	case err != nil:
		return fmt.Errorf("%w: %s is damaged; nothing is paid on its account", cli.ErrUsage, path)
	case m.ID == id && records > 0:
		return nil
	}
	return fmt.Errorf("%w: rows of %s were begun by the journal %s, and %s does not hold them: put that one back or name it by -state; "+
		"to pay all rows of the file once more, remove %s", cli.ErrUsage, s.file, m.Journal, s.state, path)
}

// marker returns what leaves the mark, once, and has tried before whether it can.
func (s *source) marker(key journalKey, id string) (func() error, error) {
	if s.demo {
		return func() error { return nil }, nil
	}
	path := markPath(s.file, key)
	text, err := json.Marshal(mark{place(s.state), id})
	if err != nil {
		return nil, err
	}
	tried, err := cli.CreateFlag(path, path, int64(len(text)))
	tried.Discard()
	return sync.OnceValue(func() error {
		out, err := cli.Create(path, 0)
		if err != nil {
			return err
		}
		return out.Save(func(to io.Writer) error { _, err := to.Write(append(text, '\n')); return err })
	}), err
}
