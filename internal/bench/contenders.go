package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// contender syncs all operations of a collector and counts them.
type contender struct {
	name string
	sync func(ctx context.Context, endpoint string) (operations int, err error)
}

var contenders = []contender{
	{"floor", syncFloor},
	{"naive", syncNaive},
	{"vima", func(ctx context.Context, endpoint string) (int, error) { return syncVima(ctx, endpoint, 0) }},
	{"vima, Prefetch(1)", func(ctx context.Context, endpoint string) (int, error) { return syncVima(ctx, endpoint, 1) }},
}

// syncVima keeps the highest cursor, as a sync does, and drops the operations.
func syncVima(ctx context.Context, endpoint string, ahead int) (int, error) {
	client, err := vima.NewClient(endpoint, vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		return 0, err
	}
	n := 0
	for o, err := range client.AllOperations(ctx, vima.ListOperationsParams{}, vima.Prefetch(ahead)) {
		if err != nil {
			return n, err
		}
		if o.OperationID != "" {
			n++
		}
	}
	return n, nil
}

// syncFloor fetches each page and throws it away, but for the end, in which the
// next cursor stands. Nothing that talks HTTP through net/http can be below it.
// It knows how many operations a page has by their first member.
func syncFloor(ctx context.Context, endpoint string) (int, error) {
	n, cursor := 0, ""
	page := make([]byte, 64<<10)
	for {
		body, err := get(ctx, endpoint, cursor)
		if err != nil {
			return n, err
		}
		rows, end, err := discard(body, page)
		_ = body.Close()
		if err != nil {
			return n, err
		}
		n += rows
		next := lastCursor(end)
		if next == "" {
			return n, nil
		}
		cursor = next
	}
}

var (
	firstMember  = []byte(`{"operation_id":`)
	cursorMember = []byte(`"operation_create_id":`)
)

// discard reads all of body through buffer, in pieces that overlap by the length
// of what is counted, and gives the end of it.
func discard(body io.Reader, buffer []byte) (rows int, end []byte, err error) {
	const tail = 8 << 10
	kept := 0
	for {
		n, err := io.ReadFull(body, buffer[kept:])
		text := buffer[:kept+n]
		overlap := max(0, kept-len(firstMember)+1)
		rows += bytes.Count(text[overlap:], firstMember)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return rows, text, nil
		}
		if err != nil {
			return rows, nil, err
		}
		kept = copy(buffer, text[len(text)-tail:])
	}
}

func lastCursor(end []byte) string {
	i := bytes.LastIndex(end, cursorMember)
	if i < 0 {
		return ""
	}
	digits := strings.TrimLeft(string(end[i+len(cursorMember):min(len(end), i+80)]), ` "`)
	return digits[:max(0, strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }))]
}

// naiveOperation is what somebody writes from the documentation's sample: times
// as text and amounts as floats.
type naiveOperation struct {
	OperationID         text            `json:"operation_id"`
	ReferenceID         string          `json:"reference_id"`
	ClientOperationID   text            `json:"client_operation_id"`
	Service             string          `json:"service"`
	ServiceEnv          string          `json:"service_env"`
	Project             string          `json:"project"`
	ProjectEnv          string          `json:"project_env"`
	UserID              string          `json:"user_id"`
	Contact             string          `json:"contact"`
	IPAddr              string          `json:"ip_addr"`
	CreateParams        naiveParams     `json:"create_params"`
	CurrentStatus       string          `json:"current_status"`
	PaymentStatus       string          `json:"payment_status"`
	OperationState      string          `json:"operation_state"`
	PaymentProduct      string          `json:"payment_product"`
	PaymentMethodType   string          `json:"payment_method_type"`
	PaymentMethodCode   string          `json:"payment_method_code"`
	IntegrationType     string          `json:"integration_type"`
	CredentialsOwner    string          `json:"credentials_owner"`
	OperationCreatedAt  string          `json:"operation_created_at"`
	OperationModifiedAt string          `json:"operation_modified_at"`
	CardStart           []naiveCard     `json:"card_start"`
	CardFinish          []naiveCard     `json:"card_finish"`
	CompleteAmount      float64         `json:"complete_amount"`
	CompleteCurrency    string          `json:"complete_currency"`
	CompleteCreatedAt   string          `json:"complete_created_at"`
	CompleteModifiedAt  string          `json:"complete_modified_at"`
	OperationCreateID   text            `json:"operation_create_id"`
	OperationUpdateID   text            `json:"operation_update_id"`
	PaymentCustomData   json.RawMessage `json:"payment_custom_data"`
}

type naiveParams struct {
	Method    string `json:"method"`
	ServiceID text   `json:"service_id"`
	Params    struct {
		Payment struct {
			Payer struct {
				Email  string `json:"email"`
				Phone  string `json:"phone"`
				Person struct {
					FirstName string `json:"first_name"`
					LastName  string `json:"last_name"`
				} `json:"person"`
				CustomerAccount struct {
					ID string `json:"id"`
				} `json:"customer_account"`
			} `json:"payer"`
			Amount struct {
				Value    int64  `json:"value"`
				Currency string `json:"currency"`
			} `json:"amount"`
			Client struct {
				Country  string `json:"country"`
				Language string `json:"language"`
			} `json:"client"`
			Identifiers struct {
				CID text `json:"c_id"`
			} `json:"identifiers"`
		} `json:"payment"`
	} `json:"params"`
}

type naiveCard struct {
	OperType        string  `json:"oper_type"`
	ActionID        text    `json:"action_id"`
	PaymentID       text    `json:"payment_id"`
	PaymentGate     string  `json:"payment_gate"`
	UserRef         string  `json:"user_ref"`
	KYCVerification int64   `json:"kyc_verification"`
	Currency        string  `json:"currency"`
	Amount          float64 `json:"amount"`
	ChargedCurrency string  `json:"charged_currency"`
	ChargedAmount   float64 `json:"charged_amount"`
	ChargedFee      float64 `json:"charged_fee"`
	Result          string  `json:"result"`
	CreatedAt       string  `json:"created_at"`
	ModifiedAt      string  `json:"modified_at"`
}

// text is an id, which comes as text or as a number.
type text string

// UnmarshalJSON takes off the quotes.
func (t *text) UnmarshalJSON(data []byte) error { //nolint:unparam // an interface asks for it
	*t = text(strings.Trim(string(data), `"`))
	return nil
}

func syncNaive(ctx context.Context, endpoint string) (int, error) {
	n, cursor := 0, ""
	for {
		body, err := get(ctx, endpoint, cursor)
		if err != nil {
			return n, err
		}
		data, err := io.ReadAll(body)
		_ = body.Close()
		if err != nil {
			return n, err
		}
		var page []naiveOperation
		if err := json.Unmarshal(data, &page); err != nil {
			return n, err
		}
		if len(page) == 0 {
			return n, nil
		}
		n += len(page)
		cursor = string(page[len(page)-1].OperationCreateID)
	}
}

func get(ctx context.Context, endpoint, cursor string) (io.ReadCloser, error) {
	query := url.Values{"apikey": {vimatest.DefaultAPIKey}, "count": {"100"}, "descending": {"false"}}
	if cursor != "" {
		query.Set("from_operation_create_id", cursor)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	return resp.Body, nil
}
