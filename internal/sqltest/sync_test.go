package sqltest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

func TestFirstPassStoresEverything(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := seeded(t, 1234), d.pool(t)
		s := d.store(t, db)
		result, err := vimasync.RunOnce(t.Context(), client(t, srv), s, vimasync.Params{})
		require.NoError(t, err)
		assert.Equal(t, 1234, result.Inserted)
		assert.True(t, result.CaughtUp)
		assert.Zero(t, result.Updated+result.Rejected)
		assert.Zero(t, audit(t, srv, db))

		for _, v := range decodable(t, srv)[:300] {
			srv.Update(idText(v.id), func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
		}
		result, err = vimasync.RunOnce(t.Context(), client(t, srv), s, vimasync.Params{})
		require.NoError(t, err)
		assert.Equal(t, 300, result.Updated)
		assert.Zero(t, result.Inserted)
		assert.Zero(t, audit(t, srv, db))
	})
}

// TestPostgreSQLIsReached says whether the other tests have tried PostgreSQL.
func TestPostgreSQLIsReached(t *testing.T) {
	t.Parallel()
	d := postgres(t)
	t.Log(text(t, d.pool(t), "SELECT version()"))
}
