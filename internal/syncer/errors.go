package syncer

import (
	"errors"
	"fmt"

	"github.com/payclients/payclients-go/internal/sqldb"
)

var (
	// ErrFenced is the error of Store.Commit if the checkpoint is not at the
	// version that the caller has read, because another commit has moved it.
	// Nothing was stored. The caller may load the checkpoint again and continue
	// from there.
	ErrFenced = errors.New("the checkpoint has moved on")
	// ErrSchema is sqldb.ErrSchema: Store.Migrate found a table that this module
	// cannot write to.
	ErrSchema = sqldb.ErrSchema
	// ErrLeaseLost is the [context.Cause] of a pass's context after the lease was
	// lost: another process holds the lease, or the lease could not be renewed
	// before it expired. See [Loop].
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
