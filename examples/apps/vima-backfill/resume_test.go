package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima/vimatest"
)

// killer ends the program some time after its start, or lets it be.
type killer func(cmd *exec.Cmd, out string, ended <-chan struct{})

func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// afterAWhile kills at a random moment.
func afterAWhile(longest time.Duration) killer {
	return func(cmd *exec.Cmd, _ string, ended <-chan struct{}) {
		select {
		case <-time.After(rand.N(longest)):
			kill(cmd)
		case <-ended:
		}
	}
}

// onceItCommits kills when a file grows or a state is about to be replaced, which
// a random moment seldom meets.
func onceItCommits(path string) killer {
	return func(cmd *exec.Cmd, out string, ended <-chan struct{}) {
		size := func() int64 {
			info, err := os.Stat(out + path)
			if err != nil {
				return 0
			}
			return info.Size()
		}
		before, commits := size(), 1+rand.N(3)
		for commits > 0 {
			select {
			case <-ended:
				return
			case <-time.After(50 * time.Microsecond):
			}
			if now := size(); now != before {
				if now > before {
					commits--
				}
				before = now
			}
		}
		kill(cmd)
	}
}

func letItBe(*exec.Cmd, string, <-chan struct{}) {}

func TestKilledAtManyMomentsNothingIsLostOrTwice(t *testing.T) {
	t.Parallel()
	srv := serve(t, 1500, true)
	srv.Inject(vimatest.Fault{Delay: 2 * time.Millisecond, Times: -1})
	for format, ways := range map[string][]killer{
		"csv":   {afterAWhile(400 * time.Millisecond), onceItCommits("")},
		"jsonl": {onceItCommits(".state.tmp"), onceItCommits(".rejects.jsonl"), onceItCommits(".part"), afterAWhile(400 * time.Millisecond)},
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"-format", format, "-workers", "3"}, january...)
			whole := filepath.Join(t.TempDir(), "out")
			want := start(t, environment(srv), append(args, "-out", whole)...)
			require.Equal(t, 1, want.code, want.stderr)
			require.Contains(t, want.stderr, "2 rows did not decode")

			kills, began := 0, time.Now()
			for kills < 11 {
				dir := t.TempDir()
				out := filepath.Join(dir, "out")
				for round := 0; ; round++ {
					way := ways[round%len(ways)]
					if round == 20 {
						way = letItBe
					}
					code, stderr := runKilled(t, srv, way, out, append(args, "-out", out))
					if code != -1 {
						require.Equal(t, 1, code, stderr)
						assert.Contains(t, stderr, "31 days, 1498 operations, 2 rejected")
						break
					}
					kills++
				}
				if read(t, whole) != read(t, out) { // too long to print
					t.Fatal("the file is not that of an uninterrupted run")
				}
				require.Equal(t, read(t, whole+".rejects.jsonl"), read(t, out+".rejects.jsonl"))
				require.Equal(t, []string{"out", "out.rejects.jsonl", "out.state"}, names(t, dir))
			}
			t.Logf("%d kills in %s", kills, time.Since(began).Round(time.Millisecond))
			if format == "jsonl" {
				sameRows(t, srv, read(t, whole)+read(t, whole+".rejects.jsonl"))
			}
		})
	}
}

// runKilled returns -1 for a program that was killed, as os/exec does.
func runKilled(t *testing.T, srv *vimatest.Server, way killer, out string, args []string) (code int, stderr string) {
	t.Helper()
	var text bytes.Buffer
	cmd := command(t, environment(srv), args...)
	cmd.Stderr = &text
	require.NoError(t, cmd.Start())
	ended, killed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(killed)
		way(cmd, out, ended)
	}()
	_ = cmd.Wait()
	close(ended)
	<-killed
	return cmd.ProcessState.ExitCode(), text.String()
}

// sameRows wants each of the server's rows once, compacted.
func sameRows(t *testing.T, srv *vimatest.Server, text string) {
	t.Helper()
	var want, got []string
	for _, raw := range srv.Rows() {
		var line bytes.Buffer
		require.NoError(t, json.Compact(&line, raw))
		want = append(want, line.String())
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if _, row, ok := strings.Cut(line, `,"row":`); ok && strings.HasPrefix(line, `{"error":`) {
			line = strings.TrimSuffix(row, "}")
		}
		got = append(got, line)
	}
	slices.Sort(want)
	slices.Sort(got)
	require.True(t, slices.Equal(want, got), "%d rows in place of %d", len(got), len(want))
}

