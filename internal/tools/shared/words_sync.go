package main

// Sync are the words of <pkg>sync. Words with a space in front continue a sentence or
// a paragraph; "" leaves them out.
type Sync struct {
	Noun, Nouns, One string // what a row is
	Row              string // its type
	ID               string // its id, by the provider's name
	Table            string
	Service, At      string // who has the rows, in a sentence and in a report
	API              string // the call that reads them
	Created          string // by which days are compared

	Begun        string // with what else a stream must not go on
	Interval     string // more about DefaultInterval
	OrNoID       string // which other rows are bad
	Unkeyed      string // which rows these are, after a comma
	Replaces     string // what Store.Commit does with a row that is stored
	Updates      string // what SQLStore.Commit updates
	Twice        string // more about the counts of a Result
	Lag          string
	CaughtUp     string
	RewoundTo    string   // what Result.RewoundTo is; "" without it
	Border       string   // what DayReport.Border is; "" without it
	Settle       string   // what Change.CaughtUp adds
	Personal     string   // more about rows as received
	RawByDefault string   // whether rows as received are kept
	MapRow       string   // the purpose of MapRow, and what it leaves alone
	Kept         []string // fields that MapRow does not change
	Mask         string   // what MapRow is by default
	AsStored     string   // more about Applied.Row
	Backfill     string

	Version                            string // what distinguishes versions of a row
	Status, Amount, AmountIs, Currency string // the fields of Before

	Date     string // the type of a day
	Projects string // the field of CheckParams that selects projects; "" without it
	Written  string // how projects are written
	Digest   string // the type that distinguishes versions of a row
	Stale    string // how a stored version differs from the provider's
	Sums     string
}

// unlessMapped is the default of KeepRaw in a package without a mask.
const unlessMapped = ` The default is true without MapRow and false with MapRow, because MapRow cannot mask rows that do not decode.`

