package transport_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/transport"
)

func TestIsObject(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{}`: true, "\ufeff \r\n\t{": true, strings.Repeat(" ", 1<<10) + "{": true,
		"": false, " ": false, "[{}]": false, "null": false, `"{"`: false, "\ufeff\ufeff{": false, "\v{": false,
	} {
		assert.Equal(t, want, transport.IsObject([]byte(body)), "%q", body)
	}
}
