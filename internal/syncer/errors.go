package syncer

import (
	"errors"
	"fmt"

	"github.com/payclients/payclients-go/internal/sqldb"
)

var (
	// ErrFenced reports a commit that came too late: the checkpoint has moved
	// since it was read. Nothing was stored.
	ErrFenced = errors.New("the checkpoint has moved on")
	// ErrSchema is sqldb.ErrSchema.
	ErrSchema = sqldb.ErrSchema
	// ErrLeaseLost is the cause of a pass's context that ends because another
	// process now holds the lease.
	ErrLeaseLost = errors.New("another process holds the lease")
)

// Both joins two errors with "; ". errors.Is finds both. If one is nil, Both
// returns the other one; if both are nil, it returns nil.
func Both(first, second error) error {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	default:
		return fmt.Errorf("%w; %w", first, second)
	}
}
