package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sequence(rows []row) side {
	return side{rows: func(yield func(row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}}
}

// reachOf are the oldest and the newest time of rows.
func reachOf(rows []row) (of reach) {
	for _, r := range rows {
		of.add(r.at)
	}
	return of
}

// sideOf makes rows up with few keys, amounts, currencies and classes, so that
// all that can happen does.
func sideOf(random *rand.Rand, name string, n int, p period, typed bool) []row {
	var rows []row
	for i := range n {
		r := row{
			key: strings.Repeat("k", random.IntN(12)), ref: fmt.Sprint(name, i),
			class: []class{success, failed, pending}[random.IntN(3)], currency: []string{"INR", "USD"}[random.IntN(2)],
		}
		if random.IntN(5) > 0 {
			r.setAmount([]string{"1.5", "1.50", "2", "02.000"}[random.IntN(4)])
		}
		if random.IntN(8) == 0 {
			r.problem = problemStatus
		}
		if name == "o" && random.IntN(30) == 0 {
			r.key, r.line = "1E+18", int64(i+1)
		}
		if r.key == "" {
			r.blame(problemKey)
		}
		if random.IntN(3) > 0 {
			r.at = p.from.Add(time.Duration(random.IntN(30)-3) * time.Hour)
		}
		r.outside = !p.covers(r.at)
		r.kind, r.leftOut = rowType(""), random.IntN(20) == 0
		if typed {
			r.kind = []rowType{payment, payment, payment, refund}[random.IntN(4)]
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(a.key, b.key) })
	return rows
}

// Every row of both sides is in one entry, the counts add up, and each entry is
// what the rows of its key allow.
func TestNothingIsLostAndNothingIsDoubled(t *testing.T) {
	t.Parallel()
	seen := kinds(0)
	for n := range uint64(2000) {
		random := rand.New(rand.NewPCG(n, 7))
		p := period{from: noon, end: noon.Add(24 * time.Hour), edge: time.Duration(random.IntN(3)) * time.Hour}
		vima, other := sideOf(random, "v", random.IntN(25), p, n%2 == 0), sideOf(random, "o", random.IntN(25), p, n%2 == 0)
		sums, refs := newTotals("payshack"), map[string]int{}
		byKey := map[string][]entry{}
		left, right := sequence(vima), sequence(other)
		left.reach, right.reach = reachOf(vima), reachOf(other)
		require.NoError(t, match(t.Context(), left, right, p, func(e entry) error {
			sums.add(e)
			seen |= e.kinds
			for _, r := range []*row{e.vima, e.other} {
				if r != nil {
					refs[r.ref]++
				}
				if r != nil && !r.leftOut {
					byKey[r.key] = append(byKey[r.key], e)
				}
			}
			if e.vima != nil && e.other != nil {
				require.Equal(t, e.vima.key, e.other.key)
				require.NotEmpty(t, e.vima.key)
			}
			return nil
		}))
		require.Len(t, refs, len(vima)+len(other))
		for ref, times := range refs {
			require.Equal(t, 1, times, ref)
		}
		require.Equal(t, len(vima), sums.rows(ofVima))
		require.Equal(t, len(other), sums.rows(ofOther))
		require.Equal(t, sums.shares[ofVima]["matched"], sums.shares[ofOther]["matched"])
		require.Equal(t, sums.shares[ofVima]["different"], sums.shares[ofOther]["different"])
		for key, entries := range byKey {
			if key != "" {
				checkKey(t, rowsOf(vima, key), rowsOf(other, key), entries, p, [2]reach{right.reach, left.reach})
			}
		}
	}
	assert.Equal(t, 2*beyond-1, seen, "all kinds came")
}

func rowsOf(rows []row, key string) (found []row) {
	for _, r := range rows {
		if r.key == key && !r.leftOut {
			found = append(found, r)
		}
	}
	return found
}

// checkKey says again, and in another way, what the entries of a key must be.
func checkKey(t *testing.T, vima, other []row, entries []entry, p period, opposite [2]reach) {
	t.Helper()
	count := map[kinds]int{} // of rows
	for _, e := range entries {
		for one := range e.kinds.each {
			count[one]++
		}
	}
	all := slices.Concat(vima, other)
	inside, faulty := 0, 0
	for _, r := range all {
		if !r.outside {
			inside++
		}
		if r.problem != "" {
			faulty++
		}
	}
	if len(all) == 0 {
		return
	}
	equal, unknown := 0, 0 // pairs
	for _, v := range vima {
		for i, o := range other {
			if v.problem == "" && o.problem == "" && v.class == o.class && v.kind == o.kind && v.known == o.known &&
				(!v.known || v.currency == o.currency && v.amount.Cmp(o.amount) == 0) {
				if !v.known {
					unknown++
				}
				equal, other = equal+1, slices.Delete(slices.Clone(other), i, i+1)
				break
			}
		}
	}
	switch oneSided := len(vima) == 0 || len(vima) == len(all); {
	case oneSided:
		require.Equal(t, len(all)-inside, count[beyond])
		require.Equal(t, inside, count[missingOther]+count[missingVima]+count[waiting])
		side, unsure := ofVima, 0
		if len(vima) == 0 {
			side = ofOther
		}
		for _, r := range all {
			early := r.at.Sub(p.from) <= p.edge && (opposite[side].oldest.IsZero() || r.at.Sub(opposite[side].oldest) < p.edge)
			late := p.end.Sub(r.at) <= p.edge && opposite[side].newest.Sub(r.at) < p.edge
			if !r.outside && !r.at.IsZero() && p.edge > 0 && (early || late) {
				unsure++
			}
		}
		require.Equal(t, unsure, count[waiting])
		require.Zero(t, count[matched]+count[duplicate])
	case inside == 0:
		require.Equal(t, len(all), count[beyond])
	case len(all) == 2 && faulty > 0:
		require.Equal(t, 2, count[unreadable])
		require.Len(t, entries, 2)
	case len(all) == 2:
		require.Equal(t, 2*(equal-unknown), count[matched])
		require.Zero(t, count[duplicate]+count[unreadable])
	default:
		require.Equal(t, 2*(equal-unknown), count[matched])
		require.Equal(t, 2*unknown, count[noAmount])
		require.Equal(t, len(all)-2*equal, count[duplicate])
		require.Equal(t, faulty, count[unreadable])
	}
}

func TestWhatDiffersIsTold(t *testing.T) {
	t.Parallel()
	make := func(amount, currency string, class class, problem string) *row {
		r := &row{key: "1", class: class, problem: problem}
		r.setAmount(amount)
		r.setCurrency(currency)
		return r
	}
	for _, c := range []struct {
		vima, other *row
		want        string
	}{
		{make("1.5", "INR", success, ""), make("1.50", " inr ", success, ""), "matched"},
		{make("-0", "INR", success, ""), make("0.00", "INR", success, ""), "matched"},
		{make("", "", success, ""), make("", "INR", success, ""), "no amount"},
		{make("1", "INR", success, ""), make("1.01", "INR", success, ""), "amount"},
		{make("1", "INR", success, ""), make("-1", "INR", success, ""), "amount"},
		{make("1", "INR", success, ""), make("", "INR", success, ""), "no amount"},
		{make("", "", success, ""), make("1", "INR", success, ""), "no amount"},
		{make("1", "INR", success, ""), make("1", "USD", success, ""), "currency"},
		{make("1", "", success, ""), make("1", "USD", success, ""), "currency"},
		{make("1", "INR", pending, ""), make("1", "INR", success, ""), "status"},
		{make("1", "INR", pending, ""), make("1", "INR", failed, ""), "status"},
		{make("1", "INR", failed, ""), make("2", "USD", success, ""), "amount+currency+status"},
		{make("", "INR", failed, ""), make("2", "USD", success, ""), "no amount+status"},
		{make("1", "INR", failed, problemStatus), make("2", "USD", success, ""), "unreadable"},
		{make("1", "INR", failed, ""), make("x", "USD", success, ""), "unreadable"},
	} {
		e := compare(c.vima, c.other)
		assert.Equal(t, c.want, strings.Join(e.kinds.names("payshack", " "), "+"))
		if c.vima.problem == "" && c.other.problem == "" {
			assert.Equal(t, e.kinds == matched, c.vima.known && c.vima.identity() == c.other.identity(), c.want)
		}
	}
}

func TestTypesAreCompared(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		vima, other rowType
		want        string
	}{
		{payment, payment, "matched"},
		{payout, payout, "matched"},
		{"", payout, "matched"},
		{payment, "", "matched"},
		{payment, refund, "type"},
		{payout, payment, "type"},
		{payout, fee, "type"},
	} {
		v, o := row{key: "1", known: true, kind: c.vima}, row{key: "1", known: true, kind: c.other}
		assert.Equal(t, c.want, strings.Join(compare(&v, &o).kinds.names("payshack", " "), "+"), "%s and %s", c.vima, c.other)
	}
}

