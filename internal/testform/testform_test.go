package testform_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/testform"
)

func TestTheVariableSelectsTheForm(t *testing.T) {
	for value, long := range map[string]bool{"": false, "0": false, "false": false, "1": true, "true": true} {
		t.Setenv(testform.Variable, value)
		assert.Equal(t, long, testform.Long(), "%q", value)
		want := 2
		if long {
			want = 3
		}
		assert.Equal(t, want, testform.Scale(2, 3))
		ran := false
		t.Run("only long "+value, func(t *testing.T) {
			testform.OnlyLong(t)
			ran = true
		})
		assert.Equal(t, long, ran, "%q", value)
	}
}

func TestAMisspeltFormIsNoShortOne(t *testing.T) {
	t.Setenv(testform.Variable, "yes")
	assert.PanicsWithValue(t, `PAYCLIENTS_LONG must be 1, 0 or empty, and is "yes"`, func() { testform.Long() })
}
