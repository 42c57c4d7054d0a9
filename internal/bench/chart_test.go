package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// made is a series of rounds with these CPU times, in seconds for a million
// operations.
func made(c contender, cpu ...int) series {
	s := series{contender: c}
	for _, seconds := range cpu {
		s.results = append(s.results, result{report: report{Operations: 1_000_000, Seconds: 1}, cpu: time.Duration(seconds) * time.Second})
	}
	return s
}

func TestSpread(t *testing.T) {
	assert.Equal(t, spread{3, 1, 9}, made(contender{}, 9, 1, 3).cpu())
	assert.Equal(t, spread{4, 1, 9}, made(contender{}, 9, 5, 1, 3).cpu())
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 200_050: "200,050", 1_000_001: "1,000,001"} {
		assert.Equal(t, want, thousands(n))
	}
}

func TestTableAndChart(t *testing.T) {
	all := []series{
		made(contender{name: floor}, 2, 2, 3), made(contender{name: "vima", ours: true}, 9, 12, 10),
		made(contender{name: naive}, 40, 50, 30), made(contender{name: "<peer>", peer: &peer{}}, 20),
	}
	var out strings.Builder
	syncTable(all).print(&out)
	assert.Contains(t, out.String(), "| vima          |              10.0 |  9.0–12.0 |     5.00 |             0.25 |")
	assert.Contains(t, out.String(), "|---------------|------------------:|")
	out.Reset()
	require.NoError(t, chart(&out, all, "made up & small"))
	wellFormed(t, []byte(out.String()))
	assert.Contains(t, out.String(), "made up &amp; small")
	assert.Contains(t, out.String(), ">&lt;peer&gt;<")
	assert.Contains(t, out.String(), ">5.0 × floor<")
	assert.Contains(t, out.String(), "&lt;peer&gt; 20.0")
	assert.Equal(t, len(all), strings.Count(out.String(), "<rect "))
	assert.Equal(t, 1, strings.Count(out.String(), `<rect x="168" y="97" width="78.4" height="20" rx="3" fill="`+accent+`" fill-opacity="0.7"/>`))
	assert.Contains(t, out.String(), `font-size="14" fill="`+ink+`">`)
}
