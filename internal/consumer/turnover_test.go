package consumer_test

import (
	"errors"
	"maps"
	"net/url"
	"testing"
	"time"

	"example.com/consumer"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func TestTurnover(t *testing.T) {
	t.Parallel()
	srv := transactionstest.NewServer()
	t.Cleanup(srv.Close)
	day := time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC)
	for i, status := range []transactions.Status{transactions.StatusSuccess, transactions.StatusSuccess, "FAILED"} {
		srv.Seed(&transactions.Transaction{
			ID: int64(i + 1), Date: day.Add(time.Duration(i) * time.Hour), Status: status,
			RequestAmount: new(int64(100_000)), RequestCcy: new(int32(860)),
		})
	}
	client, err := transactions.NewClient(srv.URL(), transactions.StaticToken(transactionstest.DefaultToken))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := consumer.Turnover(t.Context(), client, day, url.Values{"status.equals": {"SUCCESS"}})
	if want := map[int32]int64{860: 200_000}; err != nil || !maps.Equal(sums, want) {
		t.Errorf("Turnover = %v, %v; want %v", sums, err, want)
	}
	_, err = consumer.Turnover(t.Context(), client, day, url.Values{"statsu.equals": {"SUCCESS"}})
	if !errors.Is(err, transactions.ErrInvalidRequest) {
		t.Errorf("Turnover = %v; want ErrInvalidRequest for a name that does not exist", err)
	}
}
