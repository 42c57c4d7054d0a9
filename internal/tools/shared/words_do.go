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
		In: "A json.RawMessage is sent as it is, except for whitespace between its\n" +
			"// parts. Nil sends no body, and with GET only nil is accepted.",
		Answer: "An object with a member \"error\" that is not null, false, 0 or\n" +
			"// empty, or with a code from 400 to 599, is *Error.",
	},
	"ecommpay": {
		API: "ecommpay Data API",
		Path: "Do returns ErrInvalidRequest for any query, because the signature\n" +
			"// covers the body only.",
		In: "The body must be a JSON object without repeated names. Nil sends an\n" +
			"// empty object. The client adds token and signature, as to every request, so the body\n" +
			"// must have neither. The signature covers the members in the flat form of [Canonical],\n" +
			"// where a semicolon separates them. Do returns ErrInvalidRequest for names that are\n" +
			"// empty or have a semicolon or a colon, for values with a semicolon, and for GET,\n" +
			"// because GET has no body to sign.",
		Answer: "The client verifies the signature of the answer as in every other call, see\n" +
			"// [WithResponseVerification]. An object with the status or code of a refusal is *Error.",
	},
	"wallet": {
		API:  "wallet.best API",
		Path: "",
		In: "A json.RawMessage is sent as it is, except for whitespace between its\n" +
			"// parts. Nil sends no body, and with GET only nil is accepted.",
		Answer: "An error inside meta is *Error. An answer need not have meta.",
	},
	"finik": {
		API:  "Finik API",
		Path: "The signature covers path and query, under the rules of [Message].",
		In: "The body must be a JSON object with at least one member. Do sends and signs it in\n" +
			"// the spelling of [CanonicalJSON]. What CanonicalJSON refuses is ErrInvalidRequest.\n" +
			"// Nil sends no body, and with GET only nil is accepted.",
		Answer: "Do also returns *Error for a 2xx whose body has a statusCode other than\n" +
			"// 2xx, except if the body is a payment: its statusCode describes the payment. If the\n" +
			"// HTTP status and the statusCode differ, StatusCode of the *Error is the one that\n" +
			"// leaves the outcome less certain, such as 500 of 400 and 500. A 2xx whose statusCode is not a status is\n" +
			"// *DecodeError.",
	},
	"transactions": {
		API:  "Transactions API",
		Path: "",
		In: "A json.RawMessage is sent as it is, except for whitespace between its\n" +
			"// parts. Nil sends no body, and with GET only nil is accepted.",
		Answer: "An object with a member \"error\" that is not null, false, 0 or\n" +
			"// empty, or with a status from 400 to 599, is *Error.",
	},
}
