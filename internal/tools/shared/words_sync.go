package main

// Sync are the words of <pkg>sync. Those with a space in front are added to a
// sentence or a paragraph, and "" leaves them out.
type Sync struct {
	Noun, Nouns, One string // what a row is
	Row              string // its type
	ID               string // its id, by the provider's name
	Table            string
	Service, At      string // who has the rows, in a sentence and in a report
	API              string // the call that reads them
	Created          string // by which days are compared

	Begun        string // with what else a stream may not go on
	Interval     string // when DefaultInterval counts
	OrNoID       string // what else a bad row may be
	Unkeyed      string // which these are, behind a comma
	Replaces     string // what Store.Commit does with a row that is stored
	Updates      string // what SQLStore.Commit updates
	Twice        string // about the counts of a Result
	Lag          string
	CaughtUp     string
	RewoundTo    string   // what Result.RewoundTo is; "" where there is none
	Border       string   // what a border of days is; "" where Check looks at none
	Settle       string   // what is added to Change.CaughtUp
	Personal     string   // about rows as received
	RawByDefault string   // whether they are kept
	MapRow       string   // for what MapRow is, and what it leaves alone
	Kept         []string // fields that MapRow does not change
	Mask         string   // what MapRow is by default
	AsStored     string   // about Applied.Row
	Backfill     string

	Version, Status, Amount, AmountIs, Currency string // the fields of Before

	Date     string // the type of a day
	Projects string // the field of CheckParams that selects projects; "" where there is none
	Written  string // how projects are written
	Digest   string // the type that tells versions of a row apart
	Stale    string // how a stored version differs from the provider's
	Sums     string
}

const unlessMapped = ` The default is true without MapRow and false with it, because MapRow cannot mask what it does not see: a row that does not decode never passes through it.`

