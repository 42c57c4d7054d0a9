package main

// services are those that can be kept, in the order in which they are told of.
var services = []service{
	{
		name: "vima", url: "VIMA_URL", variables: []string{"VIMA_API_KEY", "VIMA_USERNAME", "VIMA_PASSWORD", "VIMA_PROJECT"},
		open: openVima, fake: fakeVima, diagnose: diagnoseVima,
	},
}
