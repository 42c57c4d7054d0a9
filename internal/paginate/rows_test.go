package paginate_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/paginate"
)

type badRow struct {
	index int
	text  string
}

// in returns the rows of text in order: capitals are bad rows.
func in(text string) (good []*string, bad []badRow) {
	for i, r := range text {
		if r >= 'A' && r <= 'Z' {
			bad = append(bad, badRow{i, string(r)})
			continue
		}
		good = append(good, new(string(r)))
	}
	return good, bad
}

func index(b badRow) int { return b.index }

func TestInOrder(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a", "A", "aBcD", "ABc", "abCD", "abc"} {
		good, bad := in(text)
		var got string
		for g, b := range paginate.InOrder(good, bad, index) {
			if g != nil {
				got += *g
			} else {
				got += b.text
			}
		}
		assert.Equal(t, text, got)
	}
}

func TestInOrderEnds(t *testing.T) {
	t.Parallel()
	good, bad := in("abC")
	for g := range paginate.InOrder(good, bad, index) {
		assert.Equal(t, "a", *g)
		break
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	good, bad := in("aBcDe")
	kept, keptBad := paginate.Keep(paginate.InOrder(good, bad, index), []bool{true, false, false, true, true})
	assert.Equal(t, []string{"a", "e"}, slices.Collect(func(yield func(string) bool) {
		for _, g := range kept {
			if !yield(*g) {
				return
			}
		}
	}))
	assert.Equal(t, []badRow{{3, "D"}}, keptBad)
	kept, keptBad = paginate.Keep(paginate.InOrder(good, bad, index), nil)
	assert.Empty(t, kept)
	assert.Empty(t, keptBad)
}
