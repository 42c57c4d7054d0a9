package contract_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/contract"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/wallet"
)

var clients = map[string]reflect.Type{
	"vima": reflect.TypeFor[*vima.Client](), "ecommpay": reflect.TypeFor[*ecommpay.Client](), "wallet": reflect.TypeFor[*wallet.Client](),
	"finik": reflect.TypeFor[*finik.Client](), "transactions": reflect.TypeFor[*transactions.Client](),
}

// notMethods are operations without a method: sources of tokens ask for those, and
// the fakes alone count.
var notMethods = []string{"Token", "CountTransactions"}

func load(t *testing.T, name string, edit func(map[string]any)) *contract.Document {
	t.Helper()
	d, err := contract.Load(name, true, edit)
	require.NoError(t, err)
	return d
}

func TestLint(t *testing.T) {
	t.Parallel()
	for _, name := range contract.Packages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open, err := contract.Load(name, false, nil)
			require.NoError(t, err)
			require.NoError(t, open.Lint(t.Context()))
			d := load(t, name, nil)
			require.NoError(t, d.Lint(t.Context()))
			assert.Equal(t, "3.1.0", d.OpenAPI)
			seen := map[string]bool{}
			for path, item := range d.Paths.Map() {
				for method, operation := range item.Operations() {
					id := operation.OperationID
					_, is := clients[name].MethodByName(id)
					assert.True(t, is || slices.Contains(notMethods, id), "%s is no method of the client", id)
					assert.False(t, seen[id], id)
					seen[id] = true
					assert.NotEmpty(t, operation.Summary, "%s %s", method, path)
					assert.NotNil(t, operation.Responses.Value("200"), id)
					for _, class := range []string{"4XX", "5XX"} {
						assert.NotNil(t, operation.Responses.Value(class), "%s %s", id, class)
					}
				}
			}
			lintNode(t, "", d.Tree)
		})
	}
}

var sentence = regexp.MustCompile(`^\S.*[.]$`)

// lintNode wants a description of everything that has a name, as a sentence, and
// marks of what is Unverified that are true.
func lintNode(t *testing.T, at string, node any) {
	t.Helper()
	switch n := node.(type) {
	case map[string]any:
		if mark, ok := n["x-unverified"]; ok {
			assert.Equal(t, true, mark, at)
		}
		if text, ok := n["description"].(string); ok && !strings.HasSuffix(at, "/properties") {
			assert.Regexp(t, sentence, strings.ReplaceAll(strings.TrimSpace(text), "\n", " "), at)
		}
		if properties, ok := n["properties"].(map[string]any); ok {
			for name, property := range properties {
				described(t, at+"/properties/"+name, property)
			}
		}
		if n["in"] != nil && n["name"] != nil {
			described(t, at, n)
		}
		for name, child := range n {
			lintNode(t, at+"/"+name, child)
		}
	case []any:
		for _, child := range n {
			lintNode(t, at+"/*", child)
		}
	}
}

func described(t *testing.T, at string, node any) {
	t.Helper()
	n, _ := node.(map[string]any)
	assert.True(t, n["description"] != nil || n["$ref"] != nil, "%s has no description", at)
}
