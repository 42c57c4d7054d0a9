package vimatest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

var january = vima.Date{Year: 2026, Month: time.January, Day: 15}

// serve starts a collector with three operations of one day.
func serve(opts ...vimatest.Option) *vimatest.Server {
	srv := vimatest.NewServer(opts...)
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 3, Seed: 1, From: january})...)
	return srv
}

// listed returns the ids of one page.
func listed(srv *vimatest.Server, auth vima.Authenticator, p vima.ListOperationsParams) (ids []string, err error) {
	client, err := vima.NewClient(srv.URL(), auth)
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.ListOperations(context.Background(), p)
	if err != nil {
		return nil, err
	}
	for _, o := range page.Operations {
		ids = append(ids, o.OperationCreateID)
	}
	return ids, nil
}

func ExampleWithAPIKey() {
	srv := serve(vimatest.WithAPIKey("this-year"))
	defer srv.Close()
	for _, key := range []string{"last-year", "this-year"} {
		_, err := listed(srv, vima.APIKey(key), vima.ListOperationsParams{})
		fmt.Println(errors.Is(err, vima.ErrUnauthorized))
	}
	// Output:
	// true
	// false
}

func ExampleWithBasicAuth() {
	srv := serve(vimatest.WithBasicAuth("reader", "password"))
	defer srv.Close()
	ids, err := listed(srv, vima.BasicAuth("reader", "password"), vima.ListOperationsParams{})
	fmt.Println(len(ids), err)
	// Output: 3 <nil>
}

func ExampleWithPageLimit() {
	srv := serve(vimatest.WithPageLimit(2))
	defer srv.Close()
	ids, err := listed(srv, vimatest.DefaultCredentials(), vima.ListOperationsParams{Count: 100})
	fmt.Println(len(ids), err)
	// Output: 2 <nil>
}

// Nobody knows which of the two the live service does; walks are right with both.
func ExampleWithInclusiveCursor() {
	for _, inclusive := range []bool{false, true} {
		srv := serve(vimatest.WithInclusiveCursor(inclusive))
		all, err := listed(srv, vimatest.DefaultCredentials(), vima.ListOperationsParams{})
		if err != nil {
			log.Fatal(err)
		}
		after, err := listed(srv, vimatest.DefaultCredentials(), vima.ListOperationsParams{AfterCreateID: all[0]})
		fmt.Println(len(all), len(after), err)
		srv.Close()
	}
	// Output:
	// 3 2 <nil>
	// 3 3 <nil>
}

func ExampleWithEnvelope() {
	srv := serve(vimatest.WithEnvelope()) // {"operations":[…]}
	defer srv.Close()
	ids, err := listed(srv, vimatest.DefaultCredentials(), vima.ListOperationsParams{})
	fmt.Println(len(ids), err)
	// Output: 3 <nil>
}

// Every second row comes a day late, behind cursors that have passed it.
func ExampleWithLateRows() {
	srv := serve(vimatest.WithLateRows(2, 24*time.Hour))
	defer srv.Close()
	for range 2 {
		ids, err := listed(srv, vimatest.DefaultCredentials(), vima.ListOperationsParams{})
		fmt.Println(len(ids), err)
		srv.Advance(48 * time.Hour)
	}
	// Output:
	// 2 <nil>
	// 3 <nil>
}

// seedMidnight adds an operation of the last half second of the day.
func seedMidnight(srv *vimatest.Server) {
	srv.Seed(&vima.Operation{OperationID: "9", OperationCreatedAt: january.AddDays(1).Time().Add(-time.Second / 2)})
}

func ExampleWithDayZone() {
	srv := vimatest.NewServer(vimatest.WithDayZone(time.FixedZone("UZT", 5*60*60)))
	defer srv.Close()
	seedMidnight(srv)
	for _, day := range []vima.Date{january, january.AddDays(1)} {
		ids, err := listed(srv, vimatest.DefaultCredentials(), vima.ListOperationsParams{Date: day})
		fmt.Println(day, len(ids), err)
	}
	// Output:
	// 2026-01-15 0 <nil>
	// 2026-01-16 1 <nil>
}

func ExampleWithShortDays() {
	srv := vimatest.NewServer(vimatest.WithShortDays())
	defer srv.Close()
	seedMidnight(srv)
	for _, p := range []vima.ListOperationsParams{{Date: january}, {Date: january.AddDays(1)}, {}} {
		ids, err := listed(srv, vimatest.DefaultCredentials(), p)
		fmt.Println(len(ids), err)
	}
	// Output:
	// 0 <nil>
	// 0 <nil>
	// 1 <nil>
}

func ExampleWithIgnoredDate() {
	srv := serve(vimatest.WithIgnoredDate())
	defer srv.Close()
	ids, err := listed(srv, vimatest.DefaultCredentials(), vima.ListOperationsParams{Date: january.AddDays(7)})
	fmt.Println(len(ids), err)
	// Output: 3 <nil>
}
