// Package ecommpaytest is an ecommpay Data API for tests: a server in this
// process that holds operations, chargebacks, fraud reports and balances in memory and
// answers like the live service, as far as that is known, faults and oddities
// included.
//
//	srv := ecommpaytest.NewServer()
//	defer srv.Close()
//	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 2500, Seed: 1})...)
//	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
//
// # What is known, and what is not
//
// Every request must have the token and a signature that is right, else it is
// refused with 401; every answer is signed, refusals are not. The server is
// strict, because much of the live service's behaviour is unknown and a test
// should find out, rather than production: unknown members, members of a wrong
// kind, unknown fields, limits and periods that are out of range are refused with
// 400. Refusals have the documented shape; their texts are this package's own.
//
// Documented and done: both shapes of periods and of paging, filters as one
// value, as an array or as a text with commas, ids as text or as number, amounts
// in three spellings, times in several layouts, tz as an offset or a name, 401
// for a project out of reach, 403 without the rights to chargebacks and fraud,
// and the pause between requests with an interval of more than 180 days.
//
// Unknown, and chosen here: operations come by the time of their last update, the
// earliest first, see [WithNewestFirst]; that time is OperationCompletedAt, or
// OperationCreatedAt where there is none, until [Server.Update] changes it. Both
// ends of a period belong to it. A chargeback that does not exist is an empty
// array. An unknown payment has no operations. Chargebacks are selected by
// provider_id where their Raw has such a member.
//
// # Rows that move
//
// The service selects operations by the time of their last update, so that rows
// leave an interval while it is paged through. [WithMoves] does that, and lets
// rows arrive and change place: a plain walk by offset then loses some.
//
// # Faults
//
// [Server.Inject] makes requests fail; see [Fault] and [AllFaults].
// [WithPageLimit] makes pages shorter than asked for. [InMemory] is for tests
// inside testing/synctest.
//
// # A test
//
// This test passes as it stands:
//
//	package shop_test
//
//	import (
//		"errors"
//		"testing"
//
//		"github.com/payclients/payclients-go/ecommpay"
//		"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
//	)
//
//	func TestUnsignedAnswersAreRefused(t *testing.T) {
//		srv := ecommpaytest.Run(t, ecommpaytest.WithoutSignatures()) // closed at the end of the test
//		client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
//		if err != nil {
//			t.Fatal(err)
//		}
//		if _, err := client.Balances(t.Context()); !errors.Is(err, ecommpay.ErrBadSignature) {
//			t.Errorf("%v, want ErrBadSignature", err)
//		}
//	}
package ecommpaytest
