package contract_test

import (
	"testing"

	"github.com/payclients/payclients-go/internal/contract"
)

func TestZZ(t *testing.T) {
	if err := contract.Record(t.Context(), "../..", "/tmp/dev"); err != nil {
		t.Fatal(err)
	}
}
