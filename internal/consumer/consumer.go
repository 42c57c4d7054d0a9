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

// Operations is the part of [vima.Client] that the functions Succeeded and
// Newest need. It is declared where it is used, so that a test can replace it.
// A *vima.Client is an Operations.
type Operations interface {
	ListOperations(context.Context, vima.ListOperationsParams, ...vima.CallOption) (*vima.OperationPage, error)
	AllOperations(context.Context, vima.ListOperationsParams, ...vima.CallOption) iter.Seq2[*vima.Operation, error]
}

var _ Operations = (*vima.Client)(nil)

// ErrKey is what Succeeded returns if the provider does not accept the client's
// key (vima.ErrUnauthorized). Calling again does not help: correct the key.
var ErrKey = errors.New("consumer: the key is not accepted")

// Succeeded counts the operations of a project whose current status is success.
// project is for example vima.ProjectMonetix; "" means all projects. Succeeded
// reads all pages. It returns 0 and ErrKey for a refused key. For any other
// error of AllOperations it returns 0 and an error that wraps it.
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

// Newest returns the newest operations of a project, at most 10, the newest
// first. project is for example vima.ProjectMonetix; "" means all projects.
// Rows that do not decode are left out. The slice is empty if there are none.
// With an error it is nil, and the error wraps the error of ListOperations.
func Newest(ctx context.Context, api Operations, project string) ([]*vima.Operation, error) {
	page, err := api.ListOperations(ctx, vima.ListOperationsParams{Project: project, Count: 10, Descending: true})
	if err != nil {
		return nil, fmt.Errorf("consumer: %w", err)
	}
	return page.Operations, nil
}
