package finikjournal

import (
	"cmp"
	"context"
	"crypto/hmac"
	"database/sql"
	"fmt"
	"maps"
	"slices"
)

// Addition is what [Journal.AddAll] returns for one payout.
type Addition struct {
	Entry Entry // the payout as it is stored now
	Added bool  // true: the payout is new; false: the same payout was stored before
}

// Add stores a payout in tx, together with the caller's own rows. Add sends nothing: a
// worker ([Journal.Loop]) sends the payout after the transaction is committed. With a nil
// tx Add begins and commits its own transaction.
//
// added is true if the payout is new. The state is Held if the amount is above
// [WithLimit] or p.Hold is set, else Queued. added is false if the Journal has the same
// payout already: e is then the stored payout with its present state, and nothing
// changes. Add does not pay a failed payout again: see [Journal.Reissue].
//
// Two payouts with one Reference are the same if Account, User, Service, Fields,
// AmountField and Recipient are equal. Mask, NotBefore and Hold are not compared. If one
// of the six differs, Add fails with ErrConflict.
//
// tx may be any transaction of the same database. On SQLite begin tx with BEGIN
// IMMEDIATE, or let Add or another write be its first statement: after a read first, Add
// can fail with "database is locked". If two transactions add the same Reference at the
// same time under REPEATABLE READ, one fails with the database's serialization error:
// repeat that transaction.
//
// After an error roll tx back; e is zero and added is false. The other errors are:
//
//   - ErrInvalidRequest if a field of p breaks a rule.
//   - ErrKey if [New] got another Privacy than when the book was first used:
//     another digest key, Plain in place of Sealed, or Sealed in place of Plain.
//     The book is the name that New got.
//   - Errors of the [Sealer], ctx's error, and errors of the database.
func (j *Journal) Add(ctx context.Context, tx *sql.Tx, p Payout) (e Entry, added bool, err error) {
	all, err := j.AddAll(ctx, tx, []Payout{p})
	if err != nil {
		return Entry{}, false, err
	}
	return all[0].Entry, all[0].Added, nil
}

// AddAll adds many payouts in one transaction, under the rules of [Journal.Add]. The
// result has one Addition for each element of the slice all, in the same order. An empty
// slice returns nil.
//
// With a nil tx AddAll begins and commits its own transaction, and an error adds none of
// the payouts. With your own tx, roll tx back after an error. Do not use the result with
// an error. The errors are the errors of Add, with two differences:
//
//   - A Reference that is twice in the slice fails with ErrInvalidRequest.
//   - If stored payouts conflict with payouts of the slice, the [*ConflictError] names
//     every conflict. It matches ErrConflict.
//
// AddAll writes rows in the order of references. Two calls with the same references
// therefore do not deadlock: the second call waits until the first transaction ends.
func (j *Journal) AddAll(ctx context.Context, tx *sql.Tx, all []Payout) ([]Addition, error) {
	rows := make([]*row, len(all))
	known := map[string]bool{}
	var problems []string
	for i, p := range all {
		r, wrong, err := j.draft(ctx, p)
		if err != nil {
			return nil, err
		}
		if known[p.Reference] {
			wrong = append(wrong, "Reference: must not be there twice")
		}
		known[p.Reference] = true
		for _, problem := range wrong {
			if len(all) > 1 {
				problem = fmt.Sprintf("all[%d]: %s", i, problem)
			}
			problems = append(problems, problem)
		}
		rows[i] = r
	}
	if len(problems) > 0 {
		return nil, invalid(problems...)
	}
	var out []Addition
	err := j.within(ctx, tx, "add", func(tx *sql.Tx) (err error) {
		out, err = j.add(ctx, tx, rows, change{event: eventAdd, who: "caller"})
		return err
	})
	return out, failure("add", err)
}

// within calls do with tx, or with a transaction of its own if tx is nil.
func (j *Journal) within(ctx context.Context, tx *sql.Tx, what string, do func(*sql.Tx) error) error {
	if tx != nil {
		return do(tx)
	}
	return j.in(ctx, what, do)
}

// batch is the number of payouts that one statement adds.
const batch = 100

