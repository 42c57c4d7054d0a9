// Package finiktest is a fake Finik payments gateway for tests: a server in this
// process that holds accounts, recipients, services and payments in memory. It
// answers like the live service, as far as that is known, with its errors and
// oddities.
//
//	srv := finiktest.NewServer()
//	defer srv.Close()
//	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
//
// # Signatures
//
// The server verifies every request as the service's own implementation on Node
// does: it parses the body and prints it again, with code that package finik does
// not share, and checks the signature of the result. It accepts a timestamp up to
// 10 seconds off, either way; [WithClock] sets the clock, [WithTimestampWindow] the
// 10 seconds.
//
// # Money
//
// A payment debits its account when it is made, and is refunded when it fails or
// is canceled. [Server.Ledger] returns every movement, and [Server.Debits] counts
// the debits of a transaction id: more than 1 means paid twice. With
// [WithUnguardedIDs] the server makes every payment that it is asked for, which
// shows whether a client relies on transaction ids alone.
//
// # Time
//
// Payments to ServiceFinik are final at once. Payments to other services are
// pending, then processing, and become final after a number of reads
// ([WithProcessingReads]), after a time ([WithProcessingTime]) or by
// [Server.Settle], [Server.Fail] and [Server.Cancel] ([WithManualProcessing]).
// The server's clock is the machine's; see [WithClock] and [Server.Advance].
//
// # What is known, and what is not
//
// Paths, fields, statuses and the table of errors follow the documentation. Not
// documented, and chosen here: the server looks for a duplicate before it looks
// at the balance, unless [WithFundsFirst] is set, and the 409 names the payment
// only with [WithNamedDuplicates]; a recipient that does not exist is 404, a
// blocked one 403; a disabled service is 502; pages of more than 50 are cut to
// 50; timestamps may be up to 10 seconds in the future too; a failed payment is
// read with HTTP status 200 and its reason as statusCode.
//
// # Webhooks
//
// Each payment that becomes final adds an event to [Server.Events].
// [Server.SendWebhook] posts events, signed, in any order;
// [Server.DeliverWebhooks] repeats them until they are acknowledged;
// [Server.NewWebhookRequest] signs a body for a test of a handler.
package finiktest
