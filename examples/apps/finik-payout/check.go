package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

// check compares rows with their services and with one another, and sets their amounts.
// known has the payouts of the journal by reference. check moves no money. It fails with
// problems, or with the error of the read.
func check(ctx context.Context, client *finik.Client, rows []row, known map[string]finikjournal.Entry, allow bool) error {
	wanted := map[string]*finik.Service{}
	for _, r := range rows {
		wanted[r.service] = nil
	}
	bad := map[string]bool{} // ids of services that cannot be read; "" if the id cannot be read either
	for page, err := range client.ServicePages(ctx, finik.ListServicesParams{}) {
		if err != nil {
			return err
		}
		for _, service := range page.Services {
			if _, ok := wanted[service.ID]; ok {
				wanted[service.ID] = service
			}
		}
		for _, b := range page.Bad {
			bad[idOf(b)] = true
		}
	}
	var found problems
	for i := range rows {
		r := &rows[i]
		service := wanted[r.service]
		if bad[r.service] || service == nil && bad[""] {
			found.add(r.line, "what the provider says of the service cannot be read")
			continue
		}
		if service != nil {
			for name, value := range service.FixedFields() {
				if _, given := r.fields[name]; !given {
					r.fields[name] = value
				}
			}
			r.amount, r.money = amountOf(service, r.fields, r.line, &found)
			r.payout = payoutOf(service, r.fields, r.amount)
		}
		if before, ok := known[r.reference]; ok && before.State != finikjournal.Queued && before.State != finikjournal.Held {
			continue // it is under way, also if the service requires something else by now
		}
		switch {
		case service == nil:
			found.add(r.line, "there is no such service")
			continue
		case service.Status != "" && !strings.EqualFold(string(service.Status), string(finik.ServiceStatusEnabled)):
			found.add(r.line, "the service is not enabled")
		}
		if err := finik.ValidateFields(*service, r.fields); err != nil {
			found.add(r.line, "%s", strings.TrimPrefix(err.Error(), finik.ErrInvalidRequest.Error()+": "))
		}
		if r.amount.IsZero() {
			found.add(r.line, "there is no amount")
		}
		if r.amount.Scale() > somDecimals {
			found.add(r.line, "%s", tooFine(r.amount))
		}
	}
	if !allow {
		duplicates(rows, known, &found)
	}
	if len(found) > 0 {
		return found
	}
	return nil
}

// idOf returns the id of a service that cannot be read; "" if the id cannot be read either.
func idOf(b finik.BadRow) string {
	var service struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(b.Raw, &service) // the other fields are not looked at
	return service.ID
}

// somDecimals is the number of decimal places of the som. All amounts are in som.
const somDecimals = 2

// tooFine returns the problem of an amount with too many decimal places. The text does not
// show the amount.
func tooFine(amount decimal.Decimal) string {
	text := fmt.Sprintf("the amount has %d decimal places, and the som has %d", amount.Scale(), somDecimals)
	if amount.Scale() == 3 {
		text += ": if the dot is meant as a thousands mark, leave it out"
	}
	return text
}

// moneyFields returns the names of fields that may hold the amount: first the fields that
// the service marks as money, then the usual names.
func moneyFields(service *finik.Service) (names []string) {
	for _, f := range service.RequiredFields {
		if strings.EqualFold(string(f.KeyboardType), string(finik.KeyboardTypeMoney)) {
			names = append(names, f.FieldID)
		}
	}
	return append(names, "amount", "total")
}

// amountOf returns the amount of a row and the name of its field, the first of moneyFields
// that the row has; zero and "" if it has none. It adds a problem to found if the amount is
// not a plain number.
func amountOf(service *finik.Service, fields finik.Fields, line int, found *problems) (amount decimal.Decimal, name string) {
	for _, name := range moneyFields(service) {
		text, ok := fields[name].(string)
		if !ok {
			continue
		}
		amount, err := decimal.Parse(text)
		if err != nil || amount.String() != text { // rounded, or written in another way
			found.add(line, "%s must be a plain number such as 150.00", name)
		}
		return amount, name
	}
	return decimal.Decimal{}, ""
}

// plural returns a count with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
