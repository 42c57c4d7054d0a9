package wire_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

// Status and the types below have the shape that the packages give to what they
// decode.
type Status string

type Operation struct {
	OperationID         string           `json:"operation_id" wire:"strict"`
	ReferenceID         string           `json:"reference_id"`
	ClientOperationID   string           `json:"client_operation_id"`
	Service             string           `json:"service"`
	ServiceEnv          string           `json:"service_env"`
	Project             string           `json:"project"`
	ProjectEnv          string           `json:"project_env"`
	PaymentProduct      string           `json:"payment_product"`
	PaymentMethodType   string           `json:"payment_method_type"`
	PaymentMethodCode   string           `json:"payment_method_code"`
	IntegrationType     string           `json:"integration_type"`
	CredentialsOwner    string           `json:"credentials_owner"`
	UserID              string           `json:"user_id"`
	Contact             string           `json:"contact"`
	IPAddr              string           `json:"ip_addr"`
	CreateParams        CreateParams     `json:"create_params,omitzero"`
	CurrentStatus       Status           `json:"current_status"`
	PaymentStatus       Status           `json:"payment_status"`
	OperationState      Status           `json:"operation_state"`
	CardStart           []Card           `json:"card_start"`
	CardFinish          []Card           `json:"card_finish"`
	CompleteAmount      *decimal.Decimal `json:"complete_amount"`
	CompleteCurrency    string           `json:"complete_currency"`
	CompleteCreatedAt   time.Time        `json:"complete_created_at"`
	CompleteModifiedAt  time.Time        `json:"complete_modified_at"`
	OperationCreatedAt  time.Time        `json:"operation_created_at"`
	OperationModifiedAt time.Time        `json:"operation_modified_at"`
	OperationCreateID   string           `json:"operation_create_id"`
	OperationUpdateID   string           `json:"operation_update_id"`
	PaymentCustomData   json.RawMessage  `json:"payment_custom_data"`
	Raw                 json.RawMessage  `json:"-"`
}

type CreateParams struct {
	Method    string `json:"method"`
	ServiceID int64  `json:"service_id"`
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
				CID string `json:"c_id"`
			} `json:"identifiers"`
		} `json:"payment"`
	} `json:"params"`
}

type Card struct {
	OperType        string          `json:"oper_type"`
	ActionID        string          `json:"action_id"`
	PaymentID       string          `json:"payment_id"`
	PaymentGate     string          `json:"payment_gate"`
	UserRef         string          `json:"user_ref"`
	KYCVerification string          `json:"kyc_verification"`
	Currency        string          `json:"currency"`
	Amount          decimal.Decimal `json:"amount"`
	ChargedCurrency string          `json:"charged_currency"`
	ChargedAmount   decimal.Decimal `json:"charged_amount"`
	ChargedFee      decimal.Decimal `json:"charged_fee"`
	Result          string          `json:"result"`
	CreatedAt       time.Time       `json:"created_at"`
	ModifiedAt      time.Time       `json:"modified_at"`
}

func (o *Operation) UnmarshalJSON(b []byte) error {
	type plain Operation
	var p plain
	if err := wire.Decode(b, &p); err != nil {
		return err
	}
	*o = Operation(p)
	o.Raw = bytes.Clone(b)
	return nil
}

func (o *Operation) MarshalJSON() ([]byte, error) {
	if o.Raw != nil {
		return o.Raw, nil
	}
	type plain Operation
	return wire.Encode((*plain)(o))
}

// operation is the i-th made-up row of a page, about 1.9 KB.
func operation(i int) string {
	at := time.Date(2026, 1, 15, 15, 46, 20, 195_000_000, time.UTC).Add(time.Duration(i) * time.Second)
	id := func(k int) string { return fmt.Sprint(1067250921664811008 + int64(i)*671088640 + int64(k)) }
	card := func(more string) string {
		return `{"oper_type":"payment.in","action_id":"` + id(1) + `","payment_id":"` + id(2) + `","payment_gate":"upi-gate",` +
			`"user_ref":"ref-` + fmt.Sprint(i) + `","kyc_verification":"not_required","currency":"INR","amount":100.00000000,` + more +
			`"created_at":"` + at.Format("2006-01-02 15:04:05.000000") + `","modified_at":"` + at.Format("2006-01-02 15:04:05.000000") + `"}`
	}
	return `{"operation_id":"` + id(0) + `","reference_id":"` + fmt.Sprintf("%032x", i*7919) + `","client_operation_id":"` + fmt.Sprint(40_000_000_000+int64(i)) + `",` +
		`"service":"upi_collect","service_env":"production","project":"monetix","project_env":"production","payment_product":"upi",` +
		`"payment_method_type":"bank_transfer","payment_method_code":"upi_in","integration_type":"h2h","credentials_owner":"merchant",` +
		`"user_id":"user-` + fmt.Sprint(i) + `","contact":"payer@example.com","ip_addr":"192.0.2.10","create_params":{"method":"payment.in","service_id":6001,` +
		`"params":{"payment":{"payer":{"email":"payer` + fmt.Sprint(i) + `@example.com","phone":"+910000000000","person":{"first_name":"Test","last_name":"Payer"},` +
		`"customer_account":{"id":"acc-` + fmt.Sprint(i) + `"}},"amount":{"value":10000,"currency":"INR"},"client":{"country":"IN","language":"en"},` +
		`"identifiers":{"c_id":` + fmt.Sprint(40_000_000_000+int64(i)) + `}}}},"current_status":"success","operation_state":"in_process",` +
		`"card_start":[` + card("") + `],"card_finish":[` + card(`"charged_currency":"INR","charged_amount":100.00000000,"charged_fee":2.50000000,"result":"ok",`) + `],` +
		`"complete_amount":100.00000000,"complete_currency":"INR","complete_created_at":"` + at.Format("2006-01-02 15:04:05.000000") + `",` +
		`"complete_modified_at":"` + at.Format("2006-01-02 15:04:05.000000") + `","operation_created_at":"` + at.Format("2006-01-02T15:04:05.000Z") + `",` +
		`"operation_modified_at":"` + at.Format("2006-01-02T15:04:05.000Z") + `","operation_create_id":"` + id(0) + `","operation_update_id":"` + id(3) + `",` +
		`"payment_custom_data":{"echo":"[\"operation_create_id\\\":1}","order":"` + fmt.Sprint(i) + `"}}`
}

// page is a page of n operations.
func page(n int) []byte {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = operation(i)
	}
	return []byte("[" + strings.Join(rows, ",\n") + "]")
}
