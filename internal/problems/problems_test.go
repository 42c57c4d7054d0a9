package problems_test

import (
	"encoding/json"
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

func TestMembers(t *testing.T) {
	t.Parallel()
	odd := func(name string, value json.RawMessage) string {
		if (len(name)+len(value))%2 == 1 {
			return "must be even"
		}
		return ""
	}
	given := map[string]json.RawMessage{"a": nil, "b": nil, "token": nil, "cc": nil, "signature": nil, "d": []byte("1")}
	assert.Equal(t, problems.List{"in: must be even", "in: must not have token, user or signature"},
		problems.Members("in", given, odd, "token", "user", "signature"), "each rule once, by the first name that breaks it")
	assert.Empty(t, problems.Members("in", nil, odd, "token", "signature"))
}
