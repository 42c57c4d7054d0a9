package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/payclients/payclients-go/examples/apps/internal/table"
)

// inShort is an entry as it is compared with what was planted.
func inShort(e entry, other string) finding {
	f := finding{kinds: strings.Join(e.kinds.names(other, " "), "+")}
	var sides []string
	if e.vima != nil {
		f.key, sides = e.vima.key, append(sides, "vima")
	}
	if e.other != nil {
		f.key, sides = e.other.key, append(sides, other)
	}
	f.sides = strings.Join(sides, ", ")
	return f
}

// harvest is how often each difference was planted and found, and how many
// findings are of none.
type harvest struct {
	rows   [][]string
	whole  int // planted
	lost   int // of them not found
	excess int // found and not planted
}

// gather compares what was found with what was planted. It uses found up.
func gather(all []planted, found map[finding]int) harvest {
	var h harvest
	was, is := map[string]int{}, map[string]int{}
	for _, p := range all {
		h.whole++
		was[p.what]++
		if take(found, p.expected) {
			is[p.what]++
		} else {
			h.lost++
		}
	}
	for _, n := range found {
		h.excess += n
	}
	for _, s := range append(seeds[:len(seeds):len(seeds)], seed{what: bare}) {
		if was[s.what] > 0 {
			h.rows = append(h.rows, []string{s.what, strconv.Itoa(was[s.what]), strconv.Itoa(is[s.what])})
		}
	}
	return h
}

// text is a table, and whether all of it agrees.
func (h harvest) text() []byte {
	text := append([]byte("\n"), table.Text(append([][]string{{"PLANTED", "TIMES", "FOUND"}}, h.rows...), 1, 2)...)
	others := "no others"
	if h.excess > 0 {
		others = strconv.Itoa(h.excess) + " others"
	}
	return fmt.Appendf(text, "\n%d differences planted, %d of them found, and %s\n", h.whole, h.whole-h.lost, others)
}

func take(found map[finding]int, expected []finding) bool {
	all := true
	for _, f := range expected {
		if found[f]--; found[f] < 0 {
			found[f], all = 0, false
		}
	}
	return all
}
