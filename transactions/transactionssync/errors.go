package transactionssync

import (
	"errors"
	"fmt"
	"strings"

	"github.com/payclients/payclients-go/internal/syncer"
)

// The sentinels of this package, for errors.Is. Those of package transactions
// come through as well.
var (
	// ErrInvalidRequest is bad input, found before any request, or a stream that
	// was begun with a later From. The text names the field and the rule.
	ErrInvalidRequest = errors.New("transactionssync: invalid request")
	// ErrFenced is a commit that came too late: another process has moved the
	// stream on, and nothing was stored. It is what keeps rows from being
	// applied twice, and no reason for an alert: the next pass goes on from
	// where the other process is.
	ErrFenced = errors.New("transactionssync: another process has moved on")
	// ErrRejected ends a pass that met rows that do not decode. Everything else
	// was stored, and the rows are in sync_rejects.
	ErrRejected = errors.New("transactionssync: rows were rejected")
)

func invalid(faults ...string) error {
	return fmt.Errorf("%w: %s", ErrInvalidRequest, strings.Join(faults, "; "))
}

// failure names the package and the stream of an error from the store.
func failure(stream string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syncer.ErrFenced):
		return fmt.Errorf("%w: stream %q", ErrFenced, stream)
	case errors.Is(err, syncer.ErrLeaseLost):
		return fmt.Errorf("%w: stream %q: it holds the lease", ErrFenced, stream)
	default:
		return fmt.Errorf("transactionssync: stream %q: %w", stream, err)
	}
}