// What a kill can leave, made by hand: whatever is behind the lengths of the
// state is undone.
func TestWhatAKillLeavesIsUndone(t *testing.T) {
	t.Parallel()
	srv := serve(t, 600, true)
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	args := append([]string{"-format", "jsonl", "-workers", "4"}, january...)
	require.Equal(t, 1, start(t, environment(srv), append(args, "-out", whole)...).code)
	out := filepath.Join(dir, "out")
	short := []string{"-format", "jsonl", "-from", "2026-01-01", "-to", "2026-01-12", "-out", out}
	require.Equal(t, 1, start(t, environment(srv), short...).code, "one of the bad rows is of these days")
	for _, name := range []string{out, out + ".rejects.jsonl", out + ".part", out + ".state.tmp"} {
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		require.NoError(t, err)
		_, err = file.WriteString(`{"half a row`)
		require.NoError(t, err)
		require.NoError(t, file.Close())
	}
	got := start(t, environment(srv), append(args, "-out", out)...)
	require.Equal(t, 1, got.code)
	assert.Contains(t, got.stderr, "12 days are there, it goes on with 2026-01-13", "a later -to is allowed")
	assert.Equal(t, read(t, whole), read(t, out))
	assert.Equal(t, read(t, whole+".rejects.jsonl"), read(t, out+".rejects.jsonl"))
}

func TestAFirstBatchThatWasKilledIsUndone(t *testing.T) {
	t.Parallel()
	srv := serve(t, 100, false)
	out := filepath.Join(t.TempDir(), "out.csv")
	key := newRunKey(config{out: out, from: demoPlan().From, format: "csv"}, srv.URL())
	require.NoError(t, state{Run: key}.save(out+".state"))
	require.NoError(t, os.WriteFile(out, []byte("operation_id,refer"), 0o600))
	require.NoError(t, os.WriteFile(out+".rejects.jsonl", []byte("{"), 0o600))
	got := start(t, environment(srv), append(january, "-out", out)...)
	require.Zero(t, got.code, got.stderr)
	assert.Equal(t, start(t, environment(srv), january...).stdout, read(t, out))
	assert.NoFileExists(t, out+".rejects.jsonl")
}

func TestFilesOfOthersAreLeftAlone(t *testing.T) {
	t.Parallel()
	srv := serve(t, 100, false)
	write := func(path, text string) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	for name, c := range map[string]struct {
		spoil func(out string)
		args  []string
		code  int
		want  string
	}{
		"output without a state":  {func(out string) { _ = os.Remove(out + ".state") }, nil, 2, "exists and"},
		"rejects without a state": {func(out string) { _ = os.Remove(out + ".state"); write(out, ""); write(out+".rejects.jsonl", "x") }, nil, 2, "exists and"},
		"another project":         {func(string) {}, []string{"-project", "monetix"}, 2, "other flags"},
		"another first day":       {func(string) {}, []string{"-from", "2026-01-02"}, 2, "other flags"},
		"another format":          {func(string) {}, []string{"-format", "jsonl"}, 2, "other flags"},
		"personal data":           {func(string) {}, []string{"-personal"}, 2, "other flags"},
		"a shorter output":        {func(out string) { write(out, "short") }, nil, 1, "has 5 bytes and should have"},
		"no output":               {func(out string) { _ = os.Remove(out) }, nil, 1, "has 0 bytes and should have"},
		"no state at all":         {func(out string) { write(out+".state", "{}") }, nil, 1, "is not a state of this program"},
	} {
		out := filepath.Join(t.TempDir(), "out.csv")
		args := append(january[:len(january):len(january)], "-out", out)
		require.Zero(t, start(t, environment(srv), args...).code)
		c.spoil(out)
		before, _ := os.ReadFile(out)
		got := start(t, environment(srv), append(args, c.args...)...)
		assert.Equal(t, c.code, got.code, name)
		assert.Contains(t, got.stderr, c.want, name)
		after, _ := os.ReadFile(out)
		assert.Equal(t, string(before), string(after), name)
	}
}
