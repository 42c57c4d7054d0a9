package main

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	if isChild() {
		return
	}
	flag.Parse()
	_ = flag.Set("test.parallel", "6") // trials wait more than they work
	os.Exit(m.Run())
}

// The short form of the suite, controls included.
func TestShort(t *testing.T) {
	t.Parallel()
	s, err := parse([]string{"-short"}, t.Output())
	require.NoError(t, err)
	for _, database := range databases() {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			if database == postgresql && os.Getenv(postgresVariable) == "" {
				t.Skip("no PostgreSQL: set " + postgresVariable + " to a connection string to run this")
			}
			s := s
			s.databases = []string{database}
			for _, trial := range s.trials() {
				t.Run(trial.String(), func(t *testing.T) {
					t.Parallel()
					so, verdict, err := trial.judge(t.Context())
					require.NoError(t, err, "%s; again: %s", verdict, s.command(trial))
					t.Logf("%s: %d kills, %d of them while rows were applied, %d applied, damage: %v", verdict, so.kills, so.killsApplying, so.applied, so.damage)
				})
			}
		})
	}
}

// A first pass keeps nothing of the operations that it has stored: they weigh
// 1.9 KB each.
func TestFirstPassKeepsNothing(t *testing.T) {
	t.Parallel()
	var heaps []uint64
	for _, operations := range []int{2_000, 20_000} {
		require.NoError(t, collected(t.Context(), operations, func(url string) error {
			u, err := firstPass(t.Context(), sqlite, url)
			assert.Equal(t, operations, u.Operations)
			heaps = append(heaps, u.Heap)
			return err
		}))
	}
	t.Logf("%s MB, and %s MB for ten times the operations", megabytes(heaps[0]), megabytes(heaps[1]))
	assert.Less(t, heaps[1], heaps[0]+18_000*1_900/3)
}

func TestCompare(t *testing.T) {
	t.Parallel()
	newest := map[string]string{"1": "a", "2": "b", "3": "c"}
	applied := []version{{"1", "a"}, {"2", "b"}, {"3", "c"}}
	assert.True(t, compare(newest, newest, applied).none())
	assert.Equal(t, damage{lost: []string{"3"}}, compare(newest, map[string]string{"1": "a", "2": "b"}, applied))
	assert.Equal(t, damage{stale: []string{"2"}}, compare(newest, map[string]string{"1": "a", "2": "a", "3": "c"}, append(applied, version{"2", "a"})))
	assert.Equal(t, damage{extra: []string{"4"}}, compare(newest, map[string]string{"1": "a", "2": "b", "3": "c", "4": "d"}, append(applied, version{"4", "d"})))
	assert.Equal(t, damage{doubled: []string{"1", "1"}}, compare(newest, newest, append(applied, version{"1", "a"}, version{"1", "a"})))
	assert.Equal(t, damage{unrecorded: []string{"3"}}, compare(newest, newest, applied[:2]))
	assert.Equal(t, "1 lost: [3]; 2 doubled: [1 1]", damage{lost: []string{"3"}, doubled: []string{"1", "1"}}.String())
}

// Whatever is asked for wrongly is said at once, all of it.
func TestParse(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	_, err := parse([]string{"-kills", "0", "-packages", "vima,none", "-databases", "oracle", "-modes", "all", "-processes", "1,0", "x"}, &out)
	for _, text := range []string{
		"there must be no arguments after the flags", "-kills: must be above zero", `-packages: "none" is unknown`,
		`-databases: "oracle" is unknown`, `-modes: "all" is unknown`, "-processes: must be above zero",
	} {
		assert.ErrorContains(t, err, text)
	}
	assert.Empty(t, out.String())
	_, err = parse([]string{"-processes", "one"}, &out)
	require.ErrorContains(t, err, `-processes: "one" is not a number`)
}

// Each package is tried in each mode on each database, and a row's own command
// leads to that row alone.
func TestTrials(t *testing.T) {
	t.Parallel()
	s, err := parse(nil, t.Output())
	require.NoError(t, err)
	kills := 0
	for _, one := range s.trials() {
		if one.mode.right() {
			kills += one.kills
		}
		again, err := parse([]string{
			"-packages", one.subject.name(), "-databases", one.database, "-modes", string(one.mode), "-processes", "1,3",
		}, t.Output())
		require.NoError(t, err)
		assert.True(t, slices.Contains(again.trials(), one))
	}
	assert.GreaterOrEqual(t, kills, 200)
}
