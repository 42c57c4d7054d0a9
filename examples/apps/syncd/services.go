package main

// services are those that can be kept, in the order in which they are told of.
var services = []service{
	{
		name: "vima", url: "VIMA_URL", variables: []string{"VIMA_API_KEY", "VIMA_USERNAME", "VIMA_PASSWORD", "VIMA_PROJECT", "VIMA_REWIND"},
		open: openVima, fake: fakeVima,
	},
	{
		name: "ecommpay", url: "ECOMMPAY_URL", variables: []string{"ECOMMPAY_TOKEN", "ECOMMPAY_SECRET", "ECOMMPAY_FROM", "ECOMMPAY_PROJECTS", "ECOMMPAY_REWIND"},
		open: openEcommpay, fake: fakeEcommpay,
	},
	{
		name: "transactions", url: "TRANSACTIONS_URL",
		variables: []string{"TRANSACTIONS_USERNAME", "TRANSACTIONS_PASSWORD", "TRANSACTIONS_TOKEN", "TRANSACTIONS_FROM", "TRANSACTIONS_REWIND"},
		open:      openTransactions, fake: fakeTransactions,
	},
}
