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

// listed is what ecommpay lists of some days, each operation in the version that
// was read last.
type listed struct {
	from     time.Time // the first day
	days     int
	options  storeOptions
	rows     map[int64]listedRow
	rejected map[digest]int // the day of each
}

type listedRow struct {
	day    int
	digest digest
	amount ecommpay.Sum
}

// walk reads all that was changed since the first day: day by day while the days
// last, so that it is known in which day an operation is listed, and then week by
// week.
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

// add takes a page that is listed in a day.
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

// day is the number of the day to which a row belongs, from 0.
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

// audits are the comparisons of the days, and how many rows were rejected on
// each.
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
