package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// words are what the words of a side stand for. Case, and whitespace around a
// word, mean nothing.
type words[T ~string] struct {
	said  map[string]T                // in plain words, and before what a package means
	means func(word string) (T, bool) // what a client package says of a word; nil is nothing
}

// newWords turns the lists of words round.
func newWords[T ~string](of map[T][]string) words[T] {
	all := map[string]T{}
	for meaning, list := range of {
		for _, word := range list {
			all[plainWord(word)] = meaning
		}
	}
	return words[T]{said: all}
}

func (w words[T]) of(word string) (T, bool) {
	found, known := w.said[plainWord(word)]
	if !known && w.means != nil {
		return w.means(plainWord(word))
	}
	return found, known
}

// with returns w and the pairs of text, which come first:
// "SETTLED=success,REVERSED=failed". allowed are what a word may stand for.
func (w words[T]) with(flag, text string, allowed []T) (words[T], error) {
	all := words[T]{said: map[string]T{}, means: w.means}
	maps.Copy(all.said, w.said)
	for pair := range strings.SplitSeq(text, ",") {
		if text == "" {
			break
		}
		word, to, ok := strings.Cut(pair, "=")
		meaning := T(strings.TrimSpace(to))
		if !ok || plainWord(word) == "" || !slices.Contains(allowed, meaning) {
			return words[T]{}, fmt.Errorf("%w: %s must be pairs such as WORD=%s,OTHER=%s, of %s", cli.ErrUsage, flag, allowed[0], allowed[1], join(allowed))
		}
		all.said[plainWord(word)] = meaning
	}
	return all, nil
}

func plainWord(word string) string { return strings.ToLower(strings.TrimSpace(word)) }

// join lists meanings for a sentence.
func join[T ~string](all []T) string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = string(one)
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " or " + texts[len(texts)-1]
}
