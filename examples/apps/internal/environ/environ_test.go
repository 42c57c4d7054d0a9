package environ

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/examples/internal/clitest"
)

// read is what each provider's function does with an environment.
var read = map[string]func(Env) (string, any, error){
	"VIMA":         func(env Env) (string, any, error) { return anyOf(Vima(env)) },
	"ECOMMPAY":     func(env Env) (string, any, error) { return anyOf(Ecommpay(env)) },
	"TRANSACTIONS": func(env Env) (string, any, error) { return anyOf(Transactions(env)) },
}

func anyOf[T any](url string, credentials T, err error) (string, any, error) {
	return url, credentials, err
}

func TestEnvironments(t *testing.T) {
	t.Parallel()
	const url = "https://payments.example.com"
	for _, c := range []struct{ provider, set, want string }{
		{"VIMA", "", ""},
		{"VIMA", "URL API_KEY", "ok"},
		{"VIMA", "URL USERNAME PASSWORD", "ok"},
		{"VIMA", "URL", "VIMA_URL needs VIMA_API_KEY"},
		{"VIMA", "URL USERNAME", "VIMA_URL needs VIMA_API_KEY"},
		{"VIMA", "URL API_KEY PASSWORD", "but not both"},
		{"VIMA", "PASSWORD", "no VIMA_URL"},
		{"ECOMMPAY", "", ""},
		{"ECOMMPAY", "URL TOKEN SECRET", "ok"},
		{"ECOMMPAY", "URL TOKEN", "ECOMMPAY_URL needs ECOMMPAY_TOKEN and ECOMMPAY_SECRET"},
		{"ECOMMPAY", "SECRET", "no ECOMMPAY_URL"},
		{"TRANSACTIONS", "", ""},
		{"TRANSACTIONS", "URL TOKEN", "ok"},
		{"TRANSACTIONS", "URL USERNAME PASSWORD", "ok"},
		{"TRANSACTIONS", "URL PASSWORD", "TRANSACTIONS_URL needs"},
		{"TRANSACTIONS", "URL TOKEN USERNAME", "does not go with"},
		{"TRANSACTIONS", "TOKEN", "no TRANSACTIONS_URL"},
	} {
		var pairs []string
		for _, name := range strings.Fields(c.set) {
			value := "to-hide"
			if name == "URL" {
				value = url
			}
			pairs = append(pairs, c.provider+"_"+name, value)
		}
		got, credentials, err := read[c.provider](clitest.Env(pairs...))
		switch c.want {
		case "":
			require.NoError(t, err, c)
			assert.Empty(t, got, c)
		case "ok":
			require.NoError(t, err, c)
			assert.Equal(t, url, got, c)
			assert.NotEmpty(t, credentials, c)
		default:
			require.ErrorIs(t, err, cli.ErrUsage, c)
			assert.ErrorContains(t, err, c.want, c)
			assert.NotContains(t, err.Error(), "to-hide", c)
		}
	}
	assert.Equal(t, "as payments.example.com has them now", Has(url+"/v1"))
	assert.Equal(t, "as the service has them now", Has("%"))
}
