package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// table is printed as aligned Markdown: for the terminal and for README.
type table [][]string

func (t *table) add(cells ...string) { *t = append(*t, cells) }

func (t table) print(w io.Writer) {
	widths := make([]int, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for n, row := range t {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 || t[0][i] == "client" {
				_, _ = fmt.Fprintf(w, "| %s%s ", cell, pad)
			} else {
				_, _ = fmt.Fprintf(w, "| %s%s ", pad, cell)
			}
		}
		_, _ = fmt.Fprintln(w, "|")
		if n > 0 {
			continue
		}
		for i, width := range widths {
			if i == 0 || t[0][i] == "client" {
				_, _ = fmt.Fprintf(w, "|%s", strings.Repeat("-", width+2))
			} else {
				_, _ = fmt.Fprintf(w, "|%s:", strings.Repeat("-", width+1))
			}
		}
		_, _ = fmt.Fprintln(w, "|")
	}
	_, _ = fmt.Fprintln(w)
}

// syncTable has a row for each contender.
func syncTable(all []series) table {
	var t table
	t.add("client", "CPU s per million", "spread", "to floor", "to encoding/json", "allocations per operation", "peak heap MB", "peak RSS MB", "wall s")
	for _, s := range all {
		cpu, allocations, heap := s.cpu(), "", ""
		if s.peer == nil {
			allocations, heap = fmt.Sprintf("%.1f", s.allocations()), fmt.Sprintf("%.1f", s.heap())
		}
		t.add(s.name, fmt.Sprintf("%.1f", cpu.median), fmt.Sprintf("%.1f–%.1f", cpu.low, cpu.high),
			fmt.Sprintf("%.2f", cpu.median/cpuOf(all, floor)), fmt.Sprintf("%.2f", cpu.median/cpuOf(all, naive)),
			allocations, heap, fmt.Sprintf("%.0f", s.rss()), fmt.Sprintf("%.2f", s.wall().median))
	}
	return t
}

// thousands prints n with a comma before each group of three digits.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
