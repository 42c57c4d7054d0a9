// Package vimatest is a Vima/Finmar collector for tests: a server in this
// process that holds operations in memory and answers like the live service, as far as
// that is known, faults and oddities included.
//
//	srv := vimatest.NewServer()
//	defer srv.Close()
//	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 250, Seed: 1})...)
//	client, err := vima.NewClient(srv.URL(), vimatest.DefaultCredentials())
//
// # What is known, and what is not
//
// The server is strict, because much of the live service's behaviour is unknown
// and a test should find out, rather than production. A request needs exactly
// one credential, else it is refused with 401. Unknown, repeated or empty
// parameters, malformed dates, a count outside 1 to 100, a descending other than
// true or false, cursors that are no numbers, and combinations that the
// documentation leaves undefined (both cursors, a cursor with descending=true,
// date with from or to, from after to) are refused with 400. The JSON bodies of
// these refusals are this package's own: those of the live service are not
// documented, and a test should not depend on them.
//
// Also unknown, and chosen here: without count a page has 100 operations;
// status selects by current_status; date, from and to select UTC days of
// operation_created_at, both ends included, and one end alone is allowed;
// [WithDayZone], [WithShortDays] and [WithIgnoredDate] choose otherwise.
// Whether a cursor's own operation is part of the answer is a setting:
// [WithInclusiveCursor].
//
// # Order
//
// Operations come by operation_create_id; by operation_update_id where
// from_operation_update_id is given, and then each once, at its newest version;
// with descending=true from the highest operation_create_id down. The stream of
// changes is read from its beginning with a cursor of 0.
//
// # Faults
//
// [Server.Inject] makes requests fail; see [Fault] and [AllFaults]. [WithLateRows]
// makes operations appear behind a cursor that has passed them, and
// [WithPageLimit] makes pages shorter than asked for.
//
// # Time
//
// The server's time is the time of its newest operation, until [Server.Advance] or
// [WithClock] move it. [InMemory] is for tests inside testing/synctest.
//
// # A test
//
// This test passes as it stands:
//
//	package shop_test
//
//	import (
//		"testing"
//
//		"github.com/payclients/payclients-go/vima"
//		"github.com/payclients/payclients-go/vima/vimatest"
//	)
//
//	func TestAllOperationsComeInSpiteOfA503(t *testing.T) {
//		srv := vimatest.Run(t) // closed at the end of the test
//		srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 250, Seed: 1})...)
//		srv.Inject(vimatest.Fault{Status: 503}) // once
//
//		client, err := vima.NewClient(srv.URL(), vimatest.DefaultCredentials())
//		if err != nil {
//			t.Fatal(err)
//		}
//		n := 0
//		for _, err := range client.AllOperations(t.Context(), vima.ListOperationsParams{}) {
//			if err != nil {
//				t.Fatal(err)
//			}
//			n++
//		}
//		if n != 250 {
//			t.Errorf("%d operations, want 250", n)
//		}
//	}
package vimatest