func TestManyRowsOfOneKey(t *testing.T) {
	t.Parallel()
	const n = maxGroup + 500
	vima, other := make([]row, n), make([]row, n)
	for i := range n {
		vima[i] = row{key: "same", known: true, class: success, ref: fmt.Sprint("v", i)}
		other[i] = row{key: "same", known: true, class: success, ref: fmt.Sprint("o", i)}
	}
	sums := newTotals("payshack")
	require.NoError(t, match(t.Context(), sequence(vima), sequence(other), period{}, func(e entry) error {
		sums.add(e)
		return nil
	}))
	for side := range 2 {
		assert.Equal(t, map[string]int{"matched": maxGroup, "duplicate": 500}, sums.shares[side])
	}
}

func TestAMatchEndsWithTheFirstError(t *testing.T) {
	t.Parallel()
	rows := []row{{key: "1"}, {key: "2"}, {key: "2"}}
	nothing := func(entry) error { return nil }
	broken := errors.New("broken")
	failing := side{rows: func(yield func(row, error) bool) {
		_ = yield(row{key: "1"}, nil) && yield(row{}, broken)
	}}
	assert.ErrorIs(t, match(t.Context(), failing, sequence(rows), period{}, nothing), broken)
	assert.ErrorIs(t, match(t.Context(), sequence(rows), failing, period{}, nothing), broken)
	assert.ErrorIs(t, match(t.Context(), sequence([]row{{key: "b"}, {key: "B"}}), sequence(rows), period{}, nothing), errOrder)
	for stop := range 3 {
		left := stop
		err := match(t.Context(), sequence(rows), sequence(nil), period{}, func(entry) error {
			if left--; left < 0 {
				return broken
			}
			return nil
		})
		assert.ErrorIs(t, err, broken)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := match(ctx, sequence(rows), sequence(nil), period{}, func(entry) error { cancel(); return nil })
	assert.ErrorIs(t, err, context.Canceled)
}
