package main

// Do are the words of Client.Do.
type Do struct {
	API      string   // its name
	BodyOnly bool     // the signature covers the body only: Do takes no GET and no query
	Definite string   // which refusal proves that nothing happened, with the full stop
	Path     string   // more about path
	In       string   // how in is sent
	Refuses  []string // which bodies are ErrInvalidRequest, after "if the body"
	Answer   string   // which answers with status 2xx are errors
}

// Do returns the words of Client.Do.
func (w *Words) Do() Do { return dos[w.Name] }

var dos = map[string]Do{
	"vima": {
		API: "Vima API",
		Path: "The endpoint is the whole URL of one call: for another call of the same\n" +
			"// collector make a client with that URL, and leave path empty.",
		In: "A json.RawMessage is sent as it is, except for whitespace between its\n" +
			"// parts. Nil sends no body.",
		Refuses: []string{"is not nil, with GET"},
		Answer: "Do also returns *Error for a 2xx whose body is an object that reports an\n" +
			"// error: the member \"error\" is not null, false, 0, \"\", [] or {}, or the member \"code\"\n" +
			"// is a number from 400 to 599.",
	},
	"ecommpay": {
		API: "ecommpay Data API", BodyOnly: true,
		In: "The value must encode as a JSON object. Nil sends an empty object. The\n" +
			"// client adds token and signature, as to every request. The signature covers the members\n" +
			"// in the flat form of [Canonical], where a semicolon separates them.",
		Refuses: []string{
			"is not a JSON object",
			"has a name twice in one object",
			"has a member token or signature",
			"has a name that is empty, or that has a semicolon or a colon",
			"has a value with a semicolon",
		},
		Answer: "The client verifies the signature of the answer as in every other call, see\n" +
			"// [WithResponseVerification]. Do also returns *Error for a 2xx whose body is\n" +
			"// an object with a member \"message\" that is not empty, or with a member \"status\" that\n" +
			"// is a number other than 2xx.",
	},
	"wallet": {
		API: "wallet.best API", Definite: "a refusal in the service's own format whose statuses are all\n// 400, 401, 403, 404, 405, 415 or 422, see [ErrOutcomeUnknown]. The statuses are the status in meta and any HTTP status other than 2xx. If there is neither, *Error matches.",
		Path: "",
		In: "A json.RawMessage is sent as it is, except for whitespace between its\n" +
			"// parts. Nil sends no body.",
		Refuses: []string{"is not nil, with GET"},
		Answer: "Do also returns *Error for a 2xx whose member meta has an error or a\n" +
			"// status other than 2xx. An answer without meta is a success.",
	},
	"finik": {
		API: "Finik API", Definite: "a refusal in the service's own format with status 400, 401, 402, 403 or 404, see [ErrOutcomeUnknown].",
		Path: "The signature covers path and query. Do returns ErrInvalidRequest for a path or query that [Message.Text] refuses.",
		In: "The value must encode as a JSON object with at least one member. Nil\n" +
			"// sends no body. Do sends and signs the object in the spelling of [CanonicalJSON].",
		Refuses: []string{"is something that CanonicalJSON refuses, such as an array or {}", "is not nil, with GET"},
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
			"// parts. Nil sends no body.",
		Refuses: []string{"is not nil, with GET"},
		Answer: "Do also returns *Error for a 2xx whose body is an object that reports an\n" +
			"// error: the member \"error\" is not null, false, 0, \"\", [] or {}, or the member\n" +
			"// \"status\" is a number from 400 to 599.",
	},
}
