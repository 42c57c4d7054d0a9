package sqltest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// on is a time of a fake's rows.
func on(day, hour int) time.Time {
	return firstDay.AddDate(0, 0, day).Add(time.Duration(hour) * time.Hour)
}

// dated adds twenty rows of EUR on each of three days to a fake, the last one in the
// last second of its day.
func dated(f fake) {
	for i := range 60 {
		created := on(i/20, i%20)
		if i%20 == 19 {
			created = on(i/20+1, 0).Add(-time.Second)
		}
		f.seed(row{id: int64(1000 + i), version: 1, minor: int64(100 + i), currency: true, status: "success", created: created}, "")
	}
}

// currency is the one of rows of EUR in a report, and an amount of it.
func currency(s subject, minor int64) (string, string) {
	if s.facts().name == "transactions" {
		return "978", fmt.Sprint(minor)
	}
	return "EUR", fmt.Sprintf("%d.%02d", minor/100, minor%100)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db, is := s.serve(t, 0, serving{}), d.pool(t), s.facts()
		dated(f)
		r := d.store(t, s, db, options{})
		catchUp(t, r, f, params{})
		days, err := r.check(t.Context(), f, 0, 2)
		require.NoError(t, err)
		require.Len(t, days, 3)
		line := func(i int, rest string) string {
			return on(i, 0).Format(time.DateOnly) + fmt.Sprintf(rest, is.service)
		}
		code, sum := currency(s, 2190)
		for i, is := range days {
			assert.True(t, is.ok)
			assert.Equal(t, 20, is.count)
			assert.Equal(t, line(i, " ok: %s 20, stored 20, missing 0, stale 0, extra 0, rejected 0"), is.text)
			assert.Equal(t, is.api, is.stored)
		}
		assert.Equal(t, map[string]string{code: sum}, days[0].stored)

		// One row is lost, one is older, one amount is another, one is not the
		// provider's.
		execute(t, db, "DELETE FROM "+is.table+" WHERE "+is.id+" = 1021")
		execute(t, db, "UPDATE "+is.table+" SET "+d.spoilt(is)+" WHERE "+is.id+" = 1022")
		execute(t, db, "UPDATE "+is.table+" SET "+d.amount(is)+" = 7 WHERE "+is.id+" = 1023")
		_, err = put(t, r, s.json(row{id: 5, version: 1, minor: 1, currency: true, created: on(2, 0).Add(-time.Millisecond)}))
		require.NoError(t, err)
		days, err = r.check(t.Context(), f, 0, 2)
		require.NoError(t, err)
		assert.Equal(t, []bool{true, false, true}, []bool{days[0].ok, days[1].ok, days[2].ok})
		assert.Equal(t, line(1, " differs: %s 20, stored 20, missing 1, stale 1, extra 1, rejected 0"), days[1].text)
		assert.Equal(t, []string{"1021"}, days[1].missing)
		assert.Equal(t, []string{"1022"}, days[1].stale)
		assert.Equal(t, []string{"5"}, days[1].extra)
		assert.NotEqual(t, days[1].api, days[1].stored)

		// A new stream mends what is missing or stale.
		_, err = r.pass(t.Context(), f, params{stream: "again"})
		require.NoError(t, err)
		days, err = r.check(t.Context(), f, 1, 1)
		require.NoError(t, err)
		assert.Equal(t, line(1, " differs: %s 20, stored 21, missing 0, stale 0, extra 1, rejected 0"), days[0].text)
	})
}

// Sums are exact, in the units of the subject, and may be longer than an amount
// can be; rows without an amount count.
func TestCheckSums(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 0, serving{}), d.pool(t)
		amounts := map[string]struct {
			members []string
			sums    map[string]string
		}{
			"vima": {[]string{
				`,"complete_amount":99999999999.99999999,"complete_currency":"INR"`, `,"complete_amount":99999999999.99999999,"complete_currency":"INR"`,
				`,"complete_amount":0.00000002,"complete_currency":"INR"`, `,"complete_amount":0.10,"complete_currency":"INR"`, ``,
			}, map[string]string{"INR": "200000000000.10000000", "": "0"}},
			"ecommpay": {[]string{
				`,"sum_initial":{"amount":9223372036854775807,"currency":"EUR"}`, `,"sum_initial":{"amount":9223372036854775807,"currency":"EUR"}`,
				`,"sum_initial":{"amount":-4,"currency":"EUR"}`, `,"sum_initial":{"amount":12345,"currency":"KWD"}`,
				`,"sum_initial":{"amount":12345,"currency":"JPY"}`, `,"sum_initial":{"amount":12345,"currency":"XTS"}`, ``,
			}, map[string]string{"EUR": "184467440737095516.10", "KWD": "12.345", "JPY": "12345", "XTS": "12345", "": "0"}},
			"transactions": {[]string{
				`,"requestAmount":9223372036854775807,"requestCcy":8`, `,"requestAmount":9223372036854775807,"requestCcy":8`,
				`,"requestAmount":-5,"requestCcy":8`, `,"requestCcy":8`, `,"requestAmount":3`,
			}, map[string]string{"008": "18446744073709551609", "": "3"}},
		}[s.facts().name]
		for i, members := range amounts.members {
			f.seed(row{id: int64(i + 1), version: 1, members: members, created: firstDay}, "")
		}
		r := d.store(t, s, db, options{})
		catchUp(t, r, f, params{})
		days, err := r.check(t.Context(), f, 0, 0)
		require.NoError(t, err)
		assert.True(t, days[0].ok, days[0].text)
		assert.Equal(t, len(amounts.members), days[0].count)
		assert.Equal(t, amounts.sums, days[0].api)
		assert.Equal(t, amounts.sums, days[0].stored)
	})
}

