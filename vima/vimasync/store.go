package vimasync

import (
	"context"
	"database/sql"
	"embed"
	"fmt"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

// State is where a stream has got to: a JSON text of this package, opaque to a
// Store. The next version of this module reads what this one wrote.
type State string

// Checkpoint is a State with the number of commits that led to it. The zero
// Checkpoint is a stream before its first commit.
type Checkpoint struct {
	Version int64
	State   State
}

// Store keeps operations and checkpoints. [SQLStore] is one; write another to
// keep operations elsewhere.
type Store interface {
	// Load gives the checkpoint of a stream, the zero value before the first
	// commit.
	Load(ctx context.Context, stream string) (Checkpoint, error)
	// Commit stores rows, the rows that did not decode, and a checkpoint with
	// state next and a version one above that of from; or nothing at all.
	//
	// If the stream's checkpoint is not at from.Version any more, it stores
	// nothing and its error matches ErrFenced. A row whose stored
	// OperationUpdateID is the same or higher is not stored again: rows come
	// more than once, and not in the order of their versions. CompareCursors
	// compares them. rows and bad may both be empty.
	Commit(ctx context.Context, stream string, from Checkpoint, next State, rows []*vima.Operation, bad []vima.BadRow) (Checkpoint, error)
}

// SQLStore is a Store in PostgreSQL or SQLite, by database/sql. It is safe for
// concurrent use.
type SQLStore struct {
	engine  *syncer.Store
	options storeOptions
}

//go:embed migrations
var migrations embed.FS

// NewSQLStore checks its arguments and does no I/O. The driver is the caller's:
// jackc/pgx and modernc.org/sqlite are what this package is tested with. Call
// [SQLStore.Migrate] before anything else.
//
// SQLite needs a busy timeout, because it has one writer at a time, and wants the
// write-ahead log. With modernc.org/sqlite:
//
//	file:vima.db?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)
//
// With synchronous(NORMAL) a loss of power may take the last commits, rows,
// checkpoint and what OnApply wrote together, and the next pass makes them again.
// Any size of the pool is right. Everything that is wrong is reported in one
// error, which is ErrInvalidRequest.
func NewSQLStore(db *sql.DB, d Dialect, opts ...StoreOption) (*SQLStore, error) {
	var o storeOptions
	for _, opt := range opts {
		opt(&o)
	}
	config := syncer.Config{DB: db, Dialect: syncer.Dialect(d), Source: "vima", Table: table(), Migrations: migrations}
	if faults := config.Faults(); len(faults) > 0 {
		return nil, invalid(faults...)
	}
	return &SQLStore{engine: syncer.NewStore(config), options: o}, nil
}

// Migrate creates the tables that are missing: vima_operations, and sync_state,
// sync_rejects, sync_lease and sync_migrations, which the sync packages share.
// It may run at every start and in any number of processes at once. On
// PostgreSQL the tables are those of the connection's search_path, and the role
// needs CREATE on that schema also where no table is missing: a service whose
// role may only read and write leaves Migrate to its deployment.
func (s *SQLStore) Migrate(ctx context.Context) error {
	if err := s.engine.Migrate(ctx); err != nil {
		return fmt.Errorf("vimasync: migrate: %w", err)
	}
	return nil
}

// Load reads the checkpoint of a stream.
func (s *SQLStore) Load(ctx context.Context, stream string) (Checkpoint, error) {
	version, state, err := s.engine.Load(ctx, stream)
	if err != nil {
		return Checkpoint{}, failure(stream, err)
	}
	return Checkpoint{Version: version, State: State(state)}, nil
}

// Commit stores rows, bad rows and the checkpoint in one transaction. It first
// moves the checkpoint, which is ErrFenced where another process has done that,
// and then inserts rows that are new and updates those whose stored
// OperationUpdateID is lower. Both ids are compared as numbers; a row whose ids
// are no numbers of 63 bits is ErrInvalidRequest.
//
// After an error other than these two nobody knows whether it was stored: Load
// tells.
func (s *SQLStore) Commit(ctx context.Context, stream string, from Checkpoint, next State, rows []*vima.Operation, bad []vima.BadRow) (Checkpoint, error) {
	change := syncer.Change{Stream: stream, From: from.Version, State: string(next)}
	operations := make([]*vima.Operation, len(rows))
	for i, o := range rows {
		id, version, err := keys(o)
		if err != nil {
			return Checkpoint{}, invalid(fmt.Sprintf("rows[%d]: %v", i, err))
		}
		operations[i] = s.options.mapped(o)
		change.Rows = append(change.Rows, syncer.Row{ID: id, Version: version, Values: s.options.values(operations[i])})
	}
	for _, b := range bad {
		change.Rejects = append(change.Rejects, syncer.Reject{
			Raw: b.Raw, Keep: s.options.raw(), ID: field(b, "operation_id"), Reason: reason(b),
		})
	}
	if apply := s.options.onApply; apply != nil {
		change.Applied = func(ctx context.Context, tx *sql.Tx, i int) error { return apply(ctx, tx, operations[i]) }
	}
	if _, err := s.engine.Commit(ctx, change); err != nil {
		return Checkpoint{}, failure(stream, err)
	}
	return Checkpoint{Version: from.Version + 1, State: next}, nil
}

func reason(b vima.BadRow) string {
	if b.Err == nil {
		return "unknown"
	}
	return b.Err.Error()
}
