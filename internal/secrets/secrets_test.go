package secrets_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"database/sql"
	"database/sql/driver"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/redact"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/wallet"
)

// No printer and no encoder shows a secret, wherever a caller's types hold it.
func TestNoPrinterOrEncoderShowsASecret(t *testing.T) {
	t.Parallel()
	outputs := 0
	for _, s := range secrets() {
		found := texts{}
		for place, v := range s.holders(filled(s.Type)) {
			found.print(place, v)
			found.encode(place, v)
		}
		assert.Empty(t, found.leaks(core), s.String())
		outputs += len(found)
	}
	t.Logf("%d types, %d outputs", len(secrets()), outputs)
}

// A caller's types that embed one: its methods are theirs.
type (
	embedsEcommpay struct {
		ecommpay.Credentials
		Name string
	}
	embedsFinik struct {
		*finik.Credentials
		Name string
	}
	embedsOAuth struct {
		Name string
		wallet.OAuth
	}
	embedsWebhook      struct{ wallet.Webhook }
	embedsFinikWebhook struct{ finik.Webhook }
	embedsMessage      struct{ finik.Message }
	embedsTwo          struct {
		wallet.OAuth
		ecommpay.Credentials
	}
)

func TestNoEmbeddedSecretIsShown(t *testing.T) {
	t.Parallel()
	found := texts{}
	for _, v := range []any{
		embedsEcommpay{fill1[ecommpay.Credentials](), "prod"},
		embedsFinik{new(fill1[finik.Credentials]()), "prod"},
		embedsOAuth{"prod", fill1[wallet.OAuth]()},
		embedsWebhook{fill1[wallet.Webhook]()},
		embedsFinikWebhook{fill1[finik.Webhook]()},
		embedsMessage{fill1[finik.Message]()},
	} {
		found.print(fmt.Sprintf("%T", v), v)
		found.encode(fmt.Sprintf("%T", v), v)
	}
	assert.Empty(t, found.leaks(core))
}

func fill1[T any]() T {
	v, _ := filled(reflect.TypeFor[T]()).Interface().(T)
	return v
}

// encoding/gob stores values, so it is refused and not given something else.
func TestGobRefusesSecrets(t *testing.T) {
	t.Parallel()
	for _, s := range secrets() {
		for place, v := range s.holders(filled(s.Type)) {
			var out writer
			err := gob.NewEncoder(&out).Encode(v)
			require.Error(t, err, "%s, %s", s, place)
			assert.Empty(t, texts{"gob": string(out) + err.Error()}.leaks(core), "%s, %s", s, place)
		}
	}
	for _, v := range []any{ecommpay.Credentials{}, finik.Credentials{}, finik.Message{}, finik.Webhook{}, wallet.OAuth{}, wallet.Webhook{}} {
		require.ErrorIs(t, gob.NewEncoder(io.Discard).Encode(v), redact.ErrGob, "%T", v)
		require.ErrorIs(t, gob.NewEncoder(io.Discard).EncodeValue(reflect.ValueOf(&v).Elem().Elem()), redact.ErrGob, "%T", v)
	}
}

type writer []byte

func (w *writer) Write(p []byte) (int, error) { *w = append(*w, p...); return len(p), nil }

// Configuration is decoded into them as before: only the way out is closed.
func TestCredentialsAreDecoded(t *testing.T) {
	t.Parallel()
	const text = `{"OAuth": {"TokenURL": "u", "ClientID": "i", "ClientSecret": "s", "Scopes": ["a"]}, "Webhook": {"AppID": "a", "AppSecret": "s"}, "Finik": {"APIKey": "k"}}`
	type config struct {
		OAuth   wallet.OAuth      `yaml:"OAuth"`
		Webhook wallet.Webhook    `yaml:"Webhook"`
		Finik   finik.Credentials `yaml:"Finik"`
	}
	want := config{wallet.OAuth{TokenURL: "u", ClientID: "i", ClientSecret: "s", Scopes: []string{"a"}}, wallet.Webhook{AppID: "a", AppSecret: "s"}, finik.Credentials{APIKey: "k"}}
	var got config
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	assert.Equal(t, want, got)
	got = config{}
	require.NoError(t, yaml.Unmarshal([]byte(strings.NewReplacer("TokenURL", "tokenurl", "ClientID", "clientid", "ClientSecret", "clientsecret", "Scopes", "scopes",
		"AppID", "appid", "AppSecret", "appsecret", "APIKey", "apikey").Replace(text)), &got))
	assert.Equal(t, want, got)
}

