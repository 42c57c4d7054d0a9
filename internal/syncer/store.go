package syncer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// Config describes a [Store]. All fields are required. [Config.Problems] checks DB
// and Dialect; nothing checks the other fields, which this module's code sets.
type Config struct {
	DB         *sql.DB // the caller closes it
	Dialect    Dialect // kind of DB
	Source     string  // name of the sync package; the streams of different sources are separate
	Table      Table   // where rows go
	Migrations fs.FS   // the result of the function Files; only Migrate reads it
}

// Problems returns messages about fields that are wrong, such as "db: must not be
// nil", and nil if there are none. It checks only DB (not nil) and Dialect (valid):
// the caller of a sync package passes these two.
func (c Config) Problems() []string {
	var problems []string
	if c.DB == nil {
		problems = append(problems, "db: must not be nil")
	}
	if !c.Dialect.Valid() {
		problems = append(problems, "d: must be PostgreSQL or SQLite")
	}
	return problems
}

// Store keeps rows, rejects (rows that could not be stored) and checkpoints of one
// source in a database. A checkpoint is the progress of a stream: a version, which
// each commit increases by 1, and a state, which is a string. [NewStore] makes a
// Store. It is safe for concurrent use. It needs no closing; the caller closes DB.
type Store struct {
	Config
	swap, begin, load, reject string
	lag                       string
	held, replaced            string // statements that read stored rows by id; replaced reads all that Stored has
	insert, conflict          string
	lease                     leaseStatements
}

// Change is what one [Store.Commit] stores.
type Change struct {
	Stream  string   // name of the stream whose checkpoint moves
	From    int64    // version from Store.Load, 0 before the first commit; another version in the database is ErrFenced
	State   string   // state of the next checkpoint
	Rows    []Row    // may be empty
	Rejects []Reject // may be empty
	// CaughtUp is how long ago a pass (one run of the sync) began, if this change
	// ends the pass, the pass has read the stream to its end, and it did not
	// continue a stopped pass. Store.Lag uses it. In all other cases it is 0; a
	// negative value counts as 0.
	CaughtUp time.Duration
	// Commit calls Applied inside its transaction tx, before the COMMIT, once for
	// each row that was inserted or updated, in the order of Rows. i is the index
	// in Rows. replaced is what was stored before; it is nil for a new row. An
	// error of Applied undoes the commit, and Commit returns the error. If Applied
	// is nil, nothing is called.
	Applied func(ctx context.Context, tx *sql.Tx, i int, replaced *Stored) error
}

// Counts says how many rows of a change were inserted, updated or left unchanged. A
// row is left unchanged if it does not replace the stored row, see [Table]. Of
// several rows with one id, at most one is inserted or updated, and the others
// count as unchanged.
type Counts struct{ Inserted, Updated, Unchanged int }

// schema is the number of the tables' layout. Each commit writes it with the
// checkpoint's version, and a trigger requires it: a process of an earlier
// layout, which does not write it, is refused before it has stored anything.
const schema = "2"

// NewStore returns a store for the config c. c.Problems must return nil; NewStore
// does not check this. NewStore does no I/O. Call Migrate before other methods if
// the tables may be missing.
func NewStore(c Config) *Store {
	s := &Store{Config: c}
	s.begin = s.Dialect.Bind(`INSERT INTO sync_state (source, stream, version, state, writer, caught_up_at)
VALUES (?, ?, 1, ?, '` + schema + `/1', ` + s.ago() + `) ON CONFLICT (source, stream) DO NOTHING`)
	s.swap = s.Dialect.Bind(`UPDATE sync_state SET version = version + 1, state = ?, updated_at = ` + s.timestamp() + `,
writer = '` + schema + `/' || (version + 1), caught_up_at = coalesce(` + s.ago() + `, caught_up_at)
WHERE source = ? AND stream = ? AND version = ?`)
	s.lag = s.Dialect.Bind(`SELECT ` + s.micros(s.Dialect.Present()) + ` - ` + s.micros("caught_up_at") + ` FROM sync_state WHERE source = ? AND stream = ?`)
	s.load = s.Dialect.Bind(`SELECT version, state FROM sync_state WHERE source = ? AND stream = ?`)
	s.reject = s.Dialect.Bind(`INSERT INTO sync_rejects (source, stream, digest, row_id, reason, raw) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (source, stream, digest) DO UPDATE SET last_seen = ` + s.timestamp() + `, reason = excluded.reason`)
	s.held = s.heldStatement(s.Table.keys())
	s.replaced = s.heldStatement(append(s.Table.keys(), s.Table.Status, s.Table.Amount, s.Table.Currency))
	s.insert, s.conflict = s.upsertStatement()
	s.lease = s.leaseStatements()
	return s
}

