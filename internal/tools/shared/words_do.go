package main

// Do are the words of the call that a caller describes himself.
type Do struct {
	API    string // its name
	Path   string // what path is below
	In     string // what in becomes
	Answer string // what is an error although the status is 2xx
}

// Do returns them for the package.
func (w *Words) Do() Do { return dos[w.Name] }

var dos = map[string]Do{
	"vima": {
		API: "Vima API",
		Path: "The endpoint is the whole URL of one call: for another one of the same\n" +
			"// collector make a client with its URL, and leave path empty.",
		In:     "It is sent as JSON.",
		Answer: "An object with an error, or with a code from 400 to 599, is a refusal.",
	},
	"ecommpay": {
		API:  "ecommpay Data API",
		Path: "A query is refused, since the signature covers the body only.",
		In: "It is a JSON object, empty for nil; the client adds token and\n" +
			"// signature, as to every request, so it must have neither. The signature is over the\n" +
			"// members in the flat form of [Canonical], where a semicolon separates them: no\n" +
			"// name may hold a semicolon or a colon, and no value a semicolon. GET is refused,\n" +
			"// since it has no body to sign.",
		Answer: "The signature of the answer is verified as with every other call, see\n" +
			"// [WithResponseVerification]. An object with the status or code of a refusal is\n// one.",
	},
	"wallet": {
		API:    "wallet.best API",
		Path:   "",
		In:     "It is sent as JSON.",
		Answer: "An error inside meta is a refusal. An answer need not have meta.",
	},
	"finik": {
		API:  "Finik API",
		Path: "The signature covers path and query, under the rules of [Message].",
		In: "It is a JSON object, and is sent and signed in the spelling of [CanonicalJSON],\n" +
			"// which refuses what readers may understand otherwise. Nil is no body.",
		Answer: "The worse of HTTP's status and the body's statusCode decides, except\n// where the answer is a payment.",
	},
	"transactions": {
		API:    "Transactions API",
		Path:   "",
		In:     "It is sent as JSON.",
		Answer: "An object with an error, or with a status from 400 to 599, is a refusal.",
	},
}
