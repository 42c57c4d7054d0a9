package wallet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/wallet"
)

func TestStatusClass(t *testing.T) {
	t.Parallel()
	for class, statuses := range map[wallet.StatusClass][]wallet.Status{
		wallet.StatusClassSucceeded: {"completed"},
		wallet.StatusClassFailed:    {"declined"},
		wallet.StatusClassPending:   {"created", "processing"},
		wallet.StatusClassUnknown:   {"", "unknown", "undone", "COMPLETED"},
	} {
		for _, status := range statuses {
			t.Run(string(class)+" "+string(status), func(t *testing.T) {
				t.Parallel()
				assert.Equal(t, class, status.Class())
				assert.Equal(t, class.Final(), status.Final())
			})
		}
	}
	assert.True(t, wallet.StatusClassSucceeded.Final())
	assert.True(t, wallet.StatusClassFailed.Final())
	assert.False(t, wallet.StatusClassPending.Final())
	assert.False(t, wallet.StatusClassUnknown.Final())
}
