package vima_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// keyring is where a service keeps its key.
type keyring struct{ keys []string }

func (v *keyring) Credentials(_ context.Context, rejected vima.Credentials) (vima.Credentials, error) {
	if rejected.APIKey != "" { // a 401: the next key, if there is one
		v.keys = v.keys[1:]
	}
	return vima.Credentials{APIKey: v.keys[0]}, nil
}

func ExampleWithCredentialSource() {
	srv := fake()
	defer srv.Close()
	keys := &keyring{keys: []string{"last-year", vimatest.DefaultAPIKey}}
	client, err := vima.NewClient(srv.URL(), nil, vima.WithCredentialSource(keys))
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.ListOperations(context.Background(), vima.ListOperationsParams{Count: 10})
	fmt.Println(len(page.Operations), "operations,", len(srv.Requests()), "attempts", err)
	// Output: 10 operations, 2 attempts <nil>
}

// A first copy of a long history, by four workers. Ranges is stored with each page: a
// later run goes on there by RangesParams.At.
func ExampleClient_OperationPagesByRange() {
	srv := vimatest.NewServer()
	defer srv.Close()
	first := vima.Date{Year: 2026, Month: time.January, Day: 1}
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 2000, Seed: 1, From: first, Days: 31})...)

	ctx := context.Background()
	client := connect(srv)
	stored, newest := 0, 0
	var ranges vima.OperationRanges
	for page, err := range client.OperationPagesByRange(ctx, vima.RangesParams{From: first, Workers: 4}) {
		if err != nil {
			log.Fatal(err)
		}
		stored += len(page.Operations)
		ranges = page.Ranges
	}
	for _, err := range client.AllOperations(ctx, vima.ListOperationsParams{AfterCreateID: ranges.Tail.After}) {
		if err != nil {
			log.Fatal(err)
		}
		newest++
	}
	fmt.Println(stored, "operations by ranges,", newest, "behind them")
	// Output: 1936 operations by ranges, 64 behind them
}

func ExampleParseDate() {
	day, err := vima.ParseDate("2026-01-15")
	fmt.Println(day.AddDays(20), err)
	_, err = vima.ParseDate("15.01.2026")
	fmt.Println(err)
	// Output:
	// 2026-02-04 <nil>
	// vima: invalid request: date: must be a day of the calendar as YYYY-MM-DD
}

func ExampleDate_MarshalText() {
	day := vima.Date{Year: 2026, Month: time.January, Day: 15}
	text, err := json.Marshal(map[string]vima.Date{"day": day})
	fmt.Println(string(text), err)
	// Output: {"day":"2026-01-15"} <nil>
}

func ExampleDate_UnmarshalText() {
	var day vima.Date
	err := json.Unmarshal([]byte(`"2026-01-15"`), &day)
	fmt.Println(day, err)
	// Output: 2026-01-15 <nil>
}

// As ListOperations sends a day; go-querystring calls it.
func ExampleDate_EncodeValues() {
	values := url.Values{}
	err := vima.Date{Year: 2026, Month: time.January, Day: 15}.EncodeValues("date", &values)
	fmt.Println(values.Encode(), err)
	// Output: date=2026-01-15 <nil>
}
