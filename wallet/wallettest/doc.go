// Package wallettest is a fake wallet.best (mserver) service for tests: a server in
// this process that keeps wallets, services, cards and payments in memory and answers
// like the live service, as far as the service is known, with its errors and oddities.
//
//	srv := wallettest.NewServer()
//	defer srv.Close()
//	client, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials())
//
// # Money
//
// Money moves when a payment is executed, or when its card is entered, and moves back
// when the payment is declined. [Server.Ledger] returns every movement. For a payment
// that must not be paid twice, [Server.Debits] must be at most 1. With
// [WithUnguardedPay] the server executes every request, so that a test finds a client
// that repeats executions blindly.
//
// # Time
//
// An executed payment is processing, and reads bring it to its end:
// [WithProcessingReads]. A payment whose card the user has to enter waits for
// [Server.EnterCard] or [Server.RefuseCard]. [Server.Complete], [Server.Decline],
// [Server.Undo] and [Server.Redo] do the rest. The server's clock starts on 15 January
// 2026 at noon UTC. Each change moves it by a second, and [Server.Advance] moves it
// further; see [WithClock].
//
// # What is known, and what is not
//
// Codes, states, envelopes and shapes follow the documentation. The following is
// unknown, and chosen here. A repeated creation with other fields returns the first
// payment, in its present state unless [WithReplayedCreate] is set. A malformed
// client_payment_id, and an unknown type, are refused like missing ones. A payment
// becomes unseen when it ends. Lists begin with what changed last. An undone payment is
// declined. Only [WithPageLimit] limits pages. Refusals of POST /payments/bill are this
// package's own.
//
// # Webhooks
//
// Every end of a payment, and every undo and redo, adds a webhook event to
// [Server.Events]. [Server.SendWebhook] posts events, signed, in any order,
// [Server.DeliverWebhooks] posts them until they are acknowledged, and
// [Server.NewWebhookRequest] signs a body for a test of a handler.
package wallettest
