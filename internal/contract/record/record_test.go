package record

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRowsThatShowNothingNewAreLeftOut(t *testing.T) {
	for _, every := range []string{"", "1"} {
		t.Run("every row "+every, func(t *testing.T) {
			t.Setenv(EveryRow, every)
			file.seen, file.texts = map[[sha256.Size]byte]bool{}, map[string]int{}
			out := shorten("vima", []byte(`[{"id":1,"state":"a"},{"id":22,"state":"a"},{"id":22,"state":"a"},{"id":3,"state":"b"},`+
				`{"id":"4","state":"a"},{"id":5},{"id":6,"state":"a","x":[]},{"id":7,"state":null},"text"]`))
			second := `{"id":22,"state":"a"},`
			if every == "" {
				second = ""
			}
			assert.JSONEq(t, `[{"id":1,"state":"a"},`+second+`{"id":3,"state":"b"},`+
				`{"id":"4","state":"a"},{"id":5},{"id":6,"state":"a","x":[]},{"id":7,"state":null},"text"]`, string(out))
			assert.Equal(t, `{"operations":[]}`, string(shorten("vima", []byte(`{"operations":[]}`))))
		})
	}
}
