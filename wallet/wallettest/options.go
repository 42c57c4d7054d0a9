package wallettest

import (
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/wallet"
)

// The data with which a server starts.
const (
	DefaultPhone    = "+996000000001" // a wallet with 10,000 roubles
	DefaultPassword = "password"      // of both wallets, and of each that is added without a password
	OtherPhone      = "+996000000002" // a wallet without money

	// ServiceMobile accepts 1 to 15,000 roubles, with a fee of 3 roubles. It requires
	// one parameter, phoneNumber: +7 and ten digits, or the ten digits alone.
	ServiceMobile = 834
	// ServiceBank has five parameters, all optional: phoneNumber, BIK, Name, SName
	// and Fam. It has no price until [Server.Price]: its payments begin with
	// NextActionUpdate.
	ServiceBank = 61

	DefaultAppID     = "app"                                     // signs webhook events, see [WithWebhook]
	DefaultAppSecret = "master-00000000000000000000000000000000" // of DefaultAppID
)

// DefaultCredentials returns basic authentication with [DefaultPhone] and
// [DefaultPassword], for wallet.NewClient.
func DefaultCredentials() wallet.Authenticator {
	return wallet.BasicAuth(DefaultPhone, DefaultPassword)
}

// config is what the options of a server record.
type config struct {
	shared

	reads    int // that show a payment as processing; negative: it never ends by itself
	unguard  bool
	replay   bool
	webhook  wallet.Webhook
	inHeader bool
	clients  map[string]string // OAuth secrets by client id
}

// newConfig applies opts to the defaults.
func newConfig(opts []Option) config {
	c := config{
		shared:  shared{now: fakeapi.At(time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC))},
		reads:   1,
		webhook: wallet.Webhook{AppID: DefaultAppID, AppSecret: DefaultAppSecret},
		clients: map[string]string{},
	}
	c.apply(opts, time.Second)
	return c
}

// WithProcessingReads sets how many reads (GetPayment) show an executed payment as
// processing. The next read shows it completed or declined. The default is 1; a
// negative n counts as 0. A payment that waits for a card stays processing. Of
// WithProcessingReads and WithManualProcessing the last one counts.
func WithProcessingReads(n int) Option {
	return func(c *config) { c.reads = max(n, 0) }
}

// WithManualProcessing keeps executed payments processing until [Server.Complete],
// [Server.Decline], [Server.EnterCard] or [Server.RefuseCard] ends them. By default
// reads end them, see [WithProcessingReads]. Of WithProcessingReads and
// WithManualProcessing the last one counts.
func WithManualProcessing() Option {
	return func(c *config) { c.reads = -1 }
}

// WithUnguardedPay makes the server execute a payment, and move the money, at every
// request to execute it, in any status of the payment. The server still refuses a
// payment without a price. A client that repeats executions blindly then pays
// twice, and [Server.Debits] shows it. By default the server refuses a second
// execution. Whether the live service executes or refuses is unknown.
func WithUnguardedPay() Option {
	return func(c *config) { c.unguard = true }
}

// WithReplayedCreate makes the server answer a repeated CreatePayment (same
// ClientPaymentID) with the first answer. By default the server answers with the
// payment's present state. What the live service does is unknown.
func WithReplayedCreate() Option {
	return func(c *config) { c.replay = true }
}

// WithWebhook sets the application whose webhook events the server sends: AppID and
// AppSecret of w, from which their token is made. The other fields of w are
// ignored. Without WithWebhook they are [DefaultAppID] and [DefaultAppSecret]. An
// empty AppID or AppSecret is used as it is, not replaced by the default:
// wallet.Webhook then refuses every event. A second WithWebhook replaces the first.
func WithWebhook(w wallet.Webhook) Option {
	return func(c *config) { c.webhook = w }
}

// WithTokenInHeaders makes the server send app_id and access_token of each webhook
// event in headers of these names. By default they are in the query. What the live
// service does is unknown.
func WithTokenInHeaders() Option {
	return func(c *config) { c.inHeader = true }
}

// WithOAuthClient adds an OAuth client that may request tokens: id and secret are
// ClientID and ClientSecret of wallet.OAuth. A second client with the same id
// replaces the first. Without any OAuth client the server refuses every token
// request with 401.
func WithOAuthClient(id, secret string) Option {
	return func(c *config) { c.clients[id] = secret }
}
