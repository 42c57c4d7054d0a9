package main

import (
	"cmp"
	"strings"
)

// Client are the words of a client package.
type Client struct {
	Writes     bool   // the API moves money: outcomes can be unknown
	Signed     bool   // answers carry a signature
	Signs      bool   // requests carry a signature, so Do prepares them
	Prefetch   bool   // iterations read ahead
	OwnAuth    bool   // callers may have an Authenticator of their own
	Restricts  bool   // some options are not for every call
	Secret     string // what must stay out of sight
	Timeout    string // the default
	Address    string // the address that NewClient takes, with its article
	Base       string // the same, as printing a client shows it
	Call       string // an example of an operation
	Headers    string // that the package sets itself, each followed by a comma
	OwnHeaders string // the same as arguments in Go
	// OwnOptions and OwnCallOptions name structs that the package declares for
	// options of its own; DefaultTimeout names a constant.
	OwnOptions, OwnCallOptions, DefaultTimeout string
	Source                                     string // what a source of credentials replaces; "" without such a source
	Unreadable                                 string // what a DecodeError is about
	Webhooks                                   bool   // there are events to decode
	Unclassed                                  string // errors about answers that were successes, as a list
	HiddenCode                                 string // which codes an error does not print, by its printedCode; "" is none
	OwnStatus                                  string // the type of a status where that is not Status
	Statuses                                   []Status
	Printed                                    []Printed
	Rows                                       []Row
}

// BaseWord returns Base without its article.
func (c Client) BaseWord() string { return strings.TrimPrefix(c.Base, "the ") }

// StatusType returns the type of a row's status.
func (c Client) StatusType() string { return cmp.Or(c.OwnStatus, "Status") }

// Status is a sentinel that only some packages have.
type Status struct {
	Status   string // the constant of net/http
	Sentinel string
}

// Printed is a type that prints by its String, or by Text, an expression of Go. Shown
// says in words what Text is, and is needed unless Text is a literal.
type Printed struct {
	Type, Text, Shown string
	OwnLog            bool // LogValue is written by hand
	Secret            bool // it holds a secret: no encoder shows it either
}

// Row is a type that keeps the bytes that it was decoded from.
type Row struct {
	Type, What string
	Needs      string // what UnmarshalJSON refuses besides data that does not fit; "" is nothing
	Strict     string // fields that every member must fit, after "if the field is"
	PHP        bool   // empty objects come as empty arrays
	Loose      bool   // unknown members may repeat names inside
	OwnCoding  bool   // UnmarshalJSON and MarshalJSON are written by hand
}

// Shows returns in words what the type prints.
func (p Printed) Shows() string {
	if p.Text == "" {
		return "what String returns"
	}
	return cmp.Or(p.Shown, "only "+p.Text)
}

// Receiver returns the name of the receiver.
func (p Printed) Receiver() string { return receiver(p.Type) }

// Refuses returns the list of the errors of UnmarshalJSON.
func (r Row) Refuses() string {
	object := "data that is not a JSON object, such as null"
	if r.PHP {
		object += "; [] counts as an object without members"
	}
	if r.Needs == "" {
		object = "data that is neither a JSON object nor [] nor null; [] and null leave all\n//     fields except Raw zero"
	}
	loose := ""
	if r.Loose {
		loose = "\n//     and inside members without a field"
	}
	refuses := "\n//   - " + object +
		"\n//   - data with arrays and objects that are nested more than 10,000 levels deep" +
		"\n//   - data whose decoded fields would take more memory than 16 MiB plus twice len(data)" +
		"\n//   - a name that occurs twice in one object, except inside a json.RawMessage" + loose +
		"\n//   - a member that does not fit its field, if the field is " + r.Strict
	if r.Needs != "" {
		refuses += "\n//   - " + r.Needs
	}
	return refuses
}

// Receiver returns the name of the receiver.
func (r Row) Receiver() string { return receiver(r.Type) }

// receiver returns the first letter of the type, but never f, which is the name of
// another argument.
func receiver(of string) string {
	if letter := strings.ToLower(of[:1]); letter != "f" {
		return letter
	}
	return "v"
}