func (j *Journal) add(ctx context.Context, tx *sql.Tx, rows []*row, c change) ([]Addition, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	sorted := slices.SortedFunc(slices.Values(rows), func(a, b *row) int { return cmp.Compare(a.reference, b.reference) })
	if err := j.prepare(ctx, tx, sorted); err != nil {
		return nil, err
	}
	stored := make(map[string]Addition, len(rows))
	conflict := new(ConflictError)
	for some := range slices.Chunk(sorted, batch) {
		fresh, err := j.insert(ctx, tx, some)
		if err != nil {
			return nil, err
		}
		if err := j.record(ctx, tx, "", c, fresh...); err != nil {
			return nil, err
		}
		for _, r := range fresh {
			stored[r.reference] = Addition{j.entry(r), true}
		}
		if err := j.known(ctx, tx, some, stored, conflict); err != nil {
			return nil, err
		}
	}
	if len(conflict.References) > 0 {
		return nil, conflict
	}
	out := make([]Addition, len(rows))
	for i, r := range rows {
		out[i] = stored[r.reference]
	}
	return out, nil
}

// prepare inserts the rows that payouts need if they are missing: the book and the gates
// of their accounts. It fails with ErrKey where the book has another digest key.
func (j *Journal) prepare(ctx context.Context, tx *sql.Tx, rows []*row) error {
	check := j.keyCheck()
	if _, err := j.exec(ctx, tx, `INSERT INTO payout_books (book, service, key_check, added_at) VALUES (?, '', ?, `+j.sql.Now()+`)
ON CONFLICT (book) DO NOTHING`, j.book, check); err != nil {
		return err
	}
	var is []byte
	if err := tx.QueryRowContext(ctx, j.sql.Bind(`SELECT key_check FROM payout_books WHERE book = ?`), j.book).Scan(&is); err != nil {
		return err
	} else if !hmac.Equal(check, is) {
		return ErrKey
	}
	accounts := map[string]bool{"": true} // the gate of the whole book
	for _, r := range rows {
		accounts[r.account] = true
	}
	for _, account := range slices.Sorted(maps.Keys(accounts)) {
		if err := j.makeGate(ctx, tx, account); err != nil {
			return err
		}
	}
	return nil
}

// insert adds the rows that are missing and returns these, as they are stored.
func (j *Journal) insert(ctx context.Context, tx *sql.Tx, rows []*row) ([]*row, error) {
	now := j.sql.Now()
	one := "(" + tuples("?", 12) + ", 1, " + j.latest("?", now) + ", 0, 0, 0, 0, 0, ?, 0, '', '', ?, " + now + ")"
	var args []any
	for _, r := range rows {
		args = append(args, j.book, r.reference, r.account, r.service, r.transactionID, r.paymentID, r.amount, r.recipient, r.mask, r.digest, r.request, r.state,
			r.nextAt, r.cause, null(r.reissueOf))
	}
	return j.several(ctx, tx, `INSERT INTO payout_entries (book, reference, account, service, transaction_id, payment_id, amount_micros, recipient, mask, digest,
request, state, version, next_at, attempts, refusals, tries, allowed, code, cause, flags, evidence, told, reissue_of, added_at)
VALUES `+tuples(one, len(rows))+` ON CONFLICT (book, reference) DO NOTHING RETURNING `+j.columns(), args...)
}

// known adds the payouts that the book had before to stored, and the references of payouts
// with another content to conflict.
func (j *Journal) known(ctx context.Context, tx *sql.Tx, rows []*row, stored map[string]Addition, conflict *ConflictError) error {
	wanted := map[string]*row{}
	args := []any{j.book}
	for _, r := range rows {
		if !stored[r.reference].Added {
			wanted[r.reference] = r
			args = append(args, r.reference)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	found, err := j.several(ctx, tx, `SELECT `+j.columns()+` FROM payout_entries WHERE book = ? AND reference IN (`+tuples("?", len(wanted))+`) ORDER BY reference`, args...)
	if err != nil {
		return err
	}
	for _, r := range found {
		if !hmac.Equal(r.digest, wanted[r.reference].digest) {
			conflict.References = append(conflict.References, r.reference)
		}
		stored[r.reference] = Addition{Entry: j.entry(r)}
	}
	if len(found) < len(wanted) {
		return fmt.Errorf("%d payouts were neither added nor found: repeat the transaction", len(wanted)-len(found))
	}
	return nil
}
