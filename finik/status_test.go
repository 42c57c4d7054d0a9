package finik_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/finik"
)

func TestStatusClass(t *testing.T) {
	t.Parallel()
	for class, statuses := range map[finik.StatusClass][]finik.Status{
		finik.StatusClassSucceeded: {"SUCCEEDED", "succeeded", "SUCCESS"},
		finik.StatusClassFailed:    {"FAILED", "CANCELED", "canceled"},
		finik.StatusClassPending:   {"PENDING", "PROCESSING", "pending"},
		finik.StatusClassUnknown:   {"", "UNKNOWN", "REFUNDED"},
	} {
		for _, status := range statuses {
			t.Run(string(class)+" "+string(status), func(t *testing.T) {
				t.Parallel()
				assert.Equal(t, class, status.Class())
				assert.Equal(t, class.Final(), status.Final())
			})
		}
	}
	assert.True(t, finik.StatusClassSucceeded.Final())
	assert.True(t, finik.StatusClassFailed.Final())
	assert.False(t, finik.StatusClassPending.Final())
	assert.False(t, finik.StatusClassUnknown.Final())
}
