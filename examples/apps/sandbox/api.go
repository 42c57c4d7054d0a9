package main

import (
	"net/http"
	"net/url"
	"time"
)

// apiNames are the APIs in the order of the page and of the ports.
var apiNames = []string{"vima", "ecommpay", "wallet", "finik", "transactions"}

// newAPIs starts the fakes and seeds them. They have no ports of their own.
func newAPIs(s settings) []*api {
	return []*api{newVima(s), newEcommpay(s), newWallet(), newFinik(s), newTransactions(s)}
}

// api is one fake with what the page and the control paths need of it.
type api struct {
	name, title string
	fake        fake
	origin      string // scheme, host and port
	base        string // path behind origin of what a client calls the base URL
	openapi     string

	credentials []credential
	seeds       string   // a sentence about the data
	operations  []string // for faults
	examples    func(a *api) []example

	requests func() []request
	inject   func(f fault)
	ledger   func() ledger     // nil where no money moves
	hook     *hook             // nil where no webhook events are sent
	files    map[string]string // control paths of texts that do not change
}

// fake is what the servers of the five packages have in common.
type fake interface {
	Handler() http.Handler
	ClearFaults()
	ResetRequests()
	Advance(d time.Duration)
	Now() time.Time
	Close()
}

// credential is something that a client of an API must know.
type credential struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// example is a command line to paste.
type example struct{ What, Line string }

// request is the type that each of the five packages declares.
type request = struct {
	Method   string
	Host     string
	Path     string
	RawQuery string
	Header   http.Header
	Body     []byte
	Time     time.Time
}

// ledger is what moved and what is there now.
type ledger struct {
	Transfers []transfer        `json:"transfers"`
	Balances  map[string]string `json:"balances"`
}

// transfer is one movement of money. Amounts are texts, so that no client reads
// them as floats.
type transfer struct {
	Kind      string `json:"kind"`
	PaymentID string `json:"payment_id"`
	ClientID  string `json:"client_id"` // the client_payment_id or transactionId of the request
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
	Amount    string `json:"amount"`
}

// url is what a client calls the base URL, or the endpoint of vima.
func (a *api) url() string { return a.origin + a.base }

// host is the value of the Host header.
func (a *api) host() string {
	u, err := url.Parse(a.origin)
	if err != nil {
		return ""
	}
	return u.Host
}

// logged converts the log of a fake, whose type of requests is its own.
func logged[R ~struct {
	Method   string
	Host     string
	Path     string
	RawQuery string
	Header   http.Header
	Body     []byte
	Time     time.Time
}](requests func() []R) func() []request {
	return func() []request {
		received := requests()
		out := make([]request, len(received))
		for i, r := range received {
			out[i] = request(r)
		}
		return out
	}
}
