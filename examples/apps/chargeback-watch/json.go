package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// list is what -json prints.
type list struct {
	Now     string `json:"now"`
	Zone    string `json:"zone"`
	Open    []item `json:"open"`
	Overdue int    `json:"overdue"`
	DueSoon int    `json:"due_soon"`
	NoDate  int    `json:"no_date"`
}

// item is an open chargeback. Amounts are text, which no reader rounds.
type item struct {
	Chargeback string  `json:"chargeback_id"`
	Mark       string  `json:"mark"`
	DaysLeft   *int    `json:"days_left"`
	RespondBy  *string `json:"respond_by"`
	Amount     string  `json:"amount"`
	Currency   string  `json:"currency"`
	Reason     string  `json:"reason_code"`
	ARN        string  `json:"arn"`
	Project    string  `json:"project_id"`
	Operation  string  `json:"operation_id"`
	Status     string  `json:"status"`
}

// encode is the list as JSON, in the order of the table.
func encode(open []*ecommpay.Chargeback, now time.Time, zone *time.Location) ([]byte, error) {
	n := counts(open, now)
	out := list{
		Now: now.In(zone).Format(time.RFC3339), Zone: zone.String(), Open: []item{},
		Overdue: n[overdue], DueSoon: n[dueSoon], NoDate: n[noDate],
	}
	for _, c := range open {
		i := item{
			Chargeback: c.ChargebackID, Mark: strings.ToLower(mark(c, now)), Currency: c.ChbCurrency, Reason: c.ReasonCode,
			ARN: c.ARN, Project: c.ProjectID, Operation: c.OperationID, Status: string(c.Status),
		}
		if c.ChbAmount != nil {
			i.Amount = c.ChbAmount.String()
		}
		if days, err := strconv.Atoi(daysLeft(c, now)); err == nil {
			i.DaysLeft, i.RespondBy = &days, new(c.RespondBy.In(zone).Format(time.RFC3339))
		}
		out.Open = append(out.Open, i)
	}
	text, err := json.MarshalIndent(out, "", "  ")
	return append(text, '\n'), err
}
