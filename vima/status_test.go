package vima_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/vima"
)

func TestStatusClass(t *testing.T) {
	t.Parallel()
	for class, statuses := range map[vima.StatusClass][]vima.Status{
		vima.StatusClassSucceeded: {"success", "SUCCESS", "Success"},
		vima.StatusClassFailed:    {"fail", "failed", "Failed"},
		vima.StatusClassPending:   {"in_process", "in process", "user_input_required", "pending"},
		vima.StatusClassUnknown:   {"", "succes", "success ", "unknown", "settled"},
	} {
		for _, status := range statuses {
			t.Run(string(class)+" "+string(status), func(t *testing.T) {
				t.Parallel()
				assert.Equal(t, class, status.Class())
				assert.Equal(t, class.Final(), status.Final())
			})
		}
	}
	assert.True(t, vima.StatusClassSucceeded.Final())
	assert.True(t, vima.StatusClassFailed.Final())
	assert.False(t, vima.StatusClassPending.Final())
	assert.False(t, vima.StatusClassUnknown.Final())
}
