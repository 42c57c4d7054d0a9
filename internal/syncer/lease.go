package syncer

import (
	"context"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
)

type leaseStatements struct{ take, leave string }

func (s *Store) leaseStatements() leaseStatements {
	now := s.Dialect.Now()
	return leaseStatements{
		take: s.Dialect.Bind(`INSERT INTO sync_lease (source, stream, holder, until_millis) VALUES (?, ?, ?, ` + now + ` + ?)
ON CONFLICT (source, stream) DO UPDATE SET holder = excluded.holder, until_millis = excluded.until_millis
WHERE sync_lease.holder = excluded.holder OR sync_lease.until_millis <= ` + now),
		leave: s.Dialect.Bind(`DELETE FROM sync_lease WHERE source = ? AND stream = ? AND holder = ?`),
	}
}

// Take asks for the lease of the stream. holder is any string; each process needs
// its own. There are three cases:
//
//   - No other holder has the lease, or it has expired: holder has the lease for
//     the duration d from now, and Take returns true. Take also extends the lease
//     of holder in this way.
//   - Another holder has the lease, and it has not expired: Take changes nothing
//     and returns false and nil.
//   - An error of ctx or of the database: Take returns it with false. It does not
//     retry.
//
// The time of expiry is by the database's clock, and d is cut to whole
// milliseconds. A lease with d of 0 or less has expired at once.
func (s *Store) Take(ctx context.Context, stream, holder string, d time.Duration) (bool, error) {
	result, err := s.DB.ExecContext(ctx, s.lease.take, s.Source, stream, holder, d.Milliseconds())
	if err != nil {
		return false, fmt.Errorf("take the lease: %w", cause.Hide(ctx, err))
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("take the lease: %w", err)
	}
	return n > 0, nil
}

// Leave ends the lease of the stream if holder has it. If another holder or nobody
// has it, or the stream is unknown, Leave does nothing and returns nil. It returns
// the errors of ctx and of the database, and does not retry.
func (s *Store) Leave(ctx context.Context, stream, holder string) error {
	if _, err := s.DB.ExecContext(ctx, s.lease.leave, s.Source, stream, holder); err != nil {
		return fmt.Errorf("end the lease: %w", err)
	}
	return nil
}
