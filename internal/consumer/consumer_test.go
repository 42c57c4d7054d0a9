package consumer_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"testing"
	"time"

	"example.com/consumer"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestAgainstTheFake(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	t.Cleanup(srv.Close)
	srv.Seed(
		&vima.Operation{OperationID: "1", OperationCreateID: "1", OperationUpdateID: "1", Project: vima.ProjectMonetix, CurrentStatus: vima.StatusSuccess},
		&vima.Operation{OperationID: "2", OperationCreateID: "2", OperationUpdateID: "2", Project: vima.ProjectMonetix, CurrentStatus: vima.StatusFail},
	)
	client := newClient(t, srv.URL())

	count, err := consumer.Succeeded(t.Context(), client, vima.ProjectMonetix)
	if err != nil || count != 1 {
		t.Errorf("Succeeded = %d, %v; want 1", count, err)
	}
	newest, err := consumer.Newest(t.Context(), client, vima.ProjectMonetix)
	if err != nil || len(newest) != 2 {
		t.Errorf("Newest = %d operations, %v; want 2", len(newest), err)
	}
}

func TestErrorOfTheProvider(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	t.Cleanup(srv.Close)
	srv.Inject(vimatest.Fault{Status: http.StatusForbidden})

	_, err := consumer.Newest(t.Context(), newClient(t, srv.URL()), vima.ProjectMonetix)
	var refusal *vima.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("got %v, want a *vima.Error", err)
	}
	if refusal.StatusCode != http.StatusForbidden || !errors.Is(err, vima.ErrForbidden) {
		t.Errorf("got %v, want status 403 and ErrForbidden", err)
	}
}

func TestFaultsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	if client, err := vima.NewClient("", nil); err == nil || client != nil {
		t.Errorf("NewClient = %v, %v; want an error", client, err)
	}
}

func TestWithoutANetwork(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		api   operations
		count int
		err   error
	}{
		"two":          {api: operations{list: []*vima.Operation{{CurrentStatus: vima.StatusSuccess}, {CurrentStatus: vima.StatusSuccess}}}, count: 2},
		"unauthorised": {api: operations{err: vima.ErrUnauthorized}, err: consumer.ErrKey},
		"cancelled":    {api: operations{err: context.Canceled}, err: context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			count, err := consumer.Succeeded(t.Context(), test.api, "")
			if count != test.count || !errors.Is(err, test.err) {
				t.Errorf("Succeeded = %d, %v; want %d, %v", count, err, test.count, test.err)
			}
		})
	}
}

// operations takes the place of a *vima.Client.
type operations struct {
	list []*vima.Operation
	err  error
}

func (o operations) ListOperations(context.Context, vima.ListOperationsParams, ...vima.CallOption) (*vima.OperationPage, error) {
	return &vima.OperationPage{Operations: o.list}, o.err
}

func (o operations) AllOperations(context.Context, vima.ListOperationsParams, ...vima.CallOption) iter.Seq2[*vima.Operation, error] {
	return func(yield func(*vima.Operation, error) bool) {
		for _, op := range o.list {
			if !yield(op, nil) {
				return
			}
		}
		if o.err != nil {
			yield(nil, o.err)
		}
	}
}

func newClient(t *testing.T, endpoint string) *vima.Client {
	t.Helper()
	client, err := vima.NewClient(endpoint, vima.APIKey(vimatest.DefaultAPIKey), vima.WithTimeout(5*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return client
}
