package contract_test

import (
	"context"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/contract"
	"github.com/payclients/payclients-go/internal/contract/record"
)

// recorded is what the tests of the clients and of the fakes sent and answered, by
// package. They run once for all tests here.
var recorded = sync.OnceValues(func() (map[string][]record.Exchange, error) {
	folder, err := os.MkdirTemp("", "contract-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := contract.Record(context.Background(), "../..", folder); err != nil {
		return nil, err
	}
	out := map[string][]record.Exchange{}
	err = contract.Exchanges(folder, func(e record.Exchange) { out[e.Package] = append(out[e.Package], e) })
	return out, err
})

// exchanges are those of the package's own tests and of its battery.
func exchanges(t *testing.T, name string) []record.Exchange {
	t.Helper()
	all, err := recorded()
	require.NoError(t, err)
	require.NotEmpty(t, all[name])
	return append(slices.Clone(all[name]), batteries(t, name)...)
}

// planted are undocumented members that vimatest gives to some operations, so that
// clients meet some. They are taken out before an answer is held against the
// document, which has no room for others.
var planted = []string{"risk_score", "provider_reference", "attempts", "route", "is_test", "note"}

// departures are answers that tests make wrong on purpose, by rows that they seed
// as bytes or by an option of a fake, and why. Each is met, else the list is old.
var departures = map[string]map[string]string{
	"vima": {
		"ListOperations 200: at '/*': additional properties 'a', 'z' not allowed":                                                 "vimatest: undocumented members survive an update",
		"ListOperations 200: at '/*': additional properties 'new' not allowed":                                                    "vima: a bad row beside good ones",
		"ListOperations 200: at '/*': got string, want object":                                                                    "vima: a bad row beside good ones",
		"ListOperations 200: at '/*/operation_id': got object, want integer or string":                                            "vima: a bad row beside good ones",
		"ListOperations 200: at '/operations/*': missing properties 'operation_create_id', 'operation_id', 'operation_update_id'": "vimatest: a seeded Raw is served as it is",
	},
	"ecommpay": {
		"Balances 200: at '': missing property 'signature'":                                        "WithoutSignatures",
		"ListChargebacks 200: at '/operations/*': additional properties 'provider_id' not allowed": "SeedChargebacks: the only way to give a row a provider",
	},
	"transactions": {
		"ListTransactions 200: at '': got null, want array": "ShapeNull",
		"ListTransactions 200: not JSON":                    "ShapeEmpty",
	},
}

var index = regexp.MustCompile(`/\d+`)

// verdict holds an exchange against the document. A path that is not there may be
// answered with 404 or 405.
func verdict(t *testing.T, c *contract.Checker, e record.Exchange) error {
	t.Helper()
	if e.Status == 0 {
		return c.Request(t.Context(), e.Method, contract.Path(e), e.Query, e.Header, e.Body)
	}
	err := c.Answer(e.Method, contract.Path(e), e.Status, e.AnswerHeader, e.Answer)
	if errors.Is(err, contract.ErrNoOperation) && (e.Status == 404 || e.Status == 405) {
		return nil
	}
	return err
}

func TestRecorded(t *testing.T) {
	t.Parallel()
	for _, name := range contract.Packages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := contract.NewChecker(load(t, name, nil))
			c.Planted = map[string]int{}
			if name == "vima" {
				for _, member := range planted {
					c.Planted[member] = 0
				}
			}
			requests, answers, wrong, met := 0, 0, 0, map[string]bool{}
			for _, e := range exchanges(t, name) {
				err := verdict(t, c, e)
				switch {
				case e.Status == 0:
					requests++
					assert.NoError(t, err, "%s %s?%s %s", e.Method, e.Path, e.Query, e.Body)
				default:
					answers++
					if err == nil {
						break
					}
					said := index.ReplaceAllString(err.Error(), "/*")
					if assert.Contains(t, departures[name], said, "%s %s?%s answers %.1000s", e.Method, e.Path, e.Query, e.Answer) {
						wrong++
						met[said] = true
					}
				}
			}
			assert.Len(t, met, len(departures[name]), "every departure is met: %v", met)
			for member, n := range c.Planted {
				assert.Positive(t, n, member)
			}
			assert.Positive(t, requests)
			assert.Positive(t, answers)
			t.Logf("%s: %d distinct requests of the client and %d distinct answers of the fake hold, %d of them wrong on purpose",
				name, requests, answers, wrong)
			covered(t, name, c)
		})
	}
}

// unused are parts of the documents that no client sends.
var unused = []string{
	"operation CountTransactions", // the clients do not count: the fake does
	"answer CountTransactions 4XX",
	"answer CountTransactions 5XX",
	"member Token request code", // of a grant that needs a browser
}

// covered wants each operation, parameter and member of a request to have been
// sent, and each kind of answer to have been given.
func covered(t *testing.T, name string, c *contract.Checker) {
	t.Helper()
	var missing []string
	for path, item := range c.Paths.Map() {
		for _, operation := range item.Operations() {
			id := operation.OperationID
			want := []string{"operation " + id, "answer " + id + " 200", "answer " + id + " 4XX", "answer " + id + " 5XX"}
			for _, p := range operation.Parameters {
				if p.Value.In == "query" && path != "/api/transactions/count" {
					want = append(want, "parameter "+id+" "+p.Value.Name)
				}
			}
			if operation.RequestBody != nil {
				for _, content := range operation.RequestBody.Value.Content {
					for member := range content.Schema.Value.Properties {
						want = append(want, "member "+id+" request "+member)
					}
				}
			}
			for _, one := range want {
				if c.Used[one] == 0 && !slices.Contains(unused, one) {
					missing = append(missing, one)
				}
			}
		}
	}
	slices.Sort(missing)
	assert.Empty(t, missing, "%s: no test sends these:\n%s", name, strings.Join(missing, "\n"))
}
