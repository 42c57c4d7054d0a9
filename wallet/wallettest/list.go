package wallettest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/payclients/payclients-go/wallet"
)

// defaultSize is the number of payments of a page without size.
const defaultSize = 35

// list answers GET /payments, and marks what it returns as seen.
func (s *Server) list(c caller, r *http.Request) answer {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || c.account == nil {
		return refuse(http.StatusBadRequest, "")
	}
	page, size := number(query.Get("page"), 0), number(query.Get("size"), defaultSize)
	if page < 0 || size < 1 {
		return refuse(http.StatusBadRequest, "")
	}
	types, statuses := split(query.Get("type")), split(query.Get("status"))
	var found []*payment
	for _, p := range s.store.payments {
		byStatus := slices.Contains(statuses, string(p.status)) || statuses == nil && p.status != wallet.StatusCreated
		if p.owner == c.account && byStatus && (types == nil || slices.Contains(types, string(p.kind))) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b *payment) int { return cmp.Compare(b.changed, a.changed) })
	if s.config.pageLimit > 0 {
		size = min(size, s.config.pageLimit)
	}
	from := min(page*size, len(found))
	rows := []json.RawMessage{}
	a := answer{status: http.StatusOK, urgent: s.urgent(c.account), page: &pageInfo{len(found)}}
	for _, p := range found[from:min(from+size, len(found))] {
		rows = append(rows, render(p, shortForm))
		p.unseen = false
	}
	a.data = rows
	return a
}

// resetUnseen answers GET /payments/reset_unseen.
func (s *Server) resetUnseen(c caller) answer {
	for _, p := range s.store.payments {
		if p.owner == c.account {
			p.unseen = false
		}
	}
	return answer{status: http.StatusOK, urgent: s.urgent(c.account), data: "ok"}
}

// Bills returns the requests of SendBill that the server has accepted, in order of
// arrival. The slice is nil if there is none. The caller owns the slice.
func (s *Server) Bills() []wallet.SendBillRequest {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return slices.Clone(s.store.bills)
}

// bill answers POST /payments/bill. Its refusals are this package's own.
func (s *Server) bill(c caller, r *http.Request) answer {
	var body wallet.SendBillRequest
	if !readJSON(r, &body) {
		return refuse(http.StatusBadRequest, "")
	}
	p := s.store.byID[body.PaymentID]
	if p == nil || p.owner != c.account {
		return refuse(http.StatusNotFound, "")
	}
	if _, err := mail.ParseAddress(body.Email); err != nil {
		return unprocessable(wallet.CodeEmptyRequest)
	}
	s.store.bills = append(s.store.bills, body)
	return answer{status: http.StatusOK}
}

// number parses a number; "" is otherwise, and text that is not a number is -1.
func number(text string, otherwise int) int {
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

// split splits a list at its commas; "" is nil.
func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}
