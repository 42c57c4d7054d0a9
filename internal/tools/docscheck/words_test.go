package main

import (
	"slices"
	"testing"
)

func TestHardWords(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{
		"page.md":       "It is no\nfault, and is no longer one.\n`gives`\n```go\ntells()\n```\nUsers notice a notice.\n",
		"page.ru.md":    "gives\n",
		"a/a.go":        "// Package a tells\n// that\n// of b.\n//\n//\tgives()\npackage a\n\n// payout_notices is a table, and _ the blank identifier.\nvar _ = \"whatever\"\n",
		"a/a_test.go":   "package a\n\n// gives\nfunc TestA() {}\n\n// ExampleA gives.\nfunc ExampleA() {\n\t// anew\n}\n",
		"testdata/x.go": "// gives\npackage x\n",
	})
	got, err := hardWords(dir)
	want := []string{
		`a/a.go:1: "tells": write reports or says`,
		`a/a.go:2: "that of": write the noun again`,
		`a/a_test.go:6: "gives": write returns, yields or sends`,
		`a/a_test.go:8: "anew": write again`,
		`page.md:1: "is no": write is not a`,
		`page.md:7: "notice": write webhook event`,
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got:\n%q, %v\nwant:\n%q", got, err, want)
	}
}
