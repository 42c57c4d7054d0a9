package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// temporary is a journal on a SQLite file, with a fake that it pays through.
func temporary(ctx context.Context) (journal *finikjournal.Journal, client *finik.Client, srv *finiktest.Server, remove func()) {
	srv = finiktest.NewServer()
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "finikjournal")
	if err != nil {
		log.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(dir, "payouts.db"))+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
	if err != nil {
		log.Fatal(err)
	}
	journal, err = finikjournal.New(db, finikjournal.SQLite, "acme-salaries-test", finikjournal.Plain())
	if err != nil {
		log.Fatal(err)
	}
	if err := journal.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	return journal, client, srv, func() {
		srv.Close()
		_ = db.Close()
		_ = os.RemoveAll(dir)
	}
}

func salary(reference, phone string) finikjournal.Payout {
	return finikjournal.Payout{
		Reference: reference, Account: finiktest.DefaultAccountID, User: finiktest.DefaultUserID, Service: finiktest.ServiceFinik,
		Fields: finik.Fields{"phone": phone, "amount": "1500.00"},
	}
}

// Monthly payouts have the month in their references: each month is paid once, however
// often it is added and run.
func Example_finikjournalMonthly() {
	ctx := context.Background()
	journal, client, _, remove := temporary(ctx)
	defer remove()
	for _, month := range []string{"2026-01", "2026-01", "2026-02"} {
		_, added, err := journal.Add(ctx, nil, salary("salary-"+month+"-17", finiktest.DefaultPhone))
		if err != nil {
			log.Fatal(err)
		}
		result, err := journal.Run(ctx, client, finikjournal.Params{})
		fmt.Println(month, "added:", added, "paid:", result.Paid, err)
	}
	// Output:
	// 2026-01 added: true paid: 1 <nil>
	// 2026-01 added: false paid: 0 <nil>
	// 2026-02 added: true paid: 1 <nil>
}

// A known reference is one payment for ever: Add returns its end. The same reference
// with another content is refused.
func Example_finikjournalKnown() {
	ctx := context.Background()
	journal, client, _, remove := temporary(ctx)
	defer remove()
	payout := salary("bonus-17", finiktest.DefaultPhone)
	if _, _, err := journal.Add(ctx, nil, payout); err != nil {
		log.Fatal(err)
	}
	if _, err := journal.Run(ctx, client, finikjournal.Params{}); err != nil {
		log.Fatal(err)
	}
	e, added, err := journal.Add(ctx, nil, payout)
	fmt.Println(e.Reference, e.State, e.Amount, added, err)
	payout.Fields["amount"] = "1600.00"
	_, _, err = journal.Add(ctx, nil, payout)
	fmt.Println(err)
	// Output:
	// bonus-17 paid 1500.00 false <nil>
	// finikjournal: the reference has another payout: bonus-17
}

// A payout that has failed is paid by Reissue, once, under a new reference.
func Example_finikjournalReissue() {
	ctx := context.Background()
	journal, client, srv, remove := temporary(ctx)
	defer remove()
	const phone = "+996000000002" // whom the service does not know yet
	if _, _, err := journal.Add(ctx, nil, salary("bonus-18", phone)); err != nil {
		log.Fatal(err)
	}
	result, err := journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println("failed:", result.Failed, err)

	srv.AddRecipient(finiktest.Recipient{ServiceID: finiktest.ServiceFinik, Value: phone})
	why := finikjournal.Act{By: "clerk@example.com", Reason: "the recipient has opened an account"}
	for range 2 {
		e, err := journal.Reissue(ctx, nil, "bonus-18", "bonus-18-again", why)
		fmt.Println(e.Reference, "in place of", e.ReissueOf, err)
	}
	result, err = journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println("paid:", result.Paid, err)
	// Output:
	// failed: 1 <nil>
	// bonus-18-again in place of bonus-18 <nil>
	// bonus-18-again in place of bonus-18 <nil>
	// paid: 1 <nil>
}
