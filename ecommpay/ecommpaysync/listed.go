package ecommpaysync

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/internal/wire"
)

const day = 24 * time.Hour

// listed collects what ecommpay lists for some days, each operation in the
// version read last.
type listed struct {
	from     time.Time // the first day
	days     int
	options  storeOptions
	rows     map[int64]listedRow
	rejected map[digest]int // day of each bad row, by the digest of its bytes
}

type listedRow struct {
	day    int
	digest digest
	amount ecommpay.Sum
}

// walk reads everything changed since the first day: day by day within the days,
// so that the day in which an operation is listed is known, and then week by
// week. It returns errors of the walk.
func (l *listed) walk(ctx context.Context, c *ecommpay.Client, projects []string) error {
	end := settled(time.Now())
	for at, i := l.from, 0; at.Before(end); i++ {
		to := at.Add(day)
		if i >= l.days {
			to = at.Add(7 * day)
		}
		if to.After(end) {
			to = end
		}
		for page, err := range c.OperationPages(ctx, listing(interval(at, to), projects), ecommpay.Prefetch(1)) {
			if err != nil {
				return err
			}
			if err := l.add(page, i); err != nil {
				return err
			}
		}
		at = to
	}
	return nil
}

// add records a page that was listed on day number listedOn.
func (l *listed) add(page *ecommpay.OperationPage, listedOn int) error {
	rows, bad := usable(page)
	for _, b := range bad {
		created, _ := wire.Time(syncer.Field(b.Raw, "operation_created_at"))
		is := digest(sha256.Sum256(b.Raw))
		if _, again := l.rejected[is]; !again {
			l.rejected[is] = l.day(created, listedOn)
		}
	}
	for _, o := range rows {
		id, err := number(o)
		if err != nil {
			return err
		}
		is, err := digestOf(o)
		if err != nil {
			return err
		}
		o = l.options.mapped(o)
		on := l.day(o.OperationCreatedAt, listedOn)
		if before, again := l.rows[id]; again && o.OperationCreatedAt.IsZero() {
			on = before.day
		}
		if on >= 0 && on < l.days {
			l.rows[id] = listedRow{on, is, o.SumInitial}
		}
	}
	return nil
}

// day returns the number of the day that a row belongs to, from 0, -1 before the
// first day. A row without a creation time belongs to listedOn.
func (l *listed) day(created time.Time, listedOn int) int {
	switch {
	case created.IsZero():
		return listedOn
	case created.Before(l.from):
		return -1
	default:
		return int(created.Sub(l.from) / day)
	}
}

// audits returns one comparison for each day, filled with ecommpay's rows, and
// the number of rejected rows of each day.
func (l *listed) audits() (audits []*syncer.Audit[digest], rejected []int, err error) {
	rejected = make([]int, l.days)
	for range l.days {
		audits = append(audits, syncer.NewAudit[digest]())
	}
	for id, row := range l.rows {
		audits[row.day].Has(id, row.digest)
		if err := addUp(audits[row.day].API, row.amount.AmountMinor, row.amount.Currency, row.amount.Currency != ""); err != nil {
			return nil, nil, err
		}
	}
	for _, on := range l.rejected {
		if on >= 0 && on < l.days {
			rejected[on]++
		}
	}
	return audits, rejected, nil
}
