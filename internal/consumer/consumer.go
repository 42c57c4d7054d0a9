// Package consumer uses the clients as a service in another module does: what
// compiles here compiles for users. Its import path is outside of this module, so
// that it cannot import an internal package.
package consumer

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/payclients/payclients-go/vima"
)

// Operations is the part of [vima.Client] that this service needs, declared where
// it is used so that a test can replace it.
type Operations interface {
	ListOperations(context.Context, vima.ListOperationsParams, ...vima.CallOption) (*vima.OperationPage, error)
	AllOperations(context.Context, vima.ListOperationsParams, ...vima.CallOption) iter.Seq2[*vima.Operation, error]
}

var _ Operations = (*vima.Client)(nil)

// ErrKey reports that the provider does not accept the key.
var ErrKey = errors.New("consumer: the key is not accepted")

// Succeeded returns the number of a project's operations that succeeded.
func Succeeded(ctx context.Context, api Operations, project string) (int, error) {
	count := 0
	for op, err := range api.AllOperations(ctx, vima.ListOperationsParams{Project: project}) {
		if errors.Is(err, vima.ErrUnauthorized) {
			return 0, ErrKey
		}
		if err != nil {
			return 0, fmt.Errorf("consumer: %w", err)
		}
		if op.CurrentStatus == vima.StatusSuccess {
			count++
		}
	}
	return count, nil
}

// Newest returns one page of the newest operations, at most 10.
func Newest(ctx context.Context, api Operations, project string) ([]*vima.Operation, error) {
	page, err := api.ListOperations(ctx, vima.ListOperationsParams{Project: project, Count: 10, Descending: true})
	if err != nil {
		return nil, fmt.Errorf("consumer: %w", err)
	}
	return page.Operations, nil
}
