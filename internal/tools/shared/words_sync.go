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
	Interval     string // a sentence: more about DefaultInterval
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
	Sums     string // sentences: the amounts and currencies of Totals
	Years    string // a limit of the days of Check; "" without one
}

// unlessMapped is the default of KeepRaw in a package without a mask.
const unlessMapped = ` Without KeepRaw, keep is true, or false if the store has a MapRow, because MapRow cannot mask rows that do not decode.`

var syncs = map[string]*Sync{
	"vima": {
		Noun: "operation", Nouns: "operations", One: "an operation", Row: "vima.Operation", ID: "operation_id", Table: "vima_operations",
		Service: "the collector", At: "collector", API: "Vima API: GET /operation", Created: "operation_created_at",
		Begun:     "another project or another From than Params.From (zero is accepted)",
		Interval:  "The provider recommends this value.",
		OrNoID:    " or whose operation_id or operation_update_id is not a number from 0 to 2^63-1",
		Unkeyed:   ", as are rows whose operation_id or operation_update_id is not a number from 0 to 2^63-1",
		Replaces:  "Commit must not store a row if the stored row has the same OperationUpdateID or a higher one, because rows come more than once and not in the order of their versions. vima.CompareCursors compares two OperationUpdateIDs.",
		Updates:   "a stored row if the OperationUpdateID in c.Rows is higher, compared as a number. Of several rows with one OperationID only the row with the highest OperationUpdateID is stored; the others count as unchanged. Commit returns ErrInvalidRequest for a row whose OperationID or OperationUpdateID is not a number from 0 to 2^63-1.",
		Twice:     " An operation that was read twice, as a new one and as a change, counts twice.",
		Lag:       "the age of the newest row that was read. A pass reads new operations and changes: the one that is further behind counts. Lag is 0 if CaughtUp is true or if the rows have no times",
		CaughtUp:  "new operations and changes were both read to their ends",
		RewoundTo: "the time from which the pass has read new operations and changes, by the times of the rows. If CaughtUp is true, the pass has read everything that was created or changed since RewoundTo, including rows that became visible late. In a first pass RewoundTo is Params.From. In a later pass it is Params.Rewind before the newest row, or up to an eighth of Rewind earlier. With a negative Rewind it is the time of the newest row. If Rewind is higher than in earlier passes, RewoundTo may be later, see Params.Rewind. In a pass that continues a stopped pass it is about where that pass stopped. Zero means that the pass has read everything, or that the rows have no times.",
		Border:    "the OperationCreateID of an operation that may belong to no day; \"\" if there is none. It is set if a request without a date lists an operation after the day's last one, and no later day of the collector lists this operation. A request with a date, as Check sends it, may then miss this operation. Border is \"\" for a day without operations.",
		Personal:  ": names, phones, e-mails, addresses." + unlessMapped, RawByDefault: "o.mapRow == nil",
		MapRow:   "for example to mask personal data. A second MapRow replaces the first. Without MapRow, and with a nil f, operations are stored as received. OperationID, OperationCreateID and OperationUpdateID keep their values even if f sets them.",
		Kept:     []string{"OperationID", "OperationCreateID", "OperationUpdateID"},
		Backfill: " Backfill is false for the changes that the first pass reads after all operations, because they were made while the pass was reading.",
		Version:  "its OperationUpdateID", Status: "Status // as vima.Operation.Outcome returns it",
		Amount: "*decimal.Decimal", AmountIs: " // as vima.Operation.Amount returns it, in major units; nil if unknown", Currency: `string // of Amount; "" if unknown`,
		Date: "vima.Date", Projects: "Projects", Written: ", by their names", Digest: "int64", Stale: "an older",
		Sums: `Amounts, in major units, and currencies are as [vima.Operation.Amount] returns them; the currency is "" if it is unknown.`,
	},
	"ecommpay": {
		Noun: "operation", Nouns: "operations", One: "an operation", Row: "ecommpay.Operation", ID: "operation_id", Table: "ecommpay_operations",
		Service: "ecommpay", At: "ecommpay", API: "ecommpay Data API: POST /operations/get", Created: "operation_created_at",
		Begun:    "other projects or a later From than Params.From (zero is accepted)",
		Interval: "The provider recommends no value.",
		OrNoID:   " or whose operation_id is not a number from 0 to 2^63-1",
		Unkeyed:  ", as are rows whose operation_id is not a number from 0 to 2^63-1",
		Replaces: "Commit must not store a row if its Raw equals the Raw of the stored row. Every other row replaces the stored row, because a stream commits later what it has read later.",
		Updates:  "a stored row if Raw, or the JSON of the fields if Raw is nil, has changed; the column digest shows this. Of several rows with one OperationID only the last is stored; the others count as unchanged. Commit returns ErrInvalidRequest for a row whose OperationID is not a number from 0 to 2^63-1, and for a row without Raw that cannot be encoded as JSON.",
		Twice:    " An operation that was read twice counts twice.",
		Lag:      "the time between the update time up to which the pass has read and the end of the pass; 0 if CaughtUp is true",
		CaughtUp: "everything was read that had been updated until a few seconds before the last request for an interval",
		Settle:   " plus 6 seconds, because a pass does not read updates that are younger",
		Personal: ": account numbers, IP addresses, descriptions." + unlessMapped, RawByDefault: "o.mapRow == nil",
		MapRow:  "for example to mask personal data. A second MapRow replaces the first. Without MapRow, and with a nil f, operations are stored as received. OperationID keeps its value even if f sets it. The column digest is the digest of the operation as received.",
		Kept:    []string{"OperationID"},
		Version: "the column digest in hexadecimal, the SHA-256 of the operation", Status: "OperationStatus",
		Amount: "*int64", AmountIs: " // of SumInitial, in minor units; nil if unknown", Currency: `string // of SumInitial; "" if unknown`,
		Date: "time.Time", Projects: "ProjectIDs", Written: ", decimal numbers without leading zeros", Digest: "digest", Stale: "another",
		Sums: `The amount is SumInitial, in major units as [ecommpay.Major] returns it, or in minor units for a currency that Major does not know. The currency is "" for operations without one.`, Years: " Both are in the years 1970 to 9999.",
	},
	"transactions": {
		Noun: "transaction", Nouns: "transactions", One: "a transaction", Row: "transactions.Transaction", ID: "id", Table: "transactions_transactions",
		Service: "the service", At: "service", API: "Transactions API: GET /api/transactions", Created: "date",
		Begun:    "a later From than Params.From (zero is accepted)",
		Replaces: "Commit must not store a row if its Raw equals the Raw of the stored row: rows come more than once. Every other row replaces the stored row, independent of their times, because a row may have a time in the future.",
		Updates:  "a stored row if Raw, or the JSON of the fields if Raw is nil, has changed and the version is the same or higher. The version of a row is its LastModifiedDate, but at most a limit, because a LastModifiedDate may be in the future. The limit is the time before which the stream has read everything; Commit reads this time from c.Next. If c.Next has no such time, the limit is the current time of this machine. Of several rows with one ID only the row with the highest version is stored, and among equal versions the last; the others count as unchanged. Commit returns ErrInvalidRequest for a row without a positive ID or without LastModifiedDate, and for a row without Raw that cannot be encoded as JSON.",
		Lag:      "the time between the LastModifiedDate up to which the pass has read and the end of the pass; 0 if CaughtUp is true or if nothing was read yet",
		CaughtUp: "the stream was read to its end",
		Personal: ": names, logins, phones, card numbers. The default is false. MapRow does not mask rows that do not decode: if keep is true, they are in sync_rejects as received.", RawByDefault: "false",
		MapRow: "in place of the default, [MaskAccounts]. f may call MaskAccounts. A second MapRow replaces the first. A nil f means the default; a function that does nothing stores accounts as received. ID and LastModifiedDate keep their values even if f sets them. Whether a transaction has changed is decided by the bytes received, not by what f makes of them.",
		Kept:   []string{"ID", "LastModifiedDate"}, Mask: "MaskAccounts",
		AsStored: " By default its accounts are masked, and its Raw is nil or the JSON of the masked fields, see MapRow.",
		Version:  "the column digest in hexadecimal, the SHA-256 of the transaction", Status: "Status",
		Amount: "*int64", AmountIs: " // RequestAmount, in minor units; nil if unknown", Currency: "*int32 // RequestCcy; nil if unknown",
		Date: "time.Time", Digest: "string", Stale: "another",
		Sums: `The amount is RequestAmount, in minor units. The currency is RequestCcy with three digits, for example "643", or "" if RequestCcy is nil.`,
	},
}