// A row that does not decode is counted, and the days after it are compared; one
// that is stored without its time is not missing, nor extra on any day.
func TestCheckOddRows(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db, is := s.serve(t, 0, serving{}), d.pool(t), s.facts()
		dated(f)
		member := map[string]string{"date": "date"}[is.day]
		if member == "" {
			member = is.day
		}
		at := row{id: 7, version: 1, minor: 5, currency: true, created: on(1, 1)}
		undated := at
		undated.created, undated.members = time.Time{}, `,"`+member+`":"15/01/2026 10:00"`
		if is.name == "transactions" { // its versions are times
			undated.version = int(at.created.Sub(noon)/time.Microsecond) + 1
		}
		f.seed(at, s.json(undated))
		r := d.store(t, s, db, options{})
		catchUp(t, r, f, params{})
		require.Equal(t, "7", text(t, db, "SELECT "+is.id+" FROM "+is.table+" WHERE "+is.day+" IS NULL"))
		days, err := r.check(t.Context(), f, 0, 2)
		require.NoError(t, err)
		for _, is := range days {
			assert.True(t, is.ok, is.text)
		}
		assert.Equal(t, 21, days[1].count)

		execute(t, db, "UPDATE "+is.table+" SET "+d.spoilt(is)+" WHERE "+is.id+" = 7")
		for _, id := range []int64{8, 9} {
			f.seed(row{id: id, version: 1, created: on(1, 2), members: `,"` + amountMember(is) + `":` + wrongAmount(is)}, "")
		}
		days, err = r.check(t.Context(), f, 0, 2)
		require.NoError(t, err)
		assert.Equal(t, []bool{true, false, true}, []bool{days[0].ok, days[1].ok, days[2].ok})
		assert.Equal(t, 2, days[1].rejected)
		assert.Equal(t, []string{"7"}, days[1].stale)
		assert.Equal(t, 21, days[1].count)
	})
}

// MapRow is applied to both sides, and does not make a row stale.
func TestCheckMapped(t *testing.T) {
	t.Parallel()
	eachOn(t, sqlite, func(s subject, d database) {
		t := d.t
		f := s.serve(t, 30, serving{})
		r := d.store(t, s, d.pool(t), options{mapRow: mapText})
		catchUp(t, r, f, params{})
		days, err := r.check(t.Context(), f, 0, 2)
		require.NoError(t, err)
		for _, is := range days {
			assert.True(t, is.ok, is.text)
			assert.Positive(t, is.count)
		}
	})
}

func TestCheckFaults(t *testing.T) {
	t.Parallel()
	eachOn(t, sqlite, func(s subject, d database) {
		t := d.t
		f, db, is := s.serve(t, 3, serving{}), d.pool(t), s.facts()
		r := d.store(t, s, db, options{})
		invalid, _, _ := r.sentinels()
		_, err := r.check(t.Context(), f, 1, 0)
		require.ErrorIs(t, err, invalid)
		assert.ErrorContains(t, err, is.name+"sync: invalid request: From: must be ")
		assert.Zero(t, f.requests())

		f.refuse(1)
		_, err = r.check(t.Context(), f, 0, 0)
		require.ErrorIs(t, err, is.refused)
		require.ErrorContains(t, err, is.name+"sync: check")
		f.calm()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = r.check(ctx, f, 0, 0)
		require.ErrorIs(t, err, context.Canceled)
		require.NoError(t, db.Close())
		_, err = r.check(t.Context(), f, 0, 0)
		require.ErrorContains(t, err, is.name+"sync: check")
	})
}
