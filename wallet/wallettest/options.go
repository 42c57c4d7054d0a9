package wallettest

import (
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/wallet"
)

// The data that a server starts with.
const (
	DefaultPhone    = "+996000000001" // a wallet with 10,000 roubles
	DefaultPassword = "password"      // of every wallet that is not given another
	OtherPhone      = "+996000000002" // an empty wallet

	ServiceMobile = 834 // takes 1 to 15,000 roubles with a fee of 3; one parameter, phoneNumber
	// ServiceBank has five parameters, none of them required: phoneNumber, BIK, Name,
	// SName and Fam. It wants more of them before it has a price: its payments begin
	// with NextActionUpdate.
	ServiceBank = 61

	DefaultAppID     = "app"                                     // of webhooks
	DefaultAppSecret = "master-00000000000000000000000000000000" // of webhooks
)

// DefaultCredentials returns [DefaultPhone] and [DefaultPassword], for
// wallet.NewClient.
func DefaultCredentials() wallet.Authenticator {
	return wallet.BasicAuth(DefaultPhone, DefaultPassword)
}

type config struct {
	shared

	reads    int // that see a payment processing; negative: no end by itself
	unguard  bool
	replay   bool
	webhook  wallet.Webhook
	inHeader bool
	clients  map[string]string // OAuth secrets by client id
}

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

// WithProcessingReads says how many reads see a payment processing before it
// comes to its end. The default is 1.
func WithProcessingReads(n int) Option {
	return func(c *config) { c.reads = max(n, 0) }
}

// WithManualProcessing keeps payments processing until [Server.Complete] or
// [Server.Decline] end them.
func WithManualProcessing() Option {
	return func(c *config) { c.reads = -1 }
}

// WithUnguardedPay makes the server as careless as its documentation allows:
// every execution moves the money once more, whatever the payment's status. A
// client that repeats one blindly then pays twice, which the ledger shows.
func WithUnguardedPay() Option {
	return func(c *config) { c.unguard = true }
}

// WithReplayedCreate makes a repeated creation answer as the first one did, in
// place of the payment's present state: which of the two the live service does
// is unknown.
func WithReplayedCreate() Option {
	return func(c *config) { c.replay = true }
}

// WithWebhook sets the application that signs webhooks. The default is
// [DefaultAppID] and [DefaultAppSecret].
func WithWebhook(w wallet.Webhook) Option {
	return func(c *config) { c.webhook = w }
}

// WithTokenInHeaders sends a webhook's token in headers in place of the query:
// which of the two the live service does is unknown.
func WithTokenInHeaders() Option {
	return func(c *config) { c.inHeader = true }
}

// WithOAuthClient registers an OAuth client. There is none by default.
func WithOAuthClient(id, secret string) Option {
	return func(c *config) { c.clients[id] = secret }
}
