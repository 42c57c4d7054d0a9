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

	Begun        string // in which case a stream cannot go on
	Interval     string // a sentence: more about DefaultInterval
	OrNoID       string // which other rows are bad
	Unkeyed      string // which rows these are, after a comma
	Replaces     string // what Store.Commit does with a row that is stored
	Updates      string // what SQLStore.Commit updates
	Twice        string // more about the counts of a Result
	Lag, NoLag   string // what Result.Lag is, and another case in which it is 0
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
const unlessMapped = ` Without KeepRaw, keep is true, or false if the store has a MapRow, because MapRow cannot mask rejected rows.`

var syncs = map[string]*Sync{
	"vima": {
		Noun: "operation", Nouns: "operations", One: "an operation", Row: "vima.Operation", ID: "operation_id", Table: "vima_operations",
		Service: "the collector", At: "collector", API: "Vima API: GET /operation", Created: "operation_created_at",
		Begun:    "Params.Project is not the project with which the stream Params.Stream began, or Params.From is neither zero nor the day with which the stream began",
		Interval: "The provider recommends this value.",
		OrNoID:   " or whose operation_id or operation_update_id is not a number from 0 to 2^63-1",
		Unkeyed:  ", as are rows whose operation_id or operation_update_id is not a number from 0 to 2^63-1",
		Replaces: "Of all rows with the same OperationID, stored ones included, Commit keeps the row with the highest OperationUpdateID. A row with the OperationUpdateID of the stored row is not stored again. Rows come more than once, and not in the order of their versions. vima.CompareCursors compares two OperationUpdateIDs.",
		Updates:  "the stored row with the same OperationID if the OperationUpdateID in c.Rows is higher, compared as a number. Of several rows with one OperationID only the row with the highest OperationUpdateID is stored; the others count as unchanged. Commit returns ErrInvalidRequest for a row whose OperationID or OperationUpdateID is not a number from 0 to 2^63-1.",
		Twice:    " An operation that was read twice, as a new one and as a change, counts twice.",
		Lag:      "the time from the newest row that was read to the end of the pass. A pass reads two lists, new operations and changes; of their two times the longer one counts", NoLag: "the rows have no times",
		CaughtUp: "the pass has read the list of new operations and the list of changes to their ends",
		RewoundTo: "the time from which on the pass has read new operations and changes, by the times of the rows. If CaughtUp is true, the pass has read everything that was created or changed since RewoundTo, including rows that became visible late. RewoundTo is\n" +
			"\t//   - in a first pass, Params.From; zero means that the pass began at the first row\n" +
			"\t//   - in a pass that continues a stopped pass, about the time that the stopped pass reached\n" +
			"\t//   - in any other pass, the time of the newest row that earlier passes read, minus\n" +
			"\t//     Params.Rewind or minus up to an eighth more; with a negative Rewind, the time itself.\n" +
			"\t//     If earlier passes had a lower Rewind, RewoundTo may be later, see Params.Rewind.\n" +
			"\t//\n" +
			"\t// In a later pass, zero means that the pass began at the first row, or that the rows\n" +
			"\t// have no times.",
		Border:   "the OperationCreateID of an operation that Check has found on no day; \"\" if there is none. Check requests, without a date, the operation with the next higher create id after the day's highest one. If the collector lists this operation neither on the next day nor on a later day around its creation, it is the Border. Check has then not compared this operation: look for its id in the column operation_create_id of vima_operations. Border is \"\" for a day without operations.",
		Personal: ": names, phones, e-mails, addresses." + unlessMapped, RawByDefault: "o.mapRow == nil",
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
		Begun:    "Params.ProjectIDs are not the projects with which the stream Params.Stream began, or Params.From is not zero and is before the time with which the stream began",
		Interval: "The provider recommends no value.",
		OrNoID:   " or whose operation_id is not a number from 0 to 2^63-1",
		Unkeyed:  ", as are rows whose operation_id is not a number from 0 to 2^63-1",
		Replaces: "Commit takes c.Rows in their order. A row replaces the stored row with the same OperationID, except if both have the same Raw: rows come more than once. What a stream commits later is newer.",
		Updates:  "the stored row with the same OperationID if the row as received, before MapRow, has changed: its Raw, or the JSON of its fields if Raw is nil. The column digest shows this. Of several rows with one OperationID only the last is stored; the others count as unchanged. Commit returns ErrInvalidRequest for a row whose OperationID is not a number from 0 to 2^63-1, and for a row without Raw that cannot be encoded as JSON.",
		Twice:    " An operation that was read twice counts twice.",
		Lag:      "the pass has read what was updated up to a certain time, and Lag is from that time to the end of the pass",
		CaughtUp: "the pass has read to the present: everything visible that was updated, except in the 6 seconds before the pass requested the last rows",
		Settle:   ", plus 6 seconds, because a pass leaves out what was updated in the last 6 seconds",
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
		Begun:    "Params.From is not zero and is before the time with which the stream Params.Stream began",
		Replaces: "Commit takes c.Rows in their order. A row replaces the stored row with the same ID, except if both have the same Raw: rows come more than once. LastModifiedDate does not matter, because it may be in the future.",
		Updates:  "the stored row with the same ID if both of these hold:\n//   - The row as received, before MapRow, has changed: its Raw, or the JSON of its\n//     fields if Raw is nil.\n//   - The time of the row is not before the time of the stored row.\n//\n// The time of a row is its LastModifiedDate, but at most the limit, because a LastModifiedDate may be in the future. The limit is the time before which the stream has read everything; Commit reads this time from c.Next. If c.Next has no such time, the limit is the current time of this machine. Of several rows with one ID only the row with the latest time is stored, and among equal times the last; the others count as unchanged. Commit returns ErrInvalidRequest for a row without a positive ID or without LastModifiedDate, and for a row without Raw that cannot be encoded as JSON.",
		Lag:      "the pass has read what has a LastModifiedDate up to a certain time, and Lag is from that time to the end of the pass", NoLag: "nothing was read yet",
		CaughtUp: "the pass has read the list of transactions to its end",
		Personal: ": names, logins, phones, card numbers. The default is false.", RawByDefault: "false",
		MapRow: "in place of the default, [MaskAccounts]. f may call MaskAccounts. A second MapRow replaces the first. A nil f means the default; a function that does nothing stores accounts as received. ID and LastModifiedDate keep their values even if f sets them. Whether a transaction has changed is decided by the bytes received, not by what f makes of them.",
		Kept:   []string{"ID", "LastModifiedDate"}, Mask: "MaskAccounts",
		AsStored: " By default its accounts are masked, and its Raw is nil or the JSON of the masked fields, see MapRow.",
		Version:  "the column digest in hexadecimal, the SHA-256 of the transaction", Status: "Status",
		Amount: "*int64", AmountIs: " // RequestAmount, in minor units; nil if unknown", Currency: "*int32 // RequestCcy; nil if unknown",
		Date: "time.Time", Digest: "string", Stale: "another",
		Sums: `The amount is RequestAmount, in minor units. The currency is RequestCcy with three digits, for example "643", or "" if RequestCcy is nil.`,
	},
}
