package main

// Do are the words of Client.Do.
type Do struct {
	API    string // its name
	Path   string // more about path
	In     string // how in is sent
	Answer string // which answers with status 2xx are errors
}

// Do returns the words of Client.Do.
func (w *Words) Do() Do { return dos[w.Name] }

var dos = map[string]Do{
	"vima": {
		API: "Vima API",
		Path: "The endpoint is the whole URL of one call: for another call of the same\n" +
			"// collector make a client with that URL, and leave path empty.",
		In:     "The body is JSON; nil sends none.",
		Answer: "An object with an error, or with a code from 400 to 599, is *Error.",
	},
	"ecommpay": {
		API: "ecommpay Data API",
		Path: "Do returns ErrInvalidRequest for any query, because the signature\n" +
			"// covers the body only.",
		In: "The body is a JSON object, empty for nil. The client adds token and\n" +
			"// signature, as to every request, so in must have neither. The signature covers the\n" +
			"// members in the flat form of [Canonical], where a semicolon separates them.\n" +
			"// Do returns ErrInvalidRequest for names with a semicolon or a colon, for values with\n" +
			"// a semicolon, for GET, because GET has no body\n" +
			"// to sign,",
		Answer: "The client verifies the signature of the answer as in every other call, see\n" +
			"// [WithResponseVerification]. An object with the status or code of a refusal is *Error.",
	},
	"wallet": {
		API:    "wallet.best API",
		Path:   "",
		In:     "The body is JSON; nil sends none.",
		Answer: "An error inside meta is *Error. An answer need not have meta.",
	},
	"finik": {
		API:  "Finik API",
		Path: "The signature covers path and query, under the rules of [Message].",
		In: "The body is a JSON object, sent and signed as [CanonicalJSON] spells it, which\n" +
			"// refuses what readers may understand differently. Nil sends no body.",
		Answer: "The HTTP status or the body's statusCode decides, whichever is worse,\n// except if the answer is a payment.",
	},
	"transactions": {
		API:    "Transactions API",
		Path:   "",
		In:     "The body is JSON; nil sends none.",
		Answer: "An object with an error, or with a status from 400 to 599, is *Error.",
	},
}
