package transactions_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/transactions"
)

func TestStatusClass(t *testing.T) {
	t.Parallel()
	for class, statuses := range map[transactions.StatusClass][]transactions.Status{
		transactions.StatusClassSucceeded: {"SUCCESS", "success"},
		transactions.StatusClassPending:   {"CHECK_OK", "check_ok"},
		transactions.StatusClassUnknown:   {"", "UNKNOWN", "FAILED", "REVERSED"},
	} {
		for _, status := range statuses {
			t.Run(string(class)+" "+string(status), func(t *testing.T) {
				t.Parallel()
				assert.Equal(t, class, status.Class())
			})
		}
	}
	assert.True(t, transactions.StatusClassSucceeded.Final())
	assert.True(t, transactions.StatusClassFailed.Final())
	assert.False(t, transactions.StatusClassPending.Final())
	assert.False(t, transactions.StatusClassUnknown.Final())
}