// What constructors make keeps its secret in closures.
func TestNothingConstructedShowsASecret(t *testing.T) {
	t.Parallel()
	const key = `a<&"'+/=%2F` + core + `\u003c`
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	found, count := texts{}, 0
	add := func(v any, err error) {
		require.NoError(t, err)
		count++
		for place, v := range holders(v) {
			found.print(fmt.Sprintf("%T %s", v, place), v)
			found.encode(fmt.Sprintf("%T %s", v, place), v)
		}
	}
	const base = "https://api.example.com"
	signer, err := finik.RSASigner(private)
	add(signer, err)
	add(finik.NewClient(base, finik.Credentials{APIKey: key, Signer: signer}))
	add(ecommpay.NewClient(base, ecommpay.Credentials{Token: key, Secret: key}))
	for _, auth := range []vima.Authenticator{vima.APIKey(key), vima.BasicAuth(key, key)} {
		add(auth, nil)
		add(vima.NewClient(base, auth))
	}
	answered := func(body string) *http.Client {
		return &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
		})}
	}
	minted, err := wallet.OAuth{TokenURL: base, ClientID: "id", ClientSecret: key}.Password("+996000000001", key,
		wallet.WithHTTPClient(answered(`{"meta":{"code":200},"data":{"access_token":"`+core+`"}}`)))
	require.NoError(t, err)
	token, err := minted.Token(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, core, token)
	add(minted, nil)
	add(wallet.StaticToken(key), nil)
	for _, auth := range []wallet.Authenticator{wallet.BasicAuth("+996000000001", key), wallet.Bearer(wallet.StaticToken(key)), wallet.ApplicationBearer(minted)} {
		add(auth, nil)
		add(wallet.NewClient(base, auth))
	}
	logged, err := transactions.PasswordTokens(base, key, key, transactions.WithHTTPClient(answered(`{"id_token":"`+core+`"}`)))
	require.NoError(t, err)
	_, err = logged.Token(t.Context(), "")
	require.NoError(t, err)
	for _, source := range []transactions.TokenSource{transactions.StaticToken(key), logged} {
		add(source, nil)
		add(transactions.NewClient(base, source))
	}
	db := sql.OpenDB(connector{DSN: "postgres://user:" + core + "@host/name"})
	defer func() { _ = db.Close() }()
	add(vimasync.NewSQLStore(db, vimasync.SQLite))
	add(ecommpaysync.NewSQLStore(db, ecommpaysync.SQLite))
	add(transactionssync.NewSQLStore(db, transactionssync.SQLite))
	assert.Empty(t, found.leaks(core, "+996000000001", private.D.String(), private.D.Text(16), private.Primes[0].String()))
	t.Logf("%d values, %d outputs", count, len(found))
}

type connector struct{ DSN string }

func (connector) Connect(context.Context) (driver.Conn, error) { return nil, errors.New("no") }
func (connector) Driver() driver.Driver                        { return nil }

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Neither fmt nor log/slog shows personal data of a value or a pointer.
func TestNoPrinterShowsPersonalData(t *testing.T) {
	t.Parallel()
	outputs := 0
	for _, s := range personal() {
		found := texts{}
		all := s.holders(filled(s.Type))
		for _, place := range []string{"value", "pointer"} {
			found.print(place, all[place])
		}
		assert.Empty(t, found.leaks(core), s.String())
		outputs += len(found)
	}
	t.Logf("%d types, %d outputs", len(personal()), outputs)
}

// Words of a provider that an error keeps are not encoded as text either.
func TestNoEncoderShowsTheWordsOfAnError(t *testing.T) {
	t.Parallel()
	for _, s := range personal() {
		v := filled(s.Type)
		if err, ok := v.Addr().Interface().(error); ok {
			found := texts{"error": err.Error()}
			for place, v := range s.holders(v) {
				found.encode(place, v)
			}
			assert.Empty(t, found.leaks(core), s.String())
		}
	}
}

type mine ecommpay.Credentials

// What SECURITY.md names as out of a type's reach. A line that fails here can go
// there, and the search finds what is there.
func TestWhatNoTypeCanPrevent(t *testing.T) {
	t.Parallel()
	c := fill1[ecommpay.Credentials]()
	for what, text := range map[string]string{
		"the verb %p":         fmt.Sprintf(strings.Clone("%p"), c),
		"the verb %w":         fmt.Sprintf(strings.Clone("%w"), c),
		"Errorf with %w":      fmt.Errorf(strings.Clone("%w"), c).Error(),
		"a type of one's own": fmt.Sprint(struct{ C mine }{mine(c)}),
		"an unexported field": fmt.Sprintf("%+v", struct{ c ecommpay.Credentials }{c}),
	} {
		assert.NotEmpty(t, texts{what: text}.leaks(core), what)
	}
	hidden := fmt.Sprintf("%+v", struct{ c *ecommpay.Credentials }{&c})
	assert.Empty(t, texts{"an unexported pointer": hidden}.leaks(core))
	inline, err := yaml.Marshal(struct {
		C ecommpay.Credentials `yaml:",inline"`
	}{c})
	require.NoError(t, err)
	assert.NotEmpty(t, texts{"inline": string(inline)}.leaks(core))
	found := texts{}
	found.encode("two embedded types", embedsTwo{fill1[wallet.OAuth](), fill1[ecommpay.Credentials]()})
	assert.NotEmpty(t, found.leaks(core))
}