// Load returns the checkpoint of a stream: its version and its state. It returns
// version 0 and state "" before the first commit, also for an unknown stream. It
// returns the errors of ctx and of the database, with 0 and "", and does not retry.
func (s *Store) Load(ctx context.Context, stream string) (version int64, state string, err error) {
	err = s.DB.QueryRowContext(ctx, s.load, s.Source, stream).Scan(&version, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	if err != nil {
		return 0, "", fmt.Errorf("load the checkpoint: %w", cause.Hide(ctx, err))
	}
	return version, state, nil
}

// Commit stores the rows and rejects of the change c, and moves the checkpoint to
// version c.From+1, in one transaction. Unless c.Applied is nil, Commit calls it
// within the transaction for each row that was inserted or updated, after all rows
// are written. Commit returns how many rows were inserted, updated or left
// unchanged. It does not retry.
//
// Commit returns ErrFenced if the checkpoint is not at version c.From, the error of
// c.Applied, and the errors of ctx and of the database. With an error the counts
// are zero and nothing is stored. There is one exception: if the final COMMIT
// fails, either the whole change is stored or nothing. After any error the caller
// may call Load and continue from the checkpoint that Load returns.
func (s *Store) Commit(ctx context.Context, c Change) (Counts, error) {
	counts, err := s.commit(ctx, c)
	return counts, cause.Hide(ctx, err)
}

func (s *Store) commit(ctx context.Context, c Change) (Counts, error) {
	asked := time.Now()
	tx, err := s.DB.BeginTx(ctx, s.Dialect.TxOptions())
	if err != nil {
		return Counts{}, fmt.Errorf("begin a transaction: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after a commit; otherwise there is an error already
	if c.CaughtUp > 0 { // it may have waited for the pool
		c.CaughtUp += time.Since(asked)
	}
	if err := s.fence(ctx, tx, c); err != nil {
		return Counts{}, err
	}
	counts, err := s.store(ctx, tx, c)
	if err != nil {
		return Counts{}, err
	}
	for _, r := range c.Rejects {
		if err := s.storeReject(ctx, tx, c.Stream, r); err != nil {
			return Counts{}, fmt.Errorf("store a row that does not decode: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		if errors.Is(err, sql.ErrTxDone) { // ctx ended the transaction
			err = cmp.Or(ctx.Err(), err)
		}
		return Counts{}, fmt.Errorf("commit: %w", err)
	}
	return counts, nil
}

// Each runs statement outside of a transaction and calls scan for each row. The
// placeholders in statement are ?. Each passes args in the form of
// [sqldb.Dialect.Value], and does not change args; args may be nil. It stops at the
// first error and returns the error unchanged: an error of the query, of reading
// the rows, of ctx or of scan. Without rows it returns nil. Nothing is retried.
func (s *Store) Each(ctx context.Context, statement string, args []any, scan func(*sql.Rows) error) error {
	args = slices.Clone(args)
	for i, arg := range args {
		args[i] = s.Dialect.Value(arg)
	}
	return sqldb.Each(ctx, s.DB, s.Dialect.Bind(statement), args, scan)
}

// fence moves the checkpoint of c.Stream from version c.From to c.From+1, and
// stores c.State and c.CaughtUp in it. If c.From is 0, fence creates the
// checkpoint. The checkpoint stays locked until the transaction tx ends. fence
// returns ErrFenced if the checkpoint is not at c.From, and the errors of ctx and
// of the database.
func (s *Store) fence(ctx context.Context, tx *sql.Tx, c Change) error {
	var ago any
	switch {
	case c.CaughtUp <= 0: // NULL
	case s.Dialect == SQLite: // which uses this machine's clock
		ago = time.Now().Add(-c.CaughtUp).UTC().Format(sqldb.SQLiteTime)
	default:
		ago = c.CaughtUp.Microseconds()
	}
	statement, args := s.swap, []any{c.State, ago, s.Source, c.Stream, c.From}
	if c.From == 0 {
		statement, args = s.begin, []any{s.Source, c.Stream, c.State, ago}
	}
	result, err := tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("move the checkpoint: %w", err)
	}
	moved, err := result.RowsAffected()
	if err != nil {
		return fmt.Errorf("move the checkpoint: %w", err)
	}
	if moved == 0 {
		return ErrFenced
	}
	return nil
}

func (s *Store) store(ctx context.Context, tx *sql.Tx, c Change) (Counts, error) {
	if len(c.Rows) == 0 {
		return Counts{}, nil
	}
	stored, err := s.stored(ctx, tx, c.Rows, c.Applied != nil)
	if err != nil {
		return Counts{}, fmt.Errorf("read stored versions: %w", err)
	}
	fresh := s.fresh(c.Rows, stored)
	applied, err := s.upsert(ctx, tx, c.Rows, fresh)
	if err != nil {
		return Counts{}, fmt.Errorf("store rows: %w", err)
	}
	counts := Counts{Unchanged: len(c.Rows)}
	slices.Sort(fresh)
	for _, i := range fresh {
		id := c.Rows[i].ID
		if !applied[id] {
			continue
		}
		counts.Unchanged--
		replaced := stored[id]
		if replaced != nil {
			counts.Updated++
		} else {
			counts.Inserted++
		}
		if c.Applied == nil {
			continue
		}
		if err := c.Applied(ctx, tx, i, replaced); err != nil {
			return Counts{}, err
		}
	}
	return counts, nil
}

// fresh returns the indices in rows of the rows to store. stored holds what the
// database has, by id. Of several rows with one id, fresh takes the row with the
// highest version, and among equal versions the last row. It then leaves out a row
// that does not replace the stored row, see [Table]. The indices are in ascending
// order of id, so that two writers take their locks in the same order.
func (s *Store) fresh(rows []Row, stored map[int64]*Stored) []int {
	newest := make(map[int64]int, len(rows))
	for i, r := range rows {
		if j, twice := newest[r.ID]; twice && r.Version < rows[j].Version {
			continue
		}
		newest[r.ID] = i
	}
	fresh := make([]int, 0, len(newest))
	for id, i := range newest {
		if old := stored[id]; old != nil && !s.Table.replaces(rows[i], old) {
			continue
		}
		fresh = append(fresh, i)
	}
	slices.SortFunc(fresh, func(a, b int) int { return cmp.Compare(rows[a].ID, rows[b].ID) })
	return fresh
}

func (s *Store) storeReject(ctx context.Context, tx *sql.Tx, stream string, r Reject) error {
	digest := sha256.Sum256(r.Raw)
	var id, raw any
	if r.ID != "" {
		id = sqldb.Clean(r.ID)
	}
	if r.Keep {
		raw = r.Raw
	}
	reason := "unknown"
	if r.Err != nil {
		reason = r.Err.Error()
	}
	_, err := tx.ExecContext(ctx, s.reject, s.Source, stream, hex.EncodeToString(digest[:]), id, sqldb.Clean(reason), raw)
	return err
}

// timestamp returns an SQL expression for the current time by the database's clock,
// for a column with the time of a change. On PostgreSQL it is the start of the
// transaction, the same for all its rows.
func (s *Store) timestamp() string {
	if s.Dialect == PostgreSQL {
		return "now()"
	}
	return s.Dialect.Present()
}

// ago returns an SQL expression for the time at which a pass started. The expression
// has one placeholder. On PostgreSQL its argument is a whole number: how many
// microseconds ago the pass started. On SQLite its argument is the time as a string
// in the layout [sqldb.SQLiteTime]. For a NULL argument the expression is NULL.
func (s *Store) ago() string {
	if s.Dialect == PostgreSQL {
		return "now() - CAST(? AS bigint) * interval '1 microsecond'"
	}
	return "?"
}

// micros returns an SQL expression for a time as a whole number of microseconds since
// 1970. moment is the SQL expression of that time, such as a column. On SQLite the
// number is rounded to milliseconds.
func (s *Store) micros(moment string) string {
	if s.Dialect == PostgreSQL {
		return "CAST(extract(epoch FROM " + moment + ") * 1000000 AS bigint)"
	}
	return "CAST(round((julianday(" + moment + ") - 2440587.5) * 86400000) AS INTEGER) * 1000"
}

// Lag returns how long ago the copy of the stream was last known to be complete, by
// the database's clock. This is the time since the start of the last complete pass,
// and never negative. A complete pass (run of the sync) reads the stream to its end
// and does not continue a stopped pass, see Change.CaughtUp. Without a complete
// pass, also for an unknown stream, known is false and lag is 0. Lag returns the
// errors of ctx and of the database, with 0 and false.
func (s *Store) Lag(ctx context.Context, stream string) (lag time.Duration, known bool, err error) {
	var micros sql.NullInt64
	err = s.DB.QueryRowContext(ctx, s.lag, s.Source, stream).Scan(&micros)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, false, fmt.Errorf("read when the stream was complete: %w", cause.Hide(ctx, err))
	}
	return max(0, time.Duration(micros.Int64)*time.Microsecond), micros.Valid, nil
}
