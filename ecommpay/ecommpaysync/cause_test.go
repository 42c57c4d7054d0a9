package ecommpaysync_test

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

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
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
		&ecommpay.Error{Operation: "theirs", StatusCode: http.StatusUnauthorized},
		ecommpaysync.ErrInvalidRequest, ecommpaysync.ErrFenced,
	)
	home := func(err error) {
		t.Helper()
		require.ErrorIs(t, err, context.Canceled)
		assert.NotErrorIs(t, err, ecommpaysync.ErrInvalidRequest)
		assert.NotErrorIs(t, err, ecommpaysync.ErrFenced)
		assert.NotErrorAs(t, err, new(*ecommpay.Error))
		assert.NotContains(t, err.Error(), "theirs")
	}
	srv := fake(t, 300)
	c := connect(t, srv)
	p := ecommpaysync.Params{From: begin}

	ctx, cancel := context.WithCancelCause(t.Context())
	m := newMemory() // a store of the caller's
	m.fail = func(int) error { cancel(theirs); return fmt.Errorf("store: %w", theirs) }
	_, err := ecommpaysync.RunOnce(ctx, c, m, p)
	home(err)

	for name, call := range map[string]func(context.Context, *ecommpaysync.SQLStore) error{
		"RunOnce": func(ctx context.Context, s *ecommpaysync.SQLStore) error {
			_, err := ecommpaysync.RunOnce(ctx, c, s, p)
			return err
		},
		"Check": func(ctx context.Context, s *ecommpaysync.SQLStore) error {
			_, err := ecommpaysync.Check(ctx, c, s, ecommpaysync.CheckParams{From: begin, To: begin})
			return err
		},
		"Migrate": func(ctx context.Context, s *ecommpaysync.SQLStore) error { return s.Migrate(ctx) },
		"Load": func(ctx context.Context, s *ecommpaysync.SQLStore) error {
			_, err := s.Load(ctx, "stream")
			return err
		},
		"Commit": func(ctx context.Context, s *ecommpaysync.SQLStore) error {
			_, err := s.Commit(ctx, "stream", ecommpaysync.Change{})
			return err
		},
		"Loop": func(ctx context.Context, s *ecommpaysync.SQLStore) error {
			assert.NoError(t, ecommpaysync.Loop(ctx, c, s, p, time.Hour), "a loop that is stopped")
			return ctx.Err()
		},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		db := sql.OpenDB(down{func() { cancel(theirs) }})
		s, err := ecommpaysync.NewSQLStore(db, ecommpaysync.PostgreSQL)
		require.NoError(t, err)
		home(fmt.Errorf("%s: %w", name, call(ctx, s)))
		require.NoError(t, db.Close())
	}
}