var syncs = map[string]*Sync{
	"vima": {
		Noun: "operation", Nouns: "operations", One: "an operation", Row: "vima.Operation", ID: "operation_id", Table: "vima_operations",
		Service: "the collector", At: "collector", API: "Vima API: GET /operation", Created: "operation_created_at",
		Begun:     "another project or another From",
		Interval:  "that the provider recommends",
		OrNoID:    " or have no usable id",
		Unkeyed:   ", and so are rows whose operation_id or operation_update_id is no number of 63 bits",
		Replaces:  "A row whose stored OperationUpdateID is the same or higher is not stored again: rows come more than once, and not in the order of their versions. CompareCursors compares them.",
		Updates:   "those whose stored OperationUpdateID is lower. Both ids are compared as numbers; a row whose ids are no numbers of 63 bits is ErrInvalidRequest.",
		Twice:     " An operation that was read twice, as a new one and as a change, counts twice.",
		Lag:       "the age of the point that the pass has come to in the stream that is further behind; 0 with CaughtUp, where the rows have no times",
		CaughtUp:  "both streams were read to their ends",
		RewoundTo: "the time from which on the pass has read both streams, by the times of the rows; with CaughtUp it has read all that was created or changed since, rows that became visible late included. A first pass begins with Params.From. A later pass begins Params.Rewind before the newest row or up to an eighth of it earlier, and not earlier than the passes before allow. A pass that goes on where one was cut off begins there. Zero is everything, or unknown where rows have no times.",
		Border:    "the create id of the operation that follows the day's highest one in the stream of new operations and that no later day of the collector lists; \"\" where the border closes. Operations at such a border may be in no day, so that Check does not compare them, nor any walk by the collector's date reads them. A day without operations has no border.",
		Personal:  ": names, phones, e-mails, addresses." + unlessMapped, RawByDefault: "o.mapRow == nil",
		MapRow:   "for example to mask what must not be. OperationID, OperationCreateID and OperationUpdateID stay what they were, whatever change sets them to.",
		Kept:     []string{"OperationID", "OperationCreateID", "OperationUpdateID"},
		Backfill: " For changes that the first pass reads at its end Backfill is false: they were made while it read.",
		Version:  "string // OperationUpdateID", Status: "Status // Outcome, as in the column status",
		Amount: "*decimal.Decimal", AmountIs: " // as Amount gives it, in major units; nil is unknown", Currency: "string",
		Date: "vima.Date", Projects: "Projects", Written: ", by their names", Digest: "int64", Stale: "an older",
		Sums: "in major units by currency, as [vima.Operation.Amount] gives them. Operations without an amount",
	},
	"ecommpay": {
		Noun: "operation", Nouns: "operations", One: "an operation", Row: "ecommpay.Operation", ID: "operation_id", Table: "ecommpay_operations",
		Service: "ecommpay", At: "ecommpay", API: "ecommpay Data API: POST /operations/get", Created: "operation_created_at",
		Begun:    "other projects or later",
		Interval: "where Loop is given none. The provider recommends none",
		OrNoID:   " or have no usable id",
		Unkeyed:  ", and so are rows whose operation_id is no number of 63 bits",
		Replaces: "A row whose Raw is that of the stored one is not stored again; any other takes its place, because what a stream commits later it has read later.",
		Updates:  "those whose digest differs from the stored one: that of Raw, or of the JSON of the fields where there is none. A row whose OperationID is no number of 63 bits is ErrInvalidRequest.",
		Twice:    " An operation that was read twice counts twice.",
		Lag:      "the age of the update time that the pass has come to; 0 with CaughtUp",
		CaughtUp: "everything was read up to a few seconds before the last interval was asked for",
		Settle:   " and 6 seconds more, because a pass reads no younger updates",
		Personal: ": account numbers, IP addresses, descriptions." + unlessMapped, RawByDefault: "o.mapRow == nil",
		MapRow:  "for example to mask what must not be. OperationID stays what it was, whatever change sets it to, and the column digest is that of the operation as received.",
		Kept:    []string{"OperationID"},
		Version: "string // the column digest in hexadecimal", Status: "OperationStatus",
		Amount: "*int64", AmountIs: " // of SumInitial, in minor units; nil is unknown", Currency: "string",
		Date: "time.Time", Projects: "ProjectIDs", Written: ", decimal", Digest: "digest", Stale: "another",
		Sums: "by currency, of sum_initial in major units as [ecommpay.Major] gives them; those of a currency that it does not know are in minor units. Operations without a sum",
	},
	"transactions": {
		Noun: "transaction", Nouns: "transactions", One: "a transaction", Row: "transactions.Transaction", ID: "id", Table: "transactions_transactions",
		Service: "the service", At: "service", API: "Transactions API: GET /api/transactions", Created: "date",
		Begun:    "a later From",
		Interval: "where Loop is not told one",
		Replaces: "A row whose Raw is the stored one is not stored again: rows come more than once. Of two versions of a row the one that is committed later counts, whatever their times: one may be stamped in the future.",
		Updates:  "those that differ from the stored ones and whose version is not lower: LastModifiedDate, or where that is later, the time up to which c.Next says that everything is read for good, or the present where c.Next is not a State of RunOnce's. A row without a positive ID or without LastModifiedDate is ErrInvalidRequest.",
		Lag:      "the age of the point that the pass has come to; 0 with CaughtUp, where nothing was read yet",
		CaughtUp: "the stream was read to its end",
		Personal: " that nothing masks: names, logins, phones, numbers of cards. The default is false. With true the column raw of a row that MapRow changes, as the default does, is the JSON of the changed fields; rows that do not decode never pass through it.", RawByDefault: "false",
		MapRow: "in place of the default, [MaskAccounts], which change may call. A function that does nothing stores accounts as they are; nil is the default. ID and LastModifiedDate stay what they were, whatever change sets them to, and whether a transaction has changed is told by what was received.",
		Kept:   []string{"ID", "LastModifiedDate"}, Mask: "MaskAccounts",
		AsStored: " Its accounts are masked by default, and so is its JSON: Raw is nil or made of the changed fields, see MapRow.",
		Version:  "int64 // the column version: microseconds since 1970", Status: "Status",
		Amount: "*int64", AmountIs: " // RequestAmount, in minor units", Currency: "*int32 // RequestCcy",
		Date: "time.Time", Digest: "string", Stale: "another",
		Sums: `of RequestAmount in minor units by RequestCcy: its numeric code with three digits, "" where there is none. Transactions without an amount`,
	},
}
