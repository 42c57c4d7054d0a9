package consumer_test

import (
	"errors"
	"testing"
	"time"

	"example.com/consumer"

	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
)

func TestCopyNeedsADatabase(t *testing.T) {
	t.Parallel()
	if err := consumer.Copy(t.Context(), nil, nil, time.Now()); !errors.Is(err, ecommpaysync.ErrInvalidRequest) {
		t.Fatal(err)
	}
}
