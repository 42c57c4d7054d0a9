package main

import (
	"strconv"
	"strings"
)

// Example are the words of the Examples that packages have alike.
type Example struct {
	Operation, Method string // of the call that the Examples make, which only reads
	Path              string // of its request
	Expected          string // what a DecodeError misses in an answer that is HTML
	Params            string // its arguments behind ctx, each after a comma
	Always            string // its option, where the call is not repeated without one
	Secrets           []Secret
	Samples           []Sample
	Sync              SyncExample
}

// SyncExample are the words of the Examples of <pkg>sync.
type SyncExample struct {
	Rows string // the field of the fake's Plan that counts rows
	Row  string // what Commit stores, without its type
	Day  string // the day before yesterday
	From string // where the copy begins; "" is everything
}

// Secret is a value that no encoder shows.
type Secret struct{ Type, Literal, Text string }

// Sample is a row as the service sends it, and what a caller reads of it.
type Sample struct{ Type, JSON, Show, Prints string }

// Call returns the call with ctx and further options.
func (e Example) Call(ctx string, options ...string) string {
	if e.Always != "" {
		options = append(options, e.Always)
	}
	text := e.Operation + "(" + ctx + e.Params
	for _, o := range options {
		text += ", " + o
	}
	return text + ")"
}

// Quoted returns the text of a secret as JSON.
func (s Secret) Quoted() string { return strconv.Quote(s.Text) }

// Name is the name of the row in an Example.
func (s Sample) Name() string { return strings.ToLower(s.Type[:1]) + s.Type[1:] }

var examples = map[string]Example{
	"vima": {
		Sync: SyncExample{Rows: "Operations", Row: `{OperationID: "1", OperationUpdateID: "1"}`, Day: "vima.DateOf(time.Now()).AddDays(-2)"},
		Path: "/collector1/api/v1/operation", Expected: "expected an array of operations",
		Operation: "ListOperations", Method: "GET", Params: ", vima.ListOperationsParams{}",
		Secrets: []Secret{{"Credentials", `vima.Credentials{APIKey: "master-00000000000000000000000000000000"}`, "vima credentials"}},
		Samples: []Sample{{
			"Operation", `{"operation_id":1,"operation_create_id":"7","current_status":"success","a_new_member":true}`,
			"operation.OperationID, operation.OperationCreateID, operation.Outcome()", "1 7 success",
		}},
	},
	"ecommpay": {
		Sync: SyncExample{Rows: "Operations", Row: `{OperationID: "1"}`, Day: "time.Now().UTC().AddDate(0, 0, -2).Truncate(24*time.Hour)", From: "time.Now().AddDate(0, 0, -30)"},
		Path: "/v1/balance/get", Expected: "expected a JSON object",
		Operation: "Balances", Method: "POST",
		Secrets: []Secret{{"Credentials", `ecommpay.Credentials{Token: "test-000000000000000000000000", Secret: "test-secret-0000000000000000"}`, "ecommpay credentials"}},
		Samples: []Sample{
			{"Balance", `{"name":"main","EUR":113128}`, "balance.Name, balance.AmountsMinor", "main map[EUR:113128]"},
			{"Operation", `{"operation_id":1,"operation_status":"success","sum_initial":{"amount":100,"currency":"EUR"}}`, "operation.OperationID, operation.OperationStatus, operation.SumInitial", "1 success 1.00 EUR"},
			{"PaymentOperation", `{"operation_id":"1","operation_type":"sale"}`, "paymentOperation.OperationID, paymentOperation.OperationType", "1 sale"},
			{"Chargeback", `{"chargeback_id":11201,"operation_id":"1","status":"NEW"}`, "chargeback.ChargebackID, chargeback.Status", "11201 NEW"},
			{"FraudOperation", `{"operation_id":1,"payment_id":"payment78","fraud_type":"6"}`, "fraudOperation.PaymentID, fraudOperation.FraudType", "payment78 6"},
		},
	},
	"wallet": {
		Path: "/v1/payments", Expected: "expected an object with an array of payments",
		Operation: "ListPayments", Method: "GET", Params: ", wallet.ListPaymentsParams{}", Always: "wallet.AllowRepeat()",
		Secrets: []Secret{
			{"Webhook", `wallet.Webhook{AppID: "app", AppSecret: "secret"}`, "wallet webhook of app"},
			{"OAuth", `wallet.OAuth{TokenURL: "https://api.example.com/oauth/token", ClientID: "client", ClientSecret: "secret"}`, "wallet OAuth client client"},
		},
		Samples: []Sample{
			{"Meta", `{"next_action":"pay"}`, "meta.NextAction", "pay"},
			{"Payment", `{"id":1401089240253,"status":"completed","amount":"8.03"}`, "payment.ID, payment.Status, payment.Amount", "1401089240253 completed 8.03"},
			{"Event", `{"type":"undo","from":"completed","to":"declined","payment":{"id":1401089240253}}`, "event.Type, event.Payment.ID", "undo 1401089240253"},
			{"BestTransfer", `{"number":"7"}`, "bestTransfer.Number", "7"},
		},
	},
	"finik": {
		Path: "/v2/services", Expected: "expected an object with an array of services",
		Operation: "ListServices", Method: "POST", Params: ", finik.ListServicesParams{}",
		Secrets: []Secret{
			{"Credentials", `finik.Credentials{APIKey: "master-00000000000000000000000000000000"}`, "finik credentials"},
			{"Message", `finik.Message{Method: "POST", Path: "/v2/payments", Body: []byte("{}")}`, "finik message POST /v2/payments"},
			{"Webhook", `finik.Webhook{PublicURL: "https://shop.example.com/webhooks/finik"}`, "finik webhook of shop.example.com"},
		},
		Samples: []Sample{
			{"Recipient", `{"statusCode":200,"name":"T. P."}`, "recipient.Name", "T. P."},
			{"Service", `{"id":"finik","status":"ENABLED","minAmount":"10"}`, "service.ID, service.MinAmount", "finik 10"},
			{"Payment", `{"id":"p-1","transactionId":"tx-1","status":"SUCCEEDED","amount":"150.00"}`, "payment.ID, payment.Status, payment.Amount", "p-1 SUCCEEDED 150.00"},
			{"Event", `{"id":"p-1","transactionId":"tx-1","status":"FAILED","statusCode":402}`, "event.TransactionID, event.Status, event.StatusCode", "tx-1 FAILED 402"},
		},
	},
	"transactions": {
		Sync: SyncExample{Rows: "Transactions", Row: `{ID: 1, LastModifiedDate: time.Now()}`, Day: "time.Now().UTC().AddDate(0, 0, -2).Truncate(24*time.Hour)", From: "time.Now().AddDate(0, 0, -30)"},
		Path: "/api/transactions", Expected: "expected an array of transactions",
		Operation: "ListTransactions", Method: "GET", Params: ", transactions.ListTransactionsParams{}",
		Samples: []Sample{{
			"Transaction", `{"id":7,"status":"SUCCESS","requestAmount":12345,"aNewMember":true}`,
			"transaction.ID, transaction.Status, *transaction.RequestAmount", "7 SUCCESS 12345",
		}},
	},
}
