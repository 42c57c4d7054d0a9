// Package transactionstest is a fake transactions service for tests: a server in this
// process that holds transactions in memory and answers like a standard JHipster
// service, with its oddities.
//
//	srv := transactionstest.NewServer()
//	defer srv.Close()
//	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 250, Seed: 1})...)
//	client, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials())
//
// # The filter language
//
// The server has its own parser and evaluator, which follow the framework and share
// nothing with the client:
//
//   - Unknown fields and operations do nothing.
//   - Of several operations on a string, only the first of equals, in, notIn, contains,
//     doesNotContain, notEquals and specified counts; on a boolean or name likewise,
//     without the two for strings. On a number or time equals counts alone, without it
//     in counts alone, and without both all others count.
//   - NULL meets specified=false and nothing else.
//   - contains is LIKE without regard to case, with the wildcards % and _ and the escape
//     \. equals compares bytes; [WithLooseTexts] compares as some databases do.
//   - A list in one parameter is split at its commas and trimmed. A list in several
//     parameters is taken as it is.
//   - Numbers may have spaces, a plus sign or 0x; booleans may be on, yes and 1; an
//     instant may be a number of milliseconds. An empty value does nothing, except for
//     strings.
//   - A value that does not convert is refused with 400 and a problem that contains the
//     value.
//
// [Understand] returns what the server makes of a query.
//
// A value of an enumeration is refused if it cannot be the name of a constant; the
// constants of the live service are not documented. distinct does nothing, since no
// tables are joined. An empty list matches nothing; what the live service does with it
// is undefined.
//
// # Pages
//
// page counts from 0; a negative page and garbage are 0. size is 20, also for garbage,
// and never above 2000: [WithPageLimit]. sort accepts all columns, also columns without
// criteria; an unknown column is an error 500. NULL comes last, and first in a
// descending order. Without sort, rows come in the order in which they were written, a
// changed row last. The server sends X-Total-Count and Link, the latter with an address
// that clients cannot reach. [WithShape] sets the form of an answer.
//
// # Time
//
// The server's time stands still and moves by a millisecond with each change;
// [WithClock] and [Server.Advance] move it otherwise. Tokens expire by the machine's
// time, or when [Server.ExpireTokens] is called. The Date header is the machine's time
// too, and TransactionPage.NextModified does not go beyond it.
//
// # Rows that come and change
//
// [WithArrivals], [WithUpdates] and [WithBeforeList] change the table while a client
// reads it, and [WithLateRows] makes rows appear behind an iteration that has passed.
package transactionstest
