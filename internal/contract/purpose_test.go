package contract_test

// fault is what the document says of an exchange, with a star for each index, and
// the test that sends it, or "" for the answer of a fake.
type fault struct{ test, says string }

// onPurpose are exchanges that tests make wrong on purpose, and why. A request is
// wrong in one test and in one way alone: whatever else a client sends must be in
// the document, through Unchecked and Do too. An answer is wrong by rows that a
// test seeds as bytes, or by an option of a fake. Each is met, else the list is old.
var onPurpose = map[string]map[fault]string{
	"vima": {
		{"TestUncheckedParameters", `ListOperations: undocumented parameters "currency"`}: "Unchecked sends what the package does not know",

		{"", "ListOperations 200: at '/*': additional properties 'a', 'z' not allowed"}:                                                 "vimatest: undocumented members survive an update",
		{"", "ListOperations 200: at '/*': additional properties 'new' not allowed"}:                                                    "a bad row beside good ones",
		{"", "ListOperations 200: at '/*': got string, want object"}:                                                                    "a bad row beside good ones",
		{"", "ListOperations 200: at '/*/operation_id': got object, want integer or string"}:                                            "a bad row beside good ones",
		{"", "ListOperations 200: at '/operations/*': missing properties 'operation_create_id', 'operation_id', 'operation_update_id'"}: "vimatest: a seeded Raw is served as it is",
	},
	"ecommpay": {
		{"TestDoIsSignedAndVerified", "no such operation: POST /x"}:                                                       "Do sends to any path",
		{"TestDoIsSignedAndVerified", "ListOperations request: at '/limit': minimum: got -1, want 0"}:                     "Do sends any body: the fake refuses it",
		{"TestUncheckedMembers", "ListOperations request: at '': additional properties 'a', 'x' not allowed"}:             "Unchecked sends what the package does not know",
		{"TestUncheckedMembers", "ListChargebacks request: at '/filter': additional properties 'a', 'x' not allowed"}:     "Unchecked sends what the package does not know",
		{"TestUncheckedMembers", "ListFraudOperations request: at '/filter': additional properties 'a', 'x' not allowed"}: "Unchecked sends what the package does not know",
		{"TestUncheckedMembers", "CurrencyRates request: at '/filter': additional properties 'a', 'x' not allowed"}:       "Unchecked sends what the package does not know",

		{"", "Balances 200: at '': missing property 'signature'"}:                                        "WithoutSignatures",
		{"", "ListOperations 200: at '': missing property 'signature'"}:                                  "WithoutSignatures",
		{"", "ListChargebacks 200: at '/operations/*': additional properties 'provider_id' not allowed"}: "SeedChargebacks: the only way to give a row a provider",
	},
	"wallet": {
		{"TestDoKnowsRefusals", "no such operation: POST /v1/x"}: "Do sends to any path",
	},
	"finik": {
		{"TestDoPaysOnce", `GetPayment: undocumented parameters "a", "locale"`}:                                          "Do signs any query",
		{"TestUncheckedMembers", "CreatePayment request: at '': additional properties 'deviceId', 'extra' not allowed"}:  "Unchecked sends what the package does not know",
		{"TestUncheckedMembers", "CheckRecipient request: at '': additional properties 'deviceId', 'extra' not allowed"}: "Unchecked sends what the package does not know",
	},
	"transactions": {
		{"TestDoAgainstTheFake", "no such operation: GET /api/nothing"}:                                   "Do sends to any path",
		{"TestDoKnowsRefusals", "no such operation: PUT /x"}:                                              "Do sends to any path",
		{"TestRowsAreHeldAgainstTheirFilter", `ListTransactions: undocumented parameters "promo.equals"`}: "Unchecked sends what the package does not know",

		{"", "ListTransactions 200: at '': got null, want array"}: "ShapeNull",
		{"", "ListTransactions 200: not JSON"}:                    "ShapeEmpty",
	},
}
