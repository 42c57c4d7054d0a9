package ecommpay_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/ecommpay"
)

func TestStatusClass(t *testing.T) {
	t.Parallel()
	for class, statuses := range map[ecommpay.StatusClass][]ecommpay.OperationStatus{
		ecommpay.StatusClassSucceeded: {"success", "Success"},
		ecommpay.StatusClassFailed:    {"decline", "expired", "external error", "internal error", "invoice cancelled", "invoice canceled"},
		ecommpay.StatusClassPending:   {"processing", "external processing", "invoice sent", "awaiting 3ds result", "awaiting redirect result", "awaiting customer", "awaiting customer action", "awaiting clarification", "awaiting merchant auth", "awaiting approval", "awaiting payment", "awaiting finalization", "awaiting confirmation", "Awaiting Payment"},
		ecommpay.StatusClassUnknown:   {"", "unknown", "refunded", "awaiting"},
	} {
		for _, status := range statuses {
			t.Run(string(class)+" "+string(status), func(t *testing.T) {
				t.Parallel()
				assert.Equal(t, class, status.Class())
				assert.Equal(t, class.Final(), status.Final())
			})
		}
	}
	assert.True(t, ecommpay.StatusClassSucceeded.Final())
	assert.True(t, ecommpay.StatusClassFailed.Final())
	assert.False(t, ecommpay.StatusClassPending.Final())
	assert.False(t, ecommpay.StatusClassUnknown.Final())
}
