package main

// Fake are the words of <pkg>test.
type Fake struct {
	Server    string // what the server is, without an article
	Begins    string // with what the server starts
	Own       string // a field of the server's own; "" is none
	Lists     string // the operations that are answered with pages, as a slice of Go
	Secrets   string // what a received request holds
	Operation string // an example of Fault.Operation
	Pages     string // the requests that are answered with pages
	Position  string // what moves from page to page
	Rows      string // what a page holds
	PageLimit string // a sentence: the default of WithPageLimit
	URL       string // what Server.URL returns
	Path      string // constant of the path that Server.URL ends with; "" is none
	Timed     string // what the server's clock is for, with the full stop
	Clock     string // a sentence: the default of WithClock

	// For the services that move money and send webhook events.
	Events       string // what Server.Events returns; "" for other services
	SignsAddress bool   // the signature of a webhook event covers the receiver's address
	Key          string // what makes a payment happen once, as the provider calls it
	Parameter    string // Key as a parameter
	KeyField     string // Key in a Transfer
	PaymentField string // Key in a payment
	Purse        string // what Server.Balance returns the money of
	PurseID      string // its id, as a parameter
}

var fakes = map[string]Fake{
	"vima": {
		Server: "collector", Begins: "without operations; [Server.Seed] adds them",
		Lists:   `[]string{listOperations}`,
		Secrets: "the API key and other secrets", Operation: `"ListOperations"`,
		Pages: "list requests", Position: "the cursor", Rows: "operations",
		PageLimit: "The default is 100, the highest count of a request.",
		URL:       "the whole URL of the endpoint, for vima.NewClient", Path: "Path",
		Timed: "sets the times of updates and decides when the rows of [WithLateRows] become visible.",
		Clock: "Ids of operations hold a time. The clock shows the latest of three times: the time that f returns, the time that the server's newest id holds, and the beginning of 1 January 2021 in UTC. Without WithClock the clock stands still at the time of the newest id, or at 1 January 2021 if there are no operations, and each update moves it by 10 ms.",
	},
	"ecommpay": {
		Server: "Data API", Begins: "without data; [Server.Seed] adds operations",
		Lists: `[]string{"ListOperations", "ListChargebacks", "ListFraudOperations"}`, Own: "gate",
		Secrets: "the token and other secrets", Operation: `"ListOperations"`,
		Pages: "lists", Position: "the offset", Rows: "rows",
		PageLimit: "By default the server has no limit.",
		URL:       "the base URL, for ecommpay.NewClient", Path: "BasePath",
		Timed: "sets the time of operations that have none.",
		Clock: "Without WithClock f is time.Now.",
	},
	"wallet": {
		Server: "wallet service", Begins: "with the wallets of [DefaultPhone] and [OtherPhone] and the services [ServiceMobile] and [ServiceBank]",
		Lists:   `[]string{"ListPayments"}`,
		Secrets: "passwords and other secrets", Operation: `"ExecutePayment", or of "Token"`,
		Pages: "lists of payments", Position: "the page number", Rows: "payments",
		PageLimit: "By default the server has no limit.",
		URL:       "the base URL, for wallet.NewClient", Path: "basePath",
		Timed:  "sets the times of payments and webhook events.",
		Clock:  "Without WithClock the clock stands still at noon UTC on 15 January 2026 and moves by a second each time a payment is created, is executed or ends.",
		Events: "the webhook events of all changes of payments so far",
		Key:    "client_payment_id", Parameter: "clientPaymentID", KeyField: "ClientPaymentID", PaymentField: "clientID",
		Purse: "in a wallet, in roubles", PurseID: "phone",
	},
	"finik": {
		Server: "payments gateway", Begins: "with the account [DefaultAccountID], the user [DefaultUserID], the recipient [DefaultPhone], the services [ServiceFinik], [ServiceMobile] and [ServiceBank], and 57 more services",
		Lists:   `[]string{"ListServices"}`,
		Secrets: "keys and signatures", Operation: `"CreatePayment"`,
		Pages: "lists of services", Position: "the offset", Rows: "services",
		PageLimit: "The default is 50, as the provider documents.",
		URL:       "the base URL, for finik.NewClient",
		Timed:     "checks timestamps, sets the Date header and the times of payments.",
		Clock:     "Without WithClock f is time.Now.",
		Events:    "the webhook events of all payments that ended so far", SignsAddress: true,
		Key: "transaction id", Parameter: "transactionID", KeyField: "TransactionID", PaymentField: "transactionID",
		Purse: "in an account, in som", PurseID: "accountID",
	},
	"transactions": {
		Server: "transactions service", Begins: "without transactions; [Server.Seed] adds them",
		Lists: `[]string{"ListTransactions"}`, Own: "tokens tokens",
		Secrets: "tokens, passwords and other secrets", Operation: `"ListTransactions", or of "Token" or "CountTransactions"`,
		Pages: "list requests", Position: "the page", Rows: "transactions",
		PageLimit: "The default is 2000.",
		URL:       "the base URL, for transactions.NewClient",
		Timed:     "sets the times of changes and decides when the rows of [WithLateRows] become visible.",
		Clock:     "Without WithClock the clock stands still at noon UTC on 15 January 2026 and moves by a millisecond each time it sets the time of a new or changed transaction.",
	},
}
