package contract_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestListsOfAFilter: commas, commas that are escaped and a parameter that is
// repeated are the same list; each item must fit.
func TestListsOfAFilter(t *testing.T) {
	t.Parallel()
	c := checker(t, "transactions", nil)
	header := http.Header{"Authorization": {"Bearer a"}}
	for query, says := range map[string]string{
		"recipientCcy.in=860,840":                 "",
		"recipientCcy.in=860%2C840":               "",
		"recipientCcy.in=860&recipientCcy.in=840": "",
		"payType.notIn=REFUND%2CTEST":             "",
		"recipientCcy.in=860,x":                   `parameter "recipientCcy.in"`,
		"recipientCcy.in=860%2Cx":                 `parameter "recipientCcy.in"`,
		"recipientCcy.in=860,840&recipientCcy.in": `parameter "recipientCcy.in"`,
		"recipientCcy.equals=860,840":             `parameter "recipientCcy.equals"`,
		"b.in=1&id.in=1&a.in=1":                   `undocumented parameters "a.in", "b.in"`,
	} {
		t.Run(query, func(t *testing.T) {
			err := c.Request(t.Context(), http.MethodGet, "/api/transactions", query, header, nil)
			if says == "" {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, says)
		})
	}
}
