package sqltest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPostgreSQLIsReached says whether the other tests have tried PostgreSQL.
func TestPostgreSQLIsReached(t *testing.T) {
	t.Parallel()
	t.Log(text(t, postgres(t).pool(t), "SELECT version()"))
}

// A first pass does not read all of the table for each page. PostgreSQL does so
// while the table is small, which is right then, and would keep that plan: fifty
// times the rows that there are in the end.
func TestFirstPassDoesNotReadTheTable(t *testing.T) {
	t.Parallel()
	eachOn(t, postgres, func(s subject, d database) {
		t := d.t
		const rows = 3000
		is := s.facts()
		d.store(t, s, d.pool(t), options{})
		f, db := s.serve(t, rows, serving{late: true, moves: true}), d.pool(t)
		done, err := d.open(t, s, db, options{silent: true}).pass(t.Context(), f, params{rewind: -1})
		require.NoError(t, err)
		require.NoError(t, db.Close()) // with its end a connection tells what it has read

		other := d.pool(t)
		read := ` FROM pg_stat_user_tables WHERE schemaname = current_schema AND relname = '` + is.table + `'`
		inserted := idText(int64(done.Inserted))
		require.Eventually(t, func() bool { return text(t, other, "SELECT n_tup_ins"+read) == inserted }, time.Minute, 50*time.Millisecond)
		assert.Less(t, integer(t, text(t, other, "SELECT seq_tup_read"+read)), int64(25*rows))
	})
}
