package problems_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/problems"
)

func TestIf(t *testing.T) {
	t.Parallel()
	list := problems.List{"Size: must not be negative"}
	list.If(false, "Page: must not be negative")
	list.If(true, "Types: must not be empty")
	list.If(true, "Types: must not be empty")
	assert.Equal(t, problems.List{"Size: must not be negative", "Types: must not be empty"}, list)
}
