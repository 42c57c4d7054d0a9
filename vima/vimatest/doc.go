// Package vimatest is a fake Vima/Finmar collector for tests: a server in this
// process that holds operations in memory and answers like the live service, as far as
// the service is known, with its faults and oddities.
//
//	srv := vimatest.NewServer()
//	defer srv.Close()
//	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 250, Seed: 1})...)
//	client, err := vima.NewClient(srv.URL(), vimatest.DefaultCredentials())
//
// # What is known, and what is not
//
// Much of the live service's behaviour is unknown, so the server is strict: a doubtful
// request should fail in a test rather than in production. A request needs exactly one
// credential; otherwise the server refuses it with 401. With 400 the server refuses
// unknown, repeated or empty parameters, malformed dates, a count outside 1 to 100, a
// descending other than true or false, cursors that are not numbers, and combinations
// that the documentation leaves undefined (both cursors, a cursor with
// descending=true, date with from or to, from after to). The JSON bodies of these
// refusals are this package's own. The bodies of the live service are not documented,
// so a test should not depend on them.
//
// Also unknown, and chosen here: without count a page has 100 operations; status
// selects by current_status; date, from and to select UTC days of
// operation_created_at, both ends included, and one end alone is allowed.
// [WithDayZone], [WithShortDays] and [WithIgnoredDate] choose other days, and
// [WithInclusiveCursor] makes the operation at a cursor part of the answer.
//
// # Order
//
// Operations come in the order of operation_create_id, with descending=true from the
// highest down. With from_operation_update_id they come in the order of
// operation_update_id, each once, in its newest version; a cursor of 0 begins at the
// first change. [WithLateRows] makes operations appear behind a cursor that has passed
// them.
//
// # Time
//
// The server's time is the time of its newest operation, until [Server.Advance] or
// [WithClock] moves the clock.
package vimatest
