package contract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/contract/record"
)

// A document that departs from the code by one parameter, one name or one type must
// not hold.
func TestMutations(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		api, name string
		edit      func(tree map[string]any)
		says      string
	}{
		{"vima", "removed parameter", dropParameter("/operation", "get", "count"), `undocumented parameters "count"`},
		{"vima", "renamed member", rename("Operation", "complete_amount", "complete_sum"), `'complete_amount' not allowed`},
		{"vima", "wrong type", retype("MinorAmount", "value", "string"), `/value': got number, want string`},

		{"ecommpay", "removed parameter", dropMember("OperationsRequest", "interval"), `ListOperations request: at '': additional properties 'interval' not allowed`},
		{"ecommpay", "renamed member", rename("Chargeback", "chb_amount", "chargeback_amount"), `'chb_amount' not allowed`},
		{"ecommpay", "wrong type", retype("PaymentOperation", "amount", "string"), `/amount': got number, want string`},

		{"wallet", "removed parameter", dropParameter("/v1/payments", "get", "size"), `undocumented parameters "size"`},
		{"wallet", "renamed member", rename("Payment", "processed_at", "processedAt"), `'processed_at' not allowed`},
		{"wallet", "wrong type", retype("Payment", "total", "string"), `/total': got number, want string`},

		{"finik", "removed parameter", dropMember("ListServicesRequest", "query"), `ListServices request: at '': additional properties 'query' not allowed`},
		{"finik", "renamed member", rename("Payment", "requestDate", "requestedAt"), `'requestDate' not allowed`},
		{"finik", "wrong type", retype("CreatePaymentRequest", "userId", "integer"), `/userId': got string, want integer`},

		{"transactions", "removed parameter", dropParameter("/api/transactions", "get", "requestAmount.greaterThan"), `undocumented parameters "requestAmount.greaterThan"`},
		{"transactions", "renamed member", rename("Transaction", "recipientAmount", "recipientSum"), `'recipientAmount' not allowed`},
		{"transactions", "wrong type", retype("Transaction", "requestAmount", "string"), `/requestAmount': got number, want string`},
	} {
		t.Run(test.api+", "+test.name, func(t *testing.T) {
			t.Parallel()
			c := checker(t, test.api, test.edit)
			said := ""
			found := slices.ContainsFunc(exchanges(t, test.api), func(e record.Exchange) bool {
				if err := verdict(t, c, e); err != nil {
					said = err.Error()
				}
				return strings.Contains(said, test.says)
			})
			if assert.True(t, found, "nothing says %s; the last fault is %s", test.says, said) {
				t.Logf("fails: %s", said)
			}
		})
	}
}

func dropParameter(path, method, name string) func(map[string]any) {
	return func(tree map[string]any) {
		operation := at(tree, "paths", path, method)
		list, _ := operation["parameters"].([]any)
		operation["parameters"] = slices.DeleteFunc(list, func(p any) bool {
			m, _ := p.(map[string]any)
			ref, _ := m["$ref"].(string)
			return m["name"] == name || strings.HasSuffix(ref, "/"+name)
		})
	}
}

func dropMember(schema, member string) func(map[string]any) {
	return func(tree map[string]any) { delete(at(tree, "components", "schemas", schema, "properties"), member) }
}

func rename(schema, from, to string) func(map[string]any) {
	return func(tree map[string]any) {
		properties := at(tree, "components", "schemas", schema, "properties")
		properties[to] = properties[from]
		delete(properties, from)
	}
}

func retype(schema, member, to string) func(map[string]any) {
	return func(tree map[string]any) {
		at(tree, "components", "schemas", schema, "properties", member)["type"] = to
	}
}

// at goes down into a tree that has the names.
func at(tree map[string]any, names ...string) map[string]any {
	for _, name := range names {
		tree, _ = tree[name].(map[string]any)
	}
	return tree
}

// A mutation that changes nothing would pass for one that is found elsewhere.
func TestMutationsChangeSomething(t *testing.T) {
	t.Parallel()
	for _, edit := range []func(map[string]any){
		dropParameter("/operation", "get", "count"), rename("Operation", "complete_amount", "complete_sum"), retype("MinorAmount", "value", "string"),
	} {
		require.NotEqual(t, load(t, "vima", nil).Tree, load(t, "vima", edit).Tree)
	}
}
