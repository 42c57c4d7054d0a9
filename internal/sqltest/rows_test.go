package sqltest_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// firstDay is the day on which the rows of a fake begin.
var firstDay = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -4)

// smallPage is the number of rows of serving.small.
const smallPage = 5

// errBad is what is wrong with rows that did not decode.
var errBad = errors.New("no")

// handmade is a row with a text that no JSON has, and with raw as what was
// received.
type handmade struct {
	row
	raw []byte
}

// rowsOf are rows of a client package, of JSON, of rows without what was received,
// and of handmade ones.
func rowsOf[R any](of []any, s subject, unmarshal func(*R, []byte) error, set func(r *R, text string, raw []byte)) []*R {
	var rows []*R
	for _, one := range of {
		r := new(R)
		var err error
		switch one := one.(type) {
		case string:
			err = unmarshal(r, []byte(one))
		case row:
			err = unmarshal(r, []byte(s.json(one)))
			set(r, one.text, nil)
		case handmade:
			plain := one.row
			plain.text = ""
			err = unmarshal(r, []byte(s.json(plain)))
			set(r, one.text, one.raw)
		default:
			err = fmt.Errorf("a row of %T", one)
		}
		if err != nil {
			panic(err)
		}
		rows = append(rows, r)
	}
	return rows
}

// jsons are rows as they are received.
func jsons(s subject, rows ...row) []any {
	var all []any
	for _, r := range rows {
		all = append(all, s.json(r))
	}
	return all
}

func encoded(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// decoded is the id of a row that has decoded, if it is one that can be stored.
func decoded(err error, text *string) (int64, bool) {
	id, numeric := strconv.ParseInt(*text, 10, 64)
	return id, err == nil && numeric == nil
}

func ascending[V any](of map[int64]V) []int64 { return slices.Sorted(maps.Keys(of)) }

// shown is a value of Before, NULL where there is none.
func shown[T any](value *T) string {
	if value == nil {
		return "NULL"
	}
	return fmt.Sprint(*value)
}

// pairs are the versions of rows by id.
func pairs(t testing.TB, db *sql.DB, query string, version func([]byte) string) map[int64]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	all := map[int64]string{}
	for rows.Next() {
		var id int64
		var is []byte
		require.NoError(t, rows.Scan(&id, &is))
		all[id] = version(is)
	}
	require.NoError(t, rows.Err())
	return all
}
