package main

// Do are the words of Client.Do.
type Do struct {
	API      string // its name
	BodyOnly bool   // the signature covers the body only: Do takes no GET and no query
	Definite string // the statuses of a refusal that proves that nothing happened
	Path     string // more about path
	In       string // how in is sent
	Answer   string // which answers with status 2xx are errors
}

// Do returns the words of Client.Do.
func (w *Words) Do() Do { return dos[w.Name] }

var dos = map[string]Do{
	"vima": {
		API: "Vima API",
		Path: "The endpoint is the whole URL of one call: for another call of the same\n" +
			"// collector make a client with that URL, and leave path empty.",
		In: "A json.RawMessage is sent as it is, except for whitespace between its\n" +
			"// parts. Nil sends no body. With GET the body must be nil.",
		Answer: "Do also returns *Error for a 2xx whose body is an object that reports an\n" +
			"// error: the member \"error\" is not null, false, 0, \"\", [] or {}, or the member \"code\"\n" +
			"// is a number from 400 to 599.",
	},
	"ecommpay": {
		API: "ecommpay Data API", BodyOnly: true,
		In: "The body must be a JSON object without repeated names. Nil sends an\n" +
			"// empty object. The client adds token and signature, as to every request, so the body\n" +
			"// must have neither. The signature covers the members in the flat form of [Canonical],\n" +
			"// where a semicolon separates them. Do returns ErrInvalidRequest for names that are\n" +
			"// empty or have a semicolon or a colon, and for values with a semicolon.",
		Answer: "The client verifies the signature of the answer as in every other call, see\n" +
			"// [WithResponseVerification]. Do also returns *Error for a 2xx whose body is\n" +
			"// an object with a member \"message\" that is not empty, or with a member \"status\" that\n" +
			"// is a number other than 2xx.",
	},
	"wallet": {
		API: "wallet.best API", Definite: "400, 401, 403, 404, 405, 415 or 422, see [ErrOutcomeUnknown]",
		Path: "",
		In: "A json.RawMessage is sent as it is, except for whitespace between its\n" +
			"// parts. Nil sends no body. With GET the body must be nil.",
		Answer: "Do also returns *Error for a 2xx whose member meta has an error or a\n" +
			"// status other than 2xx. An answer without meta is a success.",
	},
	"finik": {
		API: "Finik API", Definite: "400, 401, 402, 403 or 404, see [ErrOutcomeUnknown]",
		Path: "The signature covers path and query, under the rules of [Message].",
		In: "The body must be a JSON object with at least one member. Do sends and signs the object in\n" +
			"// the spelling of [CanonicalJSON]. What CanonicalJSON refuses is ErrInvalidRequest.\n" +
			"// Nil sends no body. With GET the body must be nil.",
		Answer: "Do also returns *Error for a 2xx whose body has a statusCode other than\n" +
			"// 2xx, except if the body is a payment, whose statusCode describes the payment. If the\n" +
			"// HTTP status and the statusCode differ, StatusCode of the *Error is the one that\n" +
			"// leaves the outcome less certain: of 400 and 500 this is 500. A 2xx whose statusCode is not a status is\n" +
			"// *DecodeError.",
	},
	"transactions": {
		API:  "Transactions API",
		Path: "",
		In: "A json.RawMessage is sent as it is, except for whitespace between its\n" +
			"// parts. Nil sends no body. With GET the body must be nil.",
		Answer: "Do also returns *Error for a 2xx whose body is an object that reports an\n" +
			"// error: the member \"error\" is not null, false, 0, \"\", [] or {}, or the member\n" +
			"// \"status\" is a number from 400 to 599.",
	},
}
