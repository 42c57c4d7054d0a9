package readme_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The Russian pages say what the English ones say, as far as a machine can tell: the
// same headings, tables, code, links and figures, in the same order.
func TestRussianPagesAreEqual(t *testing.T) {
	t.Parallel()
	pairs := 0
	for _, name := range pages(t) {
		english, ok := strings.CutSuffix(name, ".ru.md")
		if !ok {
			continue
		}
		pairs++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, got := outline(read(t, english+".md"), false), outline(read(t, name), true)
			for i := range min(len(want), len(got)) {
				require.Equal(t, want[i], got[i], "part %d of the page, after %q", i, got[max(0, i-1)])
			}
			assert.Len(t, got, len(want))
		})
	}
	assert.Equal(t, 3, pairs)
}

var (
	fenced = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")
	inline = regexp.MustCompile("`[^`]+`")
	target = regexp.MustCompile(`\]\(([^)]+)\)`)
	figure = regexp.MustCompile(`\d+(?:[.,]\d+)*`)
	header = regexp.MustCompile(`^#+ `)
)

// outline returns the parts of a page that a translation keeps, in order; within a
// line sorted, since words change places.
func outline(page string, russian bool) []string {
	var parts []string
	at := 0
	for _, block := range fenced.FindAllStringSubmatchIndex(page, -1) {
		parts = append(parts, lines(page[at:block[0]], russian)...)
		parts = append(parts, "code "+page[block[2]:block[3]]+"\n"+page[block[4]:block[5]])
		at = block[1]
	}
	return append(parts, lines(page[at:], russian)...)
}

// lines returns the parts of a text outside blocks, one for each line of a table and
// one for each paragraph.
func lines(text string, russian bool) []string {
	var parts []string
	for _, paragraph := range strings.Split(text, "\n\n") {
		if rows := strings.Split(strings.TrimSpace(paragraph), "\n"); strings.HasPrefix(rows[0], "|") || strings.HasPrefix(rows[0], "- ") {
			for _, row := range rows {
				parts = append(parts, kept(row, russian))
			}
			continue
		}
		if strings.TrimSpace(paragraph) != "" {
			parts = append(parts, kept(paragraph, russian))
		}
	}
	return parts
}

// kept returns what a translation keeps of a line: its kind, its cells, code, links
// and figures.
func kept(line string, russian bool) string {
	kind := "text"
	switch level := header.FindString(strings.TrimSpace(line)); {
	case level != "":
		kind = level
	case strings.HasPrefix(line, "|"):
		kind = strings.Repeat("|", strings.Count(inline.ReplaceAllString(line, ""), "|"))
	}
	var words []string
	words = append(words, inline.FindAllString(line, -1)...)
	for _, t := range target.FindAllStringSubmatch(line, -1) {
		words = append(words, strings.ReplaceAll(t[1], ".ru.md", ".md"))
	}
	plain := target.ReplaceAllString(inline.ReplaceAllString(line, ""), "]")
	for _, number := range figure.FindAllString(plain, -1) {
		if russian {
			number = strings.ReplaceAll(number, ",", ".")
		} else {
			number = strings.ReplaceAll(number, ",", "")
		}
		words = append(words, number)
	}
	slices.Sort(words)
	return kind + " " + strings.Join(words, " ")
}
