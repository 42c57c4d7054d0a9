package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/examples/apps/internal/table"
)

// soon is how long before its end the time to respond is marked.
const soon = 7 * 24 * time.Hour

// byDeadline orders by the time to respond, and those without one last.
func byDeadline(a, b *ecommpay.Chargeback) int {
	if a.RespondBy.IsZero() != b.RespondBy.IsZero() {
		if a.RespondBy.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.RespondBy.Compare(b.RespondBy), cmp.Compare(a.ChargebackID, b.ChargebackID))
}

// The marks of chargebacks.
const (
	overdue = "OVERDUE"
	dueSoon = "DUE SOON"
	noDate  = "no date"
)

// mark is what to do about a chargeback.
func mark(c *ecommpay.Chargeback, now time.Time) string {
	left, due := c.DueIn(now)
	switch {
	case !due:
		return noDate
	case left < 0:
		return overdue
	case left <= soon:
		return dueSoon
	}
	return ""
}

// counts are how many have each mark.
func counts(open []*ecommpay.Chargeback, now time.Time) map[string]int {
	n := map[string]int{}
	for _, c := range open {
		n[mark(c, now)]++
	}
	return n
}

// daysLeft is in whole days, and 0 on the last one. What is overdue by less than
// a day has -1.
func daysLeft(c *ecommpay.Chargeback, now time.Time) string {
	left, due := c.DueIn(now)
	if !due {
		return "-"
	}
	const day = 24 * time.Hour
	days := left / day
	if left%day < 0 {
		days--
	}
	return strconv.Itoa(int(days))
}

// render is the table of open chargebacks, and how many are to be looked at.
func render(open []*ecommpay.Chargeback, now time.Time, zone *time.Location) []byte {
	rows := [][]string{{"DAYS", "RESPOND BY (" + zone.String() + ")", "", "AMOUNT", "CURRENCY", "REASON", "ARN", "PROJECT", "STATUS", "CHARGEBACK"}}
	for _, c := range open {
		rows = append(rows, []string{
			daysLeft(c, now), instant(c.RespondBy, zone), mark(c, now), amount(c.ChbAmount), plain(c.ChbCurrency),
			plain(c.ReasonCode), plain(c.ARN), plain(c.ProjectID), plain(string(c.Status)), plain(c.ChargebackID),
		})
	}
	n := counts(open, now)
	return fmt.Appendf(table.Text(rows, 0, 3), "\n%d open: %d overdue, %d due within 7 days, %d without a date\n",
		len(open), n[overdue], n[dueSoon], n[noDate])
}

// amount has the decimals that it came with.
func amount(a *decimal.Decimal) string {
	if a == nil {
		return "-"
	}
	return a.String()
}

func instant(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

// plain is a text that cannot disturb a terminal or a table.
func plain(text string) string {
	return cmp.Or(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text), "-")
}
