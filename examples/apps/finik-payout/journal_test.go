package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
)

func aKey() journalKey { return newJournalKey("https://example.com", "account", "user") }

func reopen(t *testing.T, path string) (*journal, map[string]record) {
	t.Helper()
	j, last, err := openJournal(path, aKey())
	require.NoError(t, err)
	return j, last
}

func TestTheJournalKeepsTheLastWordOnEachRow(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	j, last := reopen(t, path)
	require.Empty(t, last)
	at := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
	begun := record{Reference: "a", State: stateBegun, Transaction: "t-1", Digest: "d", Time: at}
	paid := record{Reference: "a", State: statePaid, Transaction: "t-1", Payment: "p", Digest: "d", Amount: "1.50", Time: at}
	other := record{Reference: "b", State: stateFailed, Transaction: "t-2", Code: 402, Digest: "e", Time: at}
	for _, r := range []record{begun, other, paid} {
		require.NoError(t, j.add(r))
	}
	require.NoError(t, j.close())
	j, last = reopen(t, path)
	require.NoError(t, j.close())
	assert.Equal(t, map[string]record{"a": paid, "b": other}, last)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestATornLineIsCutOff(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	j, _ := reopen(t, path)
	require.NoError(t, j.add(record{Reference: "a", State: stateBegun, Transaction: "t-1"}))
	require.NoError(t, j.add(record{Reference: "a", State: statePaid, Transaction: "t-1"}))
	require.NoError(t, j.close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(whole), "\n")
	for n := 0; n < len(whole); n += testform.Scale(3, 1) {
		torn := filepath.Join(t.TempDir(), "j"+strconv.Itoa(n))
		require.NoError(t, os.WriteFile(torn, whole[:n], 0o600))
		j, last := reopen(t, torn)
		require.NoError(t, j.add(record{Reference: "b", State: stateBegun, Transaction: "t-2"}))
		require.NoError(t, j.close())
		j, last2 := reopen(t, torn)
		require.NoError(t, j.close())
		switch {
		case n < len(lines[0])+len(lines[1]):
			assert.Empty(t, last)
		default:
			assert.Equal(t, stateBegun, last["a"].State)
		}
		assert.Len(t, last2, len(last)+1, "what follows a cut is whole")
	}
}

func TestAJournalOfSomethingElseIsRefused(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"is not a journal":   "reference,service\n",
		"not a journal of":   `{"journal":"finik-payout","version":2}` + "\n",
		"of another service": `{"journal":"finik-payout","version":1,"url":"https://example.com","account":"account","user":"somebody"}` + "\n",
		"line 2 is damaged":  header(t) + "\x00\x00\n",
		"line 3 is damaged":  header(t) + `{"reference":"a","state":"begun","transactionId":"1"}` + "\n" + `{"reference":"a","state":"gone","transactionId":"1"}` + "\n",
		"line 3 gives a row": header(t) + `{"reference":"a","state":"begun","transactionId":"1"}` + "\n" + `{"reference":"a","state":"begun","transactionId":"2"}` + "\n",
	} {
		path := filepath.Join(t.TempDir(), "j")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, _, err := openJournal(path, aKey())
		require.ErrorContains(t, err, want)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, text, string(after), "it is left as it was")
	}
	_, _, err := openJournal(filepath.Join(t.TempDir(), "no", "folder"), aKey())
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// header is the first line of a journal with aKey.
func header(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "j")
	j, _ := reopen(t, path)
	require.NoError(t, j.close())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func TestAJournalHasOneProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	j, _ := reopen(t, path)
	_, _, err := openJournal(path, aKey())
	require.ErrorContains(t, err, "another process pays by it")
	require.NoError(t, j.close())
	j, _ = reopen(t, path)
	require.NoError(t, j.close())
}

// disk counts, and fails where it is told to.
type disk struct {
	mu     sync.Mutex
	lines  int
	synced int // lines
	begun  int // syncs
	writes error
	syncs  error
	// before runs at the begin of a sync, which is then of the lines before it.
	before func()
}

func (d *disk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.writes != nil {
		return len(p) / 2, d.writes
	}
	d.lines++
	return len(p), nil
}

func (d *disk) Sync() error {
	d.mu.Lock()
	d.begun++
	lines, err := d.lines, d.syncs
	d.mu.Unlock()
	if d.before != nil {
		d.before()
	}
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.synced = max(d.synced, lines)
	return nil
}

func (d *disk) Close() error { return nil }

func (d *disk) counts() (lines, synced, begun int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lines, d.synced, d.begun
}

func TestWhatIsAddedIsOnTheDisk(t *testing.T) {
	t.Parallel()
	const all = 100
	d := &disk{}
	d.before = func() { // the first sync takes until everybody has written
		for lines := 0; lines < all; lines, _, _ = d.counts() {
			runtime.Gosched()
		}
	}
	j := &journal{file: d}
	var adding sync.WaitGroup
	for range all {
		adding.Go(func() { assert.NoError(t, j.add(record{Reference: "a"})) })
	}
	adding.Wait()
	_, synced, begun := d.counts()
	assert.Equal(t, all, synced)
	assert.LessOrEqual(t, begun, 2, "they share a sync")

	d.before = nil
	for n := range 10 {
		require.NoError(t, j.add(record{Reference: "a"}))
		lines, synced, _ := d.counts()
		assert.Equal(t, all+n+1, lines)
		assert.Equal(t, lines, synced, "and none is answered before it")
	}
}

// After a sync that failed the next one may say that all is well, and be wrong.
func TestABrokenDiskStaysBroken(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	for _, d := range []*disk{{syncs: full}, {writes: full}} {
		j := &journal{file: d}
		require.ErrorIs(t, j.add(record{Reference: "a"}), full)
		d.syncs, d.writes = nil, nil
		require.ErrorIs(t, j.add(record{Reference: "b"}), full)
		assert.Zero(t, d.synced)
	}
}
