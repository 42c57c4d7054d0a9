package main

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/payclients/payclients-go/finik/finikjournal"
)

// preview returns what a run would send, and totals by service. It shows
// references and amounts, and no field of a recipient.
func preview(rows []row, known map[string]finikjournal.Entry) string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "LINE\tREFERENCE\tSERVICE\tAMOUNT\tFIELDS")
	counts, sums := map[string]int{}, map[string]*big.Rat{}
	total, all := new(big.Rat), 0
	for _, r := range rows {
		if known[r.reference].State.Settled() {
			continue
		}
		state := ""
		if known[r.reference].Attempts > 0 {
			state = "  (goes on with what was begun)"
		}
		_, _ = fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s%s\n", r.line, r.reference, r.service, cmp.Or(r.amountText(), "-"),
			strings.Join(slices.Sorted(maps.Keys(r.fields)), " "), state)
		if sums[r.service] == nil {
			sums[r.service] = new(big.Rat)
		}
		if amount, ok := new(big.Rat).SetString(r.amountText()); ok {
			sums[r.service].Add(sums[r.service], amount)
			total.Add(total, amount)
		}
		counts[r.service]++
		all++
	}
	table := [][]string{{"SERVICE", "ROWS", "SUM"}}
	for _, service := range slices.Sorted(maps.Keys(counts)) {
		table = append(table, []string{service, strconv.Itoa(counts[service]), decimals(sums[service])})
	}
	table = append(table, []string{"TOTAL", strconv.Itoa(all), decimals(total)})
	_ = w.Flush() // a strings.Builder takes everything
	return "Nothing was sent. A run would send:\n\n" + out.String() + "\n" + align(table)
}

// amountText returns the amount as the file has it; "" if there is none.
func (r row) amountText() string {
	if r.amount.IsZero() {
		return ""
	}
	return r.amount.String()
}
