package sqltest_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// vault is a Sealer as a caller writes it, and may be out of reach.
type vault struct {
	aead cipher.AEAD
	away error
}

func newVault(t testing.TB) *vault {
	t.Helper()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	block, err := aes.NewCipher(key)
	require.NoError(t, err)
	aead, err := cipher.NewGCMWithRandomNonce(block)
	require.NoError(t, err)
	return &vault{aead: aead}
}

func (v *vault) Seal(_ context.Context, plain, about []byte) ([]byte, error) {
	if v.away != nil {
		return nil, v.away
	}
	return v.aead.Seal(nil, nil, plain, about), nil
}

func (v *vault) Open(_ context.Context, sealed, about []byte) ([]byte, error) {
	if v.away != nil {
		return nil, v.away
	}
	return v.aead.Open(nil, nil, sealed, about)
}

var digestKey = bytes.Repeat([]byte("0"), 32)

// sealed returns a journal over the database of p with this privacy.
func (p *payouts) sealed(privacy finikjournal.Privacy) *finikjournal.Journal {
	p.t.Helper()
	return p.d.book(p.t, p.db, "sealed-payouts", privacy)
}

// stored returns all cells of the tables that a book has rows in.
func (p *payouts) stored() string {
	p.t.Helper()
	all := ""
	for _, table := range []string{"payout_books", "payout_entries", "payout_history", "payout_gates"} {
		all += p.cells(table)
	}
	return all
}

func (p *payouts) cells(table string) string {
	p.t.Helper()
	rows, err := p.db.QueryContext(p.t.Context(), "SELECT * FROM "+table)
	require.NoError(p.t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(p.t, err)
	var all bytes.Buffer
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		require.NoError(p.t, rows.Scan(cells...))
		for _, cell := range cells {
			switch value := (*cell.(*any)).(type) {
			case []byte:
				all.Write(value)
			default:
				_, _ = fmt.Fprint(&all, value)
			}
			all.WriteByte('|')
		}
	}
	require.NoError(p.t, rows.Err())
	return all.String()
}

// What is sealed is in no cell, and is paid once all the same. The control is Plain.
func TestJournalSealed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, nil)
		personal := finiktest.DefaultPhone[1:]
		p.add(transfer("plain"))
		assert.Contains(d.t, p.stored(), personal, "the control")
		execute(d.t, p.db, "DELETE FROM payout_history")
		execute(d.t, p.db, "DELETE FROM payout_entries")
		v := newVault(d.t)
		p.j = p.sealed(finikjournal.Sealed(v, digestKey))
		p.add(transfer("one"), topUp("two"))
		v.away = errors.New("the vault is away")
		_, _, err := p.j.Add(d.t.Context(), nil, transfer("three"))
		require.ErrorIs(d.t, err, v.away)
		r := p.once()
		assert.Zero(d.t, r.Paid+r.Waiting, "nothing can be opened")
		assert.Equal(d.t, finikjournal.Queued, p.get("one").State)
		v.away = nil
		for range 3 {
			p.once()
		}
		for _, reference := range []string{"one", "two"} {
			assert.Equal(d.t, finikjournal.Paid, p.get(reference).State)
			assert.Equal(d.t, 1, p.srv.Debits(p.get(reference).TransactionID))
		}
		assert.NotContains(d.t, p.stored(), personal)
	})
}

// A request that was exchanged for another one in the database is not sent.
func TestJournalTampered(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		privacy finikjournal.Privacy
		state   finikjournal.State
	}{
		"sealed":   {finikjournal.Sealed(newVault(t), digestKey), finikjournal.Queued}, // as if the vault were away
		"careless": {finikjournal.Sealed(careless{}, digestKey), finikjournal.Held},
		"plain":    {finikjournal.Plain(), finikjournal.Held},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(d database) {
				p := d.payouts(d.t, nil)
				p.j = p.sealed(test.privacy)
				p.add(transfer("one"), topUp("two"))
				execute(d.t, p.db, "UPDATE payout_entries SET request = (SELECT request FROM payout_entries WHERE reference = 'one') WHERE reference = 'two'")
				p.once()
				p.once()
				assert.Equal(d.t, 1, p.srv.Debits(p.get("one").TransactionID))
				assert.Zero(d.t, p.srv.Debits(p.get("two").TransactionID))
				assert.Equal(d.t, test.state, p.get("two").State)
			})
		})
	}
}

// careless encrypts nothing and authenticates nothing.
type careless struct{}

func (careless) Seal(_ context.Context, plain, _ []byte) ([]byte, error)  { return plain, nil }
func (careless) Open(_ context.Context, sealed, _ []byte) ([]byte, error) { return sealed, nil }

// Another digest key, or none, is refused by what would write with it, and sends nothing.
func TestJournalOfAnotherKey(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, nil)
		v := newVault(d.t)
		right := p.sealed(finikjournal.Sealed(v, digestKey))
		p.j = right
		p.add(topUp("failed"), topUp("waits"))
		_, err := p.j.Cancel(d.t.Context(), "failed", clerk)
		require.NoError(d.t, err)
		for _, privacy := range []finikjournal.Privacy{finikjournal.Sealed(v, bytes.Repeat([]byte("1"), 32)), finikjournal.Plain()} {
			p.j = p.sealed(privacy)
			before := p.stored()
			_, _, err := p.j.Add(d.t.Context(), nil, transfer("new"))
			require.ErrorIs(d.t, err, finikjournal.ErrKey)
			_, err = p.j.Reissue(d.t.Context(), nil, "failed", "again", clerk)
			require.ErrorIs(d.t, err, finikjournal.ErrKey)
			assert.Equal(d.t, before, p.stored(), "nothing is stored")
		}
		p.j = p.sealed(finikjournal.Sealed(v, bytes.Repeat([]byte("1"), 32)))
		p.once()
		assert.Zero(d.t, p.srv.Debits(p.get("waits").TransactionID))
		assert.Equal(d.t, finikjournal.Held, p.get("waits").State)
		p.j = right
		again, err := p.j.Reissue(d.t.Context(), nil, "failed", "again", clerk)
		require.NoError(d.t, err)
		p.once()
		p.once()
		assert.Equal(d.t, 1, p.srv.Debits(again.TransactionID))
	})
}