var syncs = map[string]*Sync{
	"vima": {
		Noun: "operation", Nouns: "operations", One: "an operation", Row: "vima.Operation", ID: "operation_id", Table: "vima_operations",
		Service: "the collector", At: "collector", API: "Vima API: GET /operation", Created: "operation_created_at",
		Begun:     "another project or another From",
		Interval:  "that the provider recommends",
		OrNoID:    " or have no usable id",
		Unkeyed:   ", as are rows whose operation_id or operation_update_id is not a number of at most 63 bits",
		Replaces:  "Commit must not store a row again whose stored OperationUpdateID is the same or higher: rows come more than once, and not in the order of their versions. vima.CompareCursors compares them.",
		Updates:   "a stored row if the new OperationUpdateID is higher, compared as a number. Commit returns ErrInvalidRequest for a row whose OperationID or OperationUpdateID is not a number of at most 63 bits.",
		Twice:     " An operation that was read twice, as a new one and as a change, counts twice.",
		Lag:       "the age of the newest row read in the stream that is further behind; 0 with CaughtUp, or if the rows have no times",
		CaughtUp:  "both streams were read to their ends",
		RewoundTo: "the time from which the pass has read both streams, by the times of the rows. With CaughtUp it has read everything that was created or changed since, including rows that became visible late. A first pass begins with Params.From. A later pass begins Params.Rewind before the newest row, or up to an eighth of Rewind earlier, and never earlier than the passes before allow. A pass that continues one that was cut off begins where that one stopped. Zero means everything, or unknown if rows have no times.",
		Border:    "the create id of the operation that follows the day's highest one in the stream of new operations, if no later day of the collector lists it; \"\" if the border closes. Such an operation may be in no day: neither Check nor a reader by the collector's date then sees it. A day without operations has no border.",
		Personal:  ": names, phones, e-mails, addresses." + unlessMapped, RawByDefault: "o.mapRow == nil",
		MapRow:   "for example to mask personal data. A second MapRow replaces the first, and nil is the default: operations are stored as received. OperationID, OperationCreateID and OperationUpdateID keep their values, also if change sets them.",
		Kept:     []string{"OperationID", "OperationCreateID", "OperationUpdateID"},
		Backfill: " For the changes that the first pass reads at the end Backfill is false: they were made while the pass was reading.",
		Version:  "its OperationUpdateID", Status: "Status // Outcome, as in the column status",
		Amount: "*decimal.Decimal", AmountIs: " // as Amount returns it, in major units; nil is unknown", Currency: "string",
		Date: "vima.Date", Projects: "Projects", Written: ", by their names", Digest: "int64", Stale: "an older",
		Sums: "in major units by currency, as [vima.Operation.Amount] returns them. Operations without an amount",
	},
	"ecommpay": {
		Noun: "operation", Nouns: "operations", One: "an operation", Row: "ecommpay.Operation", ID: "operation_id", Table: "ecommpay_operations",
		Service: "ecommpay", At: "ecommpay", API: "ecommpay Data API: POST /operations/get", Created: "operation_created_at",
		Begun:    "other projects or a later From",
		Interval: "if the interval given to Loop is 0. The provider recommends no value",
		OrNoID:   " or have no usable id",
		Unkeyed:  ", as are rows whose operation_id is not a number of at most 63 bits",
		Replaces: "Commit must not store a row again whose Raw equals the stored one; any other replaces the stored row, because a stream commits later what it has read later.",
		Updates:  "a stored row if its digest differs: the digest of Raw, or of the JSON of the fields if Raw is nil. Commit returns ErrInvalidRequest for a row whose OperationID is not a number of at most 63 bits.",
		Twice:    " An operation that was read twice counts twice.",
		Lag:      "the age of the update time up to which the pass has read; 0 with CaughtUp",
		CaughtUp: "everything was read up to a few seconds before the last interval was requested",
		Settle:   " plus 6 seconds, because a pass does not read younger updates",
		Personal: ": account numbers, IP addresses, descriptions." + unlessMapped, RawByDefault: "o.mapRow == nil",
		MapRow:  "for example to mask personal data. A second MapRow replaces the first, and nil is the default: operations are stored as received. OperationID keeps its value, also if change sets it, and the column digest is the digest of the operation as received.",
		Kept:    []string{"OperationID"},
		Version: "the column digest in hexadecimal, the SHA-256 of the operation", Status: "OperationStatus",
		Amount: "*int64", AmountIs: " // of SumInitial, in minor units; nil is unknown", Currency: "string",
		Date: "time.Time", Projects: "ProjectIDs", Written: ", decimal", Digest: "digest", Stale: "another",
		Sums: "of sum_initial by currency, in major units as [ecommpay.Major] returns them; a currency that Major does not know is in minor units. Operations without a sum",
	},
	"transactions": {
		Noun: "transaction", Nouns: "transactions", One: "a transaction", Row: "transactions.Transaction", ID: "id", Table: "transactions_transactions",
		Service: "the service", At: "service", API: "Transactions API: GET /api/transactions", Created: "date",
		Begun:    "a later From",
		Interval: "if the interval given to Loop is 0",
		Replaces: "Commit must not store a row again whose Raw equals the stored one: rows come more than once. Of two versions of a row the one that is committed later counts, independent of their times: one may have a time in the future.",
		Updates:  "a stored row if Raw, or the JSON of the fields if Raw is nil, differs and the version is the same or higher. The version of a row is its LastModifiedDate. A LastModifiedDate after the time up to which the pass has read everything for good counts as that time, because a row may have a time in the future. Commit reads that time from c.Next; if c.Next has none, the present counts. Commit returns ErrInvalidRequest for a row without a positive ID or without LastModifiedDate.",
		Lag:      "the age of the time up to which the pass has read; 0 with CaughtUp, or if nothing was read yet",
		CaughtUp: "the stream was read to its end",
		Personal: " that nothing masks: names, logins, phones, card numbers. The default is false. With true the column raw of a row that MapRow modifies, as its default does, is the JSON of the modified fields; rows that do not decode are stored unmasked.", RawByDefault: "false",
		MapRow: "in place of the default, [MaskAccounts], which change may call. A second MapRow replaces the first, and nil is the default; a function that does nothing stores accounts as received. ID and LastModifiedDate keep their values, also if change sets them, and the bytes received decide whether a transaction has changed.",
		Kept:   []string{"ID", "LastModifiedDate"}, Mask: "MaskAccounts",
		AsStored: " Its accounts are masked by default, as is its JSON: Raw is nil or made of the modified fields, see MapRow.",
		Version:  "the column digest in hexadecimal, the SHA-256 of the transaction", Status: "Status",
		Amount: "*int64", AmountIs: " // RequestAmount, in minor units", Currency: "*int32 // RequestCcy",
		Date: "time.Time", Digest: "string", Stale: "another",
		Sums: `of RequestAmount in minor units by RequestCcy, a numeric code with three digits, "" if it is nil. Transactions without an amount`,
	},
}
