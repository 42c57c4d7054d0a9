package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/wire"
)

func TestScalar(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]struct{ text, words string }{
		`"a\u0062"`:     {"ab", "ab"},
		`12.50`:         {"12.50", "12.50"},
		`""`:            {"", ""},
		`null`:          {"", ""},
		`true`:          {"", ""},
		`{"v":"a"}`:     {"", ""},
		`["a"]`:         {"", ""},
		`"a\ud800"`:     {"", "a\ufffd"},
		"\"a\xff\"":     {"", "a\ufffd"},
		`"a","v":"b"`:   {"", ""},
		`"a"} {"v":"b"`: {"", ""},
	} {
		assert.Equal(t, want.text, wire.Scalar(json.RawMessage(value)), value)
		assert.Equal(t, want.words, wire.ScalarWords(json.RawMessage(value)), value)
	}
	assert.Empty(t, wire.Scalar(nil))
	assert.Empty(t, wire.ScalarWords(nil))
}