var clients = map[string]Client{
	"vima": {
		Prefetch: true, OwnAuth: true, Restricts: true, Secret: "the credentials", Timeout: "30 seconds",
		Address: "an endpoint", Base: "the endpoint", Call: "ListOperations", Source: "auth of NewClient, which must then be nil",
		Unclassed:  "ErrPaginationStalled",
		Unreadable: "HTML, an empty or a cut body, or rows that do not decode",
		HiddenCode: "a code that equals the HTTP status or is not a number of one to four digits",
		Printed: []Printed{
			{Type: "Operation", OwnLog: true},
			{Type: "OperationPage"},
			{Type: "ListOperationsParams"},
			{Type: "RangesParams"},
			{Type: "CreateParams"},
			{Type: "MethodParams", Text: "m.Payment.String()", Shown: "the text of Payment.String"},
			{Type: "Payment"},
			{Type: "Payer", Text: `"payer"`},
			{Type: "Person", Text: `"person"`},
			{Type: "CustomerAccount", Text: `"customer account"`},
			{Type: "CardStart"},
			{Type: "Credentials", Secret: true},
		},
		Rows: []Row{{Type: "Operation", What: "an operation", Strict: "OperationID, ReferenceID,\n//     ClientOperationID, OperationCreateID, OperationUpdateID, CurrentStatus, PaymentStatus,\n//     CompleteCurrency, CompleteAmount (except for a number of more than 19 digits), CID of\n//     Identifiers, or ActionID or PaymentID of CardStart or CardFinish", Needs: "data without an operation_id, or with an empty operation_id"}},
	},
	"ecommpay": {
		OwnStatus: "OperationStatus", Signed: true, Signs: true, Prefetch: true, Restricts: true, Secret: "token and signature", Timeout: "6 minutes, because an answer of the service may take five",
		Address: "a base URL", Base: "the base URL", Call: "ListOperations",
		OwnOptions: "ownOptions", OwnCallOptions: "ownCallOptions", DefaultTimeout: "defaultTimeout",
		Source:     "cred of NewClient, which must then be empty",
		Unclassed:  "ErrPaginationStalled",
		Unreadable: "HTML, an empty or a cut body, an answer about something else, or rows that do not decode",
		Printed: []Printed{
			{Type: "Operation", OwnLog: true},
			{Type: "PaymentOperation", OwnLog: true},
			{Type: "Chargeback", OwnLog: true},
			{Type: "FraudOperation", OwnLog: true},
			{Type: "RawAnswer", Text: `fmt.Sprintf("answer with %d rows", len(r.Rows))`, Shown: "only the number of rows"},
			{Type: "ListOperationsParams"},
			{Type: "ListChargebacksParams"},
			{Type: "ListFraudOperationsParams"},
			{Type: "CurrencyRatesParams"},
			{Type: "FinancialOperationsParams"},
			{Type: "OperationPage"},
			{Type: "ChargebackPage"},
			{Type: "FraudOperationPage"},
			{Type: "PaymentOperationList"},
			{Type: "Credentials", Secret: true},
		},
		Rows: []Row{
			{Type: "Balance", What: "a balance", OwnCoding: true},
			{Type: "Operation", What: "an operation", Strict: "ProjectID, OperationID,\n//     PaymentID, OperationStatus or SumInitial", Needs: "data without an operation_id, or with an empty operation_id", PHP: true},
			{Type: "PaymentOperation", What: "an operation", Strict: "OperationID or Sum", Needs: "data without an operation_id, or with an empty operation_id", PHP: true},
			{Type: "Chargeback", What: "a chargeback", Strict: "ChargebackID, CaseID,\n//     ProjectID, OperationID, OrderID, Status, ChbAmount or ChbCurrency", Needs: "data without a chargeback_id, or with an empty chargeback_id", PHP: true},
			{Type: "FraudOperation", What: "an operation", Strict: "OperationID, PaymentID,\n//     ProjectID, TrAmount or TrCurrency", Needs: "data without an operation_id, or with an empty operation_id", PHP: true},
		},
	},
	"wallet": {
		Writes: true, OwnAuth: true, Secret: "the credentials", Timeout: "30 seconds",
		Address: "a base URL", Base: "the base URL", Call: "CreatePayment",
		Headers: "X-Authorization-Type, ", OwnHeaders: "authorizationType", Restricts: true, OwnCallOptions: "ownCallOptions",
		Webhooks: true, Unclassed: "ErrPaginationStalled, ErrNotPayable, ErrOtherPayment",
		Unreadable: "HTML, an empty or a cut body, or rows that do not decode",
		Printed: []Printed{
			{Type: "Payment", OwnLog: true},
			{Type: "Parameter", Text: `"parameter "+p.ID`, Shown: "only the ID"},
			{Type: "Card"},
			{Type: "Owner", Text: `"owner of a wallet"`},
			{Type: "PaymentResult", OwnLog: true},
			{Type: "PaymentPage"},
			{Type: "BestTransferList"},
			{Type: "Meta"},
			{Type: "CreatePaymentRequest"},
			{Type: "ExecutePaymentRequest"},
			{Type: "SendBillRequest", Text: `fmt.Sprintf("request for the bill of payment %d", s.PaymentID)`, Shown: "only PaymentID"},
			{Type: "BestTransfer"},
			{Type: "BestPerson", Text: `"person"`},
			{Type: "BestPersonData", Text: `"person"`},
			{Type: "BestAddress", Text: `"address"`},
			{Type: "BestTransferReport", Text: `fmt.Sprintf("report of Best transfer %d", b.PaymentID)`, Shown: "only PaymentID"},
			{Type: "BestParty", Text: `fmt.Sprintf("party %d", b.ID)`, Shown: "only the ID"},
			{Type: "Event"},
			{Type: "Webhook", Secret: true},
			{Type: "OAuth", Secret: true},
		},
		Rows: []Row{
			{Type: "Meta", What: "meta", Strict: "Code or NextAction", PHP: true},
			{Type: "Payment", What: "a payment", Strict: "ID, ClientPaymentID,\n//     Status, Amount or Total", Needs: "data without a positive id", PHP: true},
			{Type: "Event", What: "an event", Strict: "Type or Payment, or is\n//     ID or ClientPaymentID of Payment", Needs: "data without a type, or whose payment has no positive id", PHP: true},
			{Type: "BestTransfer", What: "a transfer", Strict: "Number, Amount or Currency", Needs: "data without a number, or with an empty number", PHP: true},
		},
	},
	"finik": {
		Writes: true, Signs: true, Secret: "key and signature", Timeout: "30 seconds",
		Address: "a base URL", Base: "the base URL", Call: "CreatePayment",
		Headers: "Signature, X-Api-*, ", OwnHeaders: "ownHeaders(name)...", OwnOptions: "ownOptions", Source: "cred of NewClient, which must then be empty",
		Webhooks: true, Unclassed: "ErrPaginationStalled, and ErrOtherPayment from a read",
		Unreadable: "HTML, an empty or a cut body, or rows that do not decode",
		HiddenCode: "a code that equals the HTTP status",
		Statuses:   []Status{{"StatusPaymentRequired", "ErrInsufficientFunds"}, {"StatusConflict", "ErrDuplicate"}},
		Printed: []Printed{
			{Type: "Payment", OwnLog: true},
			{Type: "Credentials", Secret: true},
			{Type: "CreatePaymentRequest"},
			{Type: "CheckRecipientRequest"},
			{Type: "Fields"},
			{Type: "Recipient"},
			{Type: "PaymentRecipient"},
			{Type: "Message", Secret: true},
			{Type: "Webhook", Secret: true},
			{Type: "Event"},
			{Type: "EventSender", Text: `"sender"`},
			{Type: "EventAccount", Text: `"account"`},
		},
		Rows: []Row{
			{Type: "Recipient", What: "a recipient", Strict: "StatusCode", Needs: "data that has neither a statusCode nor a name nor a phone"},
			{Type: "Service", What: "a service", Strict: "ID or Status", Needs: "data without an id, or with an empty id"},
			{Type: "Payment", What: "a payment", Loose: true, Strict: "ID, TransactionID or\n//     Status", Needs: "data without an id, or with an empty id\n//   - data without a status, if another member does not fit its field"},
			{Type: "Event", What: "an event", Loose: true, Strict: "ID or TransactionID", Needs: "data that has neither an id nor a transactionId"},
		},
	},
	"transactions": {
		Prefetch: true, Restricts: true, Secret: "the token", Timeout: "30 seconds",
		Address: "a base URL", Base: "the base URL", Call: "ListTransactions", OwnCallOptions: "ownCallOptions",
		Unclassed:  "ErrPaginationStalled, ErrFilterIgnored",
		Unreadable: "HTML, a cut body, an object without transactions, or rows that do not decode",
		Printed: []Printed{
			{Type: "Transaction", OwnLog: true},
			{Type: "TransactionPage"},
			{Type: "Filter"},
			{Type: "Text"},
			{Type: "ListTransactionsParams"},
			{Type: "FieldError"},
		},
		Rows: []Row{{Type: "Transaction", What: "a transaction", Strict: "ID, RequestTrID, SenderTrID,\n//     RecipientTrID, Status, RequestAmount, RequestCcy or LastModifiedDate", Needs: "data without a positive id"}},
	},
}
