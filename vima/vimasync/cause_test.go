package vimasync_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// down is a database whose driver ends the context of the caller, and returns its
// cause.
type down struct{ end func() }

func (d down) Connect(ctx context.Context) (driver.Conn, error) {
	d.end()
	if ctx.Err() == nil { // the loop gives its lease back under a context of its own
		return nil, errors.New("driver: down")
	}
	return nil, fmt.Errorf("driver: %w", context.Cause(ctx))
}

func (down) Driver() driver.Driver { return nil }

// What another call failed with ends no sync, and is not the error of one.
func TestCausesStayOut(t *testing.T) {
	t.Parallel()
	theirs := errors.Join(
		&vima.Error{Operation: "theirs", StatusCode: http.StatusUnauthorized},
		vimasync.ErrInvalidRequest, vimasync.ErrFenced,
	)
	home := func(err error) {
		t.Helper()
		require.ErrorIs(t, err, context.Canceled)
		assert.NotErrorIs(t, err, vimasync.ErrInvalidRequest)
		assert.NotErrorIs(t, err, vimasync.ErrFenced)
		assert.NotErrorAs(t, err, new(*vima.Error))
		assert.NotContains(t, err.Error(), "theirs")
	}
	srv := fake(t, 300)
	c := connect(t, srv)
	p := vimasync.Params{}

	ctx, cancel := context.WithCancelCause(t.Context())
	m := newMemory() // a store of the caller's
	m.fail = func(int) error { cancel(theirs); return fmt.Errorf("store: %w", theirs) }
	_, err := vimasync.RunOnce(ctx, c, m, p)
	home(err)

	for name, call := range map[string]func(context.Context, *vimasync.SQLStore) error{
		"RunOnce": func(ctx context.Context, s *vimasync.SQLStore) error {
			_, err := vimasync.RunOnce(ctx, c, s, p)
			return err
		},
		"Check": func(ctx context.Context, s *vimasync.SQLStore) error {
			day := vima.Date{Year: 2026, Month: 1, Day: 2}
			_, err := vimasync.Check(ctx, c, s, vimasync.CheckParams{From: day, To: day})
			return err
		},
		"Migrate": func(ctx context.Context, s *vimasync.SQLStore) error { return s.Migrate(ctx) },
		"Load": func(ctx context.Context, s *vimasync.SQLStore) error {
			_, err := s.Load(ctx, "stream")
			return err
		},
		"Commit": func(ctx context.Context, s *vimasync.SQLStore) error {
			_, err := s.Commit(ctx, "stream", vimasync.Change{})
			return err
		},
		"Loop": func(ctx context.Context, s *vimasync.SQLStore) error {
			assert.NoError(t, vimasync.Loop(ctx, c, s, p, time.Hour), "a loop that is stopped")
			return ctx.Err()
		},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		db := sql.OpenDB(down{func() { cancel(theirs) }})
		s, err := vimasync.NewSQLStore(db, vimasync.PostgreSQL)
		require.NoError(t, err)
		home(fmt.Errorf("%s: %w", name, call(ctx, s)))
		require.NoError(t, db.Close())
	}
}
