// Package ecommpaytest is a fake ecommpay Data API for tests: a server in this
// process that holds operations, chargebacks, fraud reports and balances in
// memory. It answers like the live service, as far as that is known, with its
// errors and oddities.
//
//	srv := ecommpaytest.NewServer()
//	defer srv.Close()
//	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 2500, Seed: 1})...)
//	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
//
// # What is known, and what is not
//
// Every request must have the token and a correct signature; otherwise the server
// answers 401. Every answer is signed, refusals are not. The server is strict,
// because much of the live service is unknown and a test should find a problem
// before production does: unknown members, members of a wrong type, unknown
// fields, and limits or periods out of range are refused with 400. Refusals have
// the documented shape; their texts are this package's own.
//
// Implemented as documented: both shapes of periods and of pagination; filters as
// one value, as an array or as a string with commas; ids as strings or numbers;
// amounts in three spellings; times in several layouts; tz as an offset or a
// name; 401 for a project that the token cannot reach; 403 without the rights to
// chargebacks and fraud; a pause between two requests that each ask for an interval
// of more than 180 days.
//
// Not documented, and chosen here: operations come by the time of their last
// update, earliest first, see [WithNewestFirst]. That time is
// OperationCompletedAt, or OperationCreatedAt if that is zero, until
// [Server.Update] changes it. Both ends of a period belong to it. A chargeback
// that does not exist is an empty array. An unknown payment has no operations.
// Chargebacks match provider_id by the member of that name in their Raw.
//
// # Rows that move
//
// The service selects operations by the time of their last update, so rows leave
// an interval during pagination. [WithMoves] does the same, and lets rows arrive
// and change place: plain pagination by offset then loses rows.
package ecommpaytest
