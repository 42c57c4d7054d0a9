// Package environ reads from the environment which services to call. No error
// holds the value of a variable.
package environ

import (
	"fmt"
	"net/url"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
)

// Env returns the value of the environment variable name, or "" if it is not set, as os.Getenv
// does.
type Env = func(name string) string

// Vima returns the URL of the operation list from VIMA_URL, and the credentials from
// VIMA_API_KEY, or from VIMA_USERNAME and VIMA_PASSWORD. If none of these variables is set, Vima
// returns "", nil and nil. Vima sends nothing and does not check the form of URL and
// credentials.
//
// Every error matches cli.ErrUsage: there are credentials without a URL, a URL without complete
// credentials, or credentials of both kinds. The URL is then "" and the Authenticator nil.
func Vima(env Env) (string, vima.Authenticator, error) {
	endpoint, key, username, password := env("VIMA_URL"), env("VIMA_API_KEY"), env("VIMA_USERNAME"), env("VIMA_PASSWORD")
	switch {
	case endpoint == "" && key+username+password != "":
		return "", nil, fmt.Errorf("%w: there are credentials but no VIMA_URL, for example %s", cli.ErrUsage, vima.ProductionURL)
	case endpoint == "":
		return "", nil, nil
	case key != "" && username+password != "":
		return "", nil, fmt.Errorf("%w: set VIMA_API_KEY, or VIMA_USERNAME and VIMA_PASSWORD, but not both", cli.ErrUsage)
	case key != "":
		return endpoint, vima.APIKey(key), nil
	case username == "" || password == "":
		return "", nil, fmt.Errorf("%w: VIMA_URL needs VIMA_API_KEY, or VIMA_USERNAME and VIMA_PASSWORD", cli.ErrUsage)
	}
	return endpoint, vima.BasicAuth(username, password), nil
}

// Ecommpay returns the base URL from ECOMMPAY_URL, and the credentials from ECOMMPAY_TOKEN and
// ECOMMPAY_SECRET. If none of these variables is set, Ecommpay returns "", zero credentials and
// nil. It sends nothing and does not check the form of URL and credentials.
//
// Every error matches cli.ErrUsage: there are credentials without a URL, or a URL without both
// credentials. The URL is then "", and the credentials are those that are set: do not use them.
func Ecommpay(env Env) (string, ecommpay.Credentials, error) {
	base, credentials := env("ECOMMPAY_URL"), ecommpay.Credentials{Token: env("ECOMMPAY_TOKEN"), Secret: env("ECOMMPAY_SECRET")}
	switch {
	case base == "" && credentials.Token+credentials.Secret != "":
		return "", credentials, fmt.Errorf("%w: there are credentials but no ECOMMPAY_URL, for example %s", cli.ErrUsage, ecommpay.ProductionURL)
	case base != "" && (credentials.Token == "" || credentials.Secret == ""):
		return "", credentials, fmt.Errorf("%w: ECOMMPAY_URL needs ECOMMPAY_TOKEN and ECOMMPAY_SECRET", cli.ErrUsage)
	}
	return base, credentials, nil
}

// Transactions returns the base URL from TRANSACTIONS_URL, and a source of tokens. It sends
// nothing. The variables decide:
//
//   - TRANSACTIONS_TOKEN is set: the source returns this token, and opts are not used.
//   - TRANSACTIONS_USERNAME and TRANSACTIONS_PASSWORD are set: the source requests tokens with
//     them, and opts configure these requests.
//   - None of the four variables is set: Transactions returns "", nil and nil.
//
// An error matches cli.ErrUsage if there are credentials without a URL, a URL without complete
// credentials, or credentials of both kinds. It matches transactions.ErrInvalidRequest if
// transactions.PasswordTokens refuses the URL, the credentials or opts. With every error the URL is
// "" and the source nil.
func Transactions(env Env, opts ...transactions.Option) (string, transactions.TokenSource, error) {
	base, token := env("TRANSACTIONS_URL"), env("TRANSACTIONS_TOKEN")
	username, password := env("TRANSACTIONS_USERNAME"), env("TRANSACTIONS_PASSWORD")
	switch {
	case base == "" && token+username+password != "":
		return "", nil, fmt.Errorf("%w: there are credentials but no TRANSACTIONS_URL", cli.ErrUsage)
	case base == "":
		return "", nil, nil
	case token != "" && username+password != "":
		return "", nil, fmt.Errorf("%w: TRANSACTIONS_TOKEN does not go with a user name and a password", cli.ErrUsage)
	case token != "":
		return base, transactions.StaticToken(token), nil
	case username == "" || password == "":
		return "", nil, fmt.Errorf("%w: TRANSACTIONS_URL needs TRANSACTIONS_USERNAME and TRANSACTIONS_PASSWORD, or TRANSACTIONS_TOKEN", cli.ErrUsage)
	}
	tokens, err := transactions.PasswordTokens(base, username, password, opts...)
	if err != nil {
		return "", nil, err
	}
	return base, tokens, nil
}

// Has returns the second half of a heading for rows of a service: "as HOST has them now". HOST is
// the host of base, the URL of the service. If base has no host or is not a URL, Has returns "as
// the service has them now".
func Has(base string) string {
	if u, err := url.Parse(base); err == nil && u.Host != "" {
		return "as " + u.Host + " has them now"
	}
	return "as the service has them now"
}
