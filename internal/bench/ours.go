package main

import (
	"context"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// syncOurs reads all operations and drops them.
func syncOurs(ctx context.Context, endpoint string) (int, error) {
	return syncAhead(ctx, endpoint, 0)
}

// syncPrefetch is syncOurs with the next page fetched meanwhile.
func syncPrefetch(ctx context.Context, endpoint string) (int, error) {
	return syncAhead(ctx, endpoint, 1)
}

func syncAhead(ctx context.Context, endpoint string, ahead int) (int, error) {
	client, err := vima.NewClient(endpoint, vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		return 0, err
	}
	n := 0
	for o, err := range client.AllOperations(ctx, vima.ListOperationsParams{}, vima.Prefetch(ahead)) {
		if err != nil {
			return n, err
		}
		if o.OperationID != "" {
			n++
		}
	}
	return n, nil
}

// paceOurs reads all operations, day by day with several workers.
func paceOurs(ctx context.Context, endpoint string, workers int) (int, error) {
	client, err := vima.NewClient(endpoint, vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		return 0, err
	}
	n := 0
	for page, err := range client.OperationPagesByDay(ctx, firstDay, lastDay, workers, vima.ListOperationsParams{}) {
		if err != nil {
			return n, err
		}
		n += len(page.Operations)
	}
	return n, nil
}
