package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	if play() {
		return
	}
	os.Exit(m.Run())
}

func collect(t testing.TB, operations int) string {
	t.Helper()
	c, err := startCollector(operations, 0)
	require.NoError(t, err)
	t.Cleanup(c.stop)
	return c.url
}

// cost measures run. Its CPU time, all goroutines and the collector of garbage
// included, says more than ns/op on a machine that others load, too.
func cost(b *testing.B, run func() error) {
	b.Helper()
	b.ReportAllocs()
	before := ownCPU()
	for b.Loop() {
		if err := run(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((ownCPU()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

func TestEveryContenderSeesEveryOperation(t *testing.T) {
	for _, operations := range []int{0, 1, 100, 1234} {
		endpoint := collect(t, operations)
		list := append(present(t.Output()), contenders...)
		for _, c := range list {
			r, err := measure(c, endpoint, 0, "")
			require.NoError(t, err)
			assert.Equal(t, operations, r.Operations, c.name)
		}
		for _, c := range paced {
			for _, workers := range paceWorkers {
				r, err := measure(c, endpoint, workers, "")
				require.NoError(t, err)
				assert.Equal(t, operations, r.Operations, "%s, %d workers", c.name, workers)
			}
		}
	}
}

// TestRun measures little, by every mode of the command.
func TestRun(t *testing.T) {
	o := options{
		operations: 2_000, rounds: 1, peers: true,
		svg: filepath.Join(t.TempDir(), "chart.svg"), profile: filepath.Join(t.TempDir(), "profile"),
		latencies: []time.Duration{0, time.Millisecond}, paceOperations: 100, paceRounds: 1,
	}
	var out strings.Builder
	require.NoError(t, run(&out, o))
	for _, c := range contenders {
		assert.Contains(t, out.String(), "\n| "+c.name+" ")
	}
	for _, c := range peers {
		assert.Contains(t, out.String(), c.name) // its row, or why there is none
	}
	assert.Contains(t, out.String(), "\n| 1ms ")
	profile, err := os.ReadFile(o.profile)
	require.NoError(t, err)
	assert.NotEmpty(t, profile)
	svg, err := os.ReadFile(o.svg)
	require.NoError(t, err)
	assert.Equal(t, 1, bytes.Count(svg, []byte("<svg ")))
	wellFormed(t, svg)
}

func wellFormed(t *testing.T, text []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAContenderThatMissesOperationsFails(t *testing.T) {
	_, err := rounds(contenders[:1], 1, collect(t, 3), 4, 0)
	require.EqualError(t, err, "floor saw 3 operations of 4")
}

func TestAClientThatFailsIsReported(t *testing.T) {
	for _, c := range append(present(t.Output()), contenders...) {
		_, err := measure(c, collect(t, 1)+"/missing", 0, "")
		assert.ErrorContains(t, err, c.name+": exit status 1")
	}
}

func TestAMissingInterpreterIsNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var out strings.Builder
	assert.Empty(t, present(&out))
	assert.Contains(t, out.String(), "Node: not measured, there is no node\n")
}
