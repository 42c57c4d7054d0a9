package contract_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/contract"
	"github.com/payclients/payclients-go/internal/contract/record"
	"github.com/payclients/payclients-go/internal/testform"
)

// recorded is what the tests of the clients and of the fakes sent and answered, by
// package. They run once for all tests here.
var recorded = sync.OnceValues(func() (map[string][]record.Exchange, error) {
	folder, err := os.MkdirTemp("", "contract-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := contract.Record(context.Background(), "../..", folder, testform.Long()); err != nil {
		return nil, err
	}
	out := map[string][]record.Exchange{}
	err = contract.Exchanges(folder, func(e record.Exchange) { out[e.Package] = append(out[e.Package], e) })
	return out, err
})

// A name that no test has would leave nothing out.
func TestHeavyAreTests(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, pattern := range []string{"../../*/*_test.go", "../../*/*test/*_test.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			all.Write(text)
		}
	}
	for _, name := range contract.Heavy {
		assert.Contains(t, all.String(), "\nfunc "+name+"(t *testing.T)")
	}
}

// exchanges are the exchanges of the package's own tests and of its battery.
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

var index = regexp.MustCompile(`/\d+`)

// checker holds exchanges of a package against its document.
func checker(t *testing.T, name string, edit func(map[string]any)) *contract.Checker {
	t.Helper()
	c := contract.NewChecker(load(t, name, edit))
	c.Planted = map[string]int{}
	if name == "vima" {
		for _, member := range planted {
			c.Planted[member] = 0
		}
	}
	return c
}

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
			c := checker(t, name, nil)
			requests, answers, wrong, met := 0, 0, 0, map[fault]bool{}
			for _, e := range exchanges(t, name) {
				err := verdict(t, c, e)
				if e.Status == 0 {
					requests++
				} else {
					answers++
				}
				if err == nil {
					continue
				}
				said := fault{e.Test, index.ReplaceAllString(err.Error(), "/*")}
				if assert.Contains(t, onPurpose[name], said, "%s %s?%s %.1000s answers %.1000s", e.Method, e.Path, e.Query, e.Body, e.Answer) {
					wrong++
					met[said] = true
				}
			}
			for said := range onPurpose[name] {
				assert.True(t, met[said], "no exchange is wrong like this: %v", said)
			}
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
