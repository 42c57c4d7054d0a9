package main

import (
	"encoding/json"
	"strings"
)

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

// text is an id, which comes as a string or as a number.
type text string

// UnmarshalJSON removes the quotes.
func (t *text) UnmarshalJSON(data []byte) error { //nolint:unparam // an interface asks for it
	*t = text(strings.Trim(string(data), `"`))
	return nil
}
