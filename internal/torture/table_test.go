package torture_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/torture"
)

func TestEveryCallOfEveryClientHasARow(t *testing.T) {
	t.Parallel()
	rows := map[string]bool{}
	for _, o := range torture.Operations() {
		assert.False(t, rows[named(o)], "%s is there twice", named(o))
		rows[named(o)] = true
		assert.Positive(t, o.Width, named(o))
	}
	for _, p := range torture.Providers() {
		client := reflect.TypeOf(p.Client)
		for i := range client.NumMethod() {
			method := client.Method(i)
			if method.Type.NumIn() > 1 && method.Type.In(1) == reflect.TypeFor[context.Context]() {
				assert.True(t, rows[p.Package+"."+method.Name], "%s.%s has no row", p.Package, method.Name)
			}
		}
	}
}

func TestThereAreFourteenShapes(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	for _, s := range torture.Shapes() {
		name, _, _ := strings.Cut(s.Name, ",") // the variants of one shape
		switch s.Name {
		case "length too long", "length too short":
			name = "wrong length"
		case "no TLS", "untrusted certificate":
			name = "TLS fault"
		}
		kinds[name] = true
	}
	assert.Len(t, kinds, 14)
}
