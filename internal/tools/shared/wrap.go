package main

import (
	"strings"
	"unicode/utf8"
)

// width is the length of a comment's line.
const width = 80

// wrap rewraps the paragraphs of doc comments, because words from the tables make
// lines longer or shorter. Headings, lists and code stay as they are.
func wrap(source string) string {
	var out, paragraph []string
	var prefix string
	end := func() {
		line := prefix
		for _, word := range strings.Fields(strings.Join(paragraph, " ")) {
			if length(line)+1+utf8.RuneCountInString(word) > width && line != prefix {
				out, line = append(out, line), prefix
			}
			line += " " + word
		}
		if line != prefix {
			out = append(out, line)
		}
		paragraph, prefix = nil, ""
	}
	for line := range strings.Lines(source) {
		line = strings.TrimSuffix(line, "\n")
		code, text, _ := strings.Cut(line, "// ")
		prose := strings.TrimLeft(code, "\t") == "" && text != "" &&
			!strings.ContainsRune(" \t#", rune(text[0])) && !strings.HasPrefix(text, "Code generated ")
		if prefix != "" && (!prose || code+"//" != prefix) {
			end()
		}
		if !prose {
			out = append(out, line)
			continue
		}
		prefix, paragraph = code+"//", append(paragraph, text)
	}
	end()
	return strings.Join(out, "\n") + "\n"
}

// length returns the width of a line; a tab counts as four columns.
func length(line string) int {
	return utf8.RuneCountInString(line) + 3*strings.Count(line, "\t")
}
