package transactions

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// decodeAnswer decodes the answer to ListTransactions. It returns *Error for a
// refusal and *DecodeError for an answer that is not a list. Rows that do not
// decode are in Bad of the page and are not an error.
func decodeAnswer(a transport.Response) (*TransactionPage, error) {
	if a.StatusCode/100 != 2 {
		return nil, refusal(listTransactions, a)
	}
	rows, total, err := rowsOf(a)
	if err != nil {
		return nil, err
	}
	if err := transport.CheckStatus(a, wanted); err != nil {
		return nil, undecoded(a, err)
	}
	page := &TransactionPage{Total: headerTotal(a)}
	if page.Total == nil {
		page.Total = total
	}
	transactions, bad, err := wire.RowsOf(rows, (*Transaction).check)
	if err != nil {
		return nil, undecoded(a, err)
	}
	page.Transactions, page.Bad = transactions, badRows(bad)
	return page, nil
}

var (
	errNoRows   = errors.New("expected " + wanted + ", got an object without transactions")
	errManyRows = errors.New("expected " + wanted + ", got an object with several arrays")
)

// envelope is an answer that is an object: a list with something around it, a
// single transaction, or an error.
type envelope struct {
	ID          json.RawMessage `json:"id"`
	RequestTrID json.RawMessage `json:"requestTrId"`

	Content       json.RawMessage `json:"content"`
	Data          json.RawMessage `json:"data"`
	Items         json.RawMessage `json:"items"`
	Embedded      json.RawMessage `json:"_embedded"`
	TotalElements json.RawMessage `json:"totalElements"`
	Page          json.RawMessage `json:"page"`

	problem
}

// wanted describes, in errors, the answer that ListTransactions expects.
const wanted = "an array of transactions"

// rowsOf returns the JSON array of transactions in an answer, and the total of an
// object around the array, nil if unknown. Only an array can prove that no
// transaction exists: an object without an array is an error.
func rowsOf(a transport.Response) (rows []byte, total *int64, err error) {
	if err := transport.CheckBody(a, wanted, "[{"); err != nil {
		return nil, nil, undecoded(a, err)
	}
	body := wire.Text(a.Body)
	if !transport.IsObject(body) {
		return a.Body, nil, nil
	}
	var e envelope
	if err := wire.Decode(a.Body, &e); err != nil {
		return nil, nil, undecoded(a, err)
	}
	if e.isError() {
		return nil, nil, e.refusal(a)
	}
	lists := e.lists()
	switch {
	case len(lists) == 1 && e.failed() && len(bytes.TrimSpace(lists[0][1:len(lists[0])-1])) == 0:
		return nil, nil, e.refusal(a) // the list is empty because something went wrong
	case len(lists) == 1:
		return lists[0], e.total(), nil
	case len(lists) > 1:
		return nil, nil, undecoded(a, errManyRows)
	case e.hasMessage(): // an id beside it belongs to the request
		return nil, nil, e.refusal(a)
	case e.ID != nil || e.RequestTrID != nil:
		return slices.Concat([]byte("["), body, []byte("]")), nil, nil
	}
	return nil, nil, undecoded(a, errNoRows)
}

// lists returns the arrays among the members that may hold the list.
func (e *envelope) lists() [][]byte {
	candidates := []json.RawMessage{e.Content, e.Data, e.Items}
	var embedded map[string]json.RawMessage
	if e.Embedded != nil && wire.Decode(e.Embedded, &embedded) == nil {
		for _, list := range embedded {
			candidates = append(candidates, list)
		}
	}
	var lists [][]byte
	for _, c := range candidates {
		if len(c) > 0 && c[0] == '[' {
			lists = append(lists, c)
		}
	}
	return lists
}

// total returns the number of transactions that the object counts, nil if it does
// not.
func (e *envelope) total() *int64 {
	if n := count(wire.Scalar(e.TotalElements)); n != nil {
		return n
	}
	n, _ := wire.Field(e.Page, "totalElements")
	return count(n)
}

// refusal returns the *Error of an object that came with status 2xx. Its StatusCode
// is the object's own status, if that is one of an error.
func (e *envelope) refusal(a transport.Response) error {
	r := refusal(listTransactions, a)
	if e.refused() {
		r.StatusCode, _ = strconv.Atoi(wire.Scalar(e.Status))
	}
	return r
}

// undecoded returns the *DecodeError of an answer to ListTransactions; err says
// what is wrong.
func undecoded(a transport.Response, err error) error {
	return &DecodeError{Operation: listTransactions, StatusCode: a.StatusCode, Body: a.Body, Err: err}
}

// headerTotal returns the number in the header X-Total-Count, nil if it has none.
func headerTotal(a transport.Response) *int64 { return count(a.Header.Get("X-Total-Count")) }

// count parses a number of transactions. It returns nil for anything else.
func count(text string) *int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return nil
	}
	return &n
}

// nextPage returns the number of the next page from the header Link, and false if
// there is none. The client never requests the address in that header: it only
// reads the page number.
func nextPage(a transport.Response) (number int, ok bool) {
	for _, header := range a.Header.Values("Link") {
		for part := range strings.SplitSeq(header, "<") {
			target, params, _ := strings.Cut(part, ">")
			if params, _, _ = strings.Cut(params, ","); !isNext(params) {
				continue
			}
			u, err := url.Parse(target)
			if err != nil {
				continue
			}
			if n, err := strconv.Atoi(u.Query().Get("page")); err == nil {
				return n, true
			}
		}
	}
	return 0, false
}

// isNext reports whether the parameters of a link have rel=next.
func isNext(params string) bool {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if strings.EqualFold(name, "rel") && slices.Contains(strings.Fields(strings.Trim(value, `"`)), "next") {
			return true
		}
	}
	return false
}

// outcomeOfDo returns *Error if the answer, of any shape, is a refusal, else nil.
func outcomeOfDo(operation string, a transport.Response) error {
	if a.StatusCode/100 != 2 {
		return refusal(operation, a)
	}
	var p problem
	if transport.IsObject(a.Body) {
		_ = wire.Decode(a.Body, &p) // Do finds what is not JSON
	}
	if !p.failed() {
		return nil
	}
	refused := refusal(operation, a)
	if p.refused() {
		refused.StatusCode, _ = strconv.Atoi(wire.Scalar(p.Status))
	}
	return refused
}
