package main

import (
	"fmt"
	"html"
	"io"
	"os"
	"strings"
)

// The colours have enough contrast on white and on GitHub's dark background, since
// an image does not know the theme of the page around it.
const (
	ink    = "#76808c"
	accent = "#2f81f7"
	muted  = "#8b949e"
)

const (
	chartWidth = 760
	barLeft    = 168
	barRight   = 560
	barStep    = 30
	chartTop   = 66
)

// chart draws a bar for the CPU time of each contender, with its spread as a line.
func chart(w io.Writer, all []series, caption string) error {
	highest := 0.0
	for _, s := range all {
		highest = max(highest, s.cpu().high)
	}
	scale := (barRight - barLeft) / highest
	height := chartTop + barStep*len(all) + 18
	var b strings.Builder
	draw := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	draw(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" role="img" aria-labelledby="title" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="14" fill="%[3]s">`,
		chartWidth, height, ink)
	draw(`<title id="title">CPU seconds per million operations: %s</title>`, html.EscapeString(summary(all)))
	draw(`<text x="8" y="24" font-size="17" font-weight="600">CPU seconds per million operations read</text>`)
	draw(`<text x="8" y="46" font-size="12">%s</text>`, html.EscapeString(caption))
	for i, s := range all {
		cpu, y, colour, weight := s.cpu(), chartTop+barStep*i, muted, 400
		if s.ours {
			colour, weight = accent, 600
		}
		end := barLeft + cpu.median*scale
		draw(`<text x="%d" y="%d" text-anchor="end" font-weight="%d">%s</text>`, barLeft-10, y+16, weight, html.EscapeString(s.name))
		draw(`<rect x="%d" y="%d" width="%.1f" height="20" rx="3" fill="%s" fill-opacity="0.7"/>`, barLeft, y+1, cpu.median*scale, colour)
		draw(`<path d="M%.1f %dH%.1f" stroke="%s" stroke-width="2"/>`, barLeft+cpu.low*scale, y+11, barLeft+cpu.high*scale, ink)
		draw(`<text x="%.1f" y="%d" font-weight="%d">%.1f</text>`, max(end, barLeft+cpu.high*scale)+10, y+16, weight, cpu.median)
		draw(`<text x="%d" y="%d" text-anchor="end" font-size="12">%.1f × floor</text>`, chartWidth-8, y+16, cpu.median/cpuOf(all, floor))
	}
	draw(`</svg>`)
	_, err := io.WriteString(w, b.String())
	return err
}

// summary is the chart in words.
func summary(all []series) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = fmt.Sprintf("%s %.1f", s.name, s.cpu().median)
	}
	return strings.Join(words, "; ")
}

func writeChart(name string, all []series, caption string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := chart(file, all, caption); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
