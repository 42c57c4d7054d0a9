package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

func TestOfflineGivesTheGoldenText(t *testing.T) {
	t.Parallel()
	got := start(t)
	assert.Zero(t, got.code)
	assert.Empty(t, got.stderr)
	assert.Equal(t, read(t, "testdata/offline.txt"), got.stdout)
	assert.NotContains(t, got.stdout, "@example.com")
}

func TestTheDocShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	golden := read(t, "testdata/offline.txt")
	_, sample, ok := strings.Cut(read(t, "main.go"), "//\tVima operations of")
	require.True(t, ok)
	sample, _, ok = strings.Cut("//\tVima operations of"+sample, "// The next step")
	require.True(t, ok)
	for line := range strings.Lines(sample) {
		if line = strings.TrimPrefix(strings.TrimPrefix(line, "//"), "\t"); line != "…\n" {
			assert.Contains(t, golden, line)
		}
	}
}

// Whatever is planted is found, as what it is, and nothing else is.
func TestAllThatIsPlantedIsFoundAndNoMore(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 2, 7, 30, 401, 2000} {
		for seed := range uint64(3) {
			t.Run(fmt.Sprintf("%d operations, seed %d", size, seed), func(t *testing.T) {
				t.Parallel()
				onEach(t, func(d target) {
					g := newGarden(plan{size, seed})
					require.NoError(d.t, g.sync(d.t.Context(), d.db, d.dialect))
					var file bytes.Buffer
					require.NoError(d.t, g.export(&file))
					c, err := parse(&cli.Call{Args: []string{
						"-db", d.where, "-csv", write(d.t, filepath.Join(d.t.TempDir(), "payshack.csv"), file.String()),
						"-date-column", "created_at", "-type-column", "type", "-from", "2026-01-01",
					}, Env: os.Getenv})
					require.NoError(d.t, err)
					found := map[finding]int{}
					var stdout bytes.Buffer
					err = reconcile(d.t.Context(), c, &stdout, io.Discard, func(e entry, other string) {
						if e.kinds != matched {
							found[inShort(e, other)]++
						}
					})
					require.ErrorIs(d.t, err, errDiffers)
					require.Equal(d.t, 1, exitCode(err))
					assert.Contains(d.t, stdout.String(), fmt.Sprintf("\nvima: %d rows", size))
					assert.Contains(d.t, stdout.String(), fmt.Sprintf("\npayshack: %d rows", strings.Count(file.String(), "\n")-1))
					h := gather(g.all, found)
					require.Zero(d.t, h.lost, "%v", found)
					require.Zero(d.t, h.excess, "%v", found)
					if size >= 30 {
						require.GreaterOrEqual(d.t, len(h.rows), len(seeds), "each kind is planted")
					}
				})
			})
		}
	}
}

// The control: what was not planted is told, and so is what was not found.
func TestTheHarvestIsCounted(t *testing.T) {
	t.Parallel()
	all := []planted{
		{"a row twice", []finding{{"duplicate", "1", "payshack"}}},
		{"a row twice", []finding{{"duplicate", "2", "payshack"}}},
		{"a row without a key", []finding{{"missing in payshack", "3", "vima"}, {"unreadable", "", "payshack"}}},
	}
	h := gather(all, map[finding]int{{"duplicate", "1", "payshack"}: 2, {"unreadable", "", "payshack"}: 1})
	assert.Equal(t, harvest{rows: [][]string{{"a row without a key", "1", "0"}, {"a row twice", "2", "1"}}, whole: 3, lost: 2, excess: 1}, h)
	assert.Contains(t, string(h.text()), "3 differences planted, 1 of them found, and 1 others")
}

func TestKeptSidesAreReconciledAsRealOnes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	got := start(t, "-keep", dir, "-operations", "100", "-seed", "3")
	require.Zero(t, got.code, got.stderr)
	assert.Contains(t, got.stderr, "both sides are in "+dir)
	again := start(t, "-db", filepath.Join(dir, "vima.db"), "-csv", filepath.Join(dir, "payshack.csv"), "-date-column", "created_at", "-type-column", "type")
	assert.Equal(t, 1, again.code)
	assert.Contains(t, again.stderr, "reconcile: differs: ")
	assert.Contains(t, got.stdout, again.stdout)

	got = start(t, "-keep", dir)
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "vima.db exists")
}
