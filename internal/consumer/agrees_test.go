package consumer_test

import (
	"errors"
	"testing"
	"time"

	"example.com/consumer"

	"github.com/payclients/payclients-go/transactions/transactionssync"
)

func TestAgreesNeedsADatabase(t *testing.T) {
	t.Parallel()
	if _, err := consumer.Agrees(t.Context(), nil, nil, time.Now()); !errors.Is(err, transactionssync.ErrInvalidRequest) {
		t.Fatal(err)
	}
}
