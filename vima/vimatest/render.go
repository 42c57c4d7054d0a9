package vimatest

import (
	"strconv"

	"github.com/payclients/payclients-go/vima"
)

// spelling is how a row departs from the documentation's sample.
type spelling struct {
	numericIDs bool   // the ids of the top level as numbers
	textCID    bool   // c_id as a string
	nulls      bool   // missing values as null, in place of leaving them out
	longTimes  bool   // six digits of the fraction also at the top level
	extra      []byte // members after the documented ones, each with a comma in front
}

// render returns the JSON of an operation as the provider writes it: the same order
// of members, two time formats, amounts with eight decimals, c_id as a number.
func render(o *vima.Operation, how spelling) []byte {
	w := &writer{how: how, out: make([]byte, 0, 2048)}
	w.open("")
	w.id("operation_id", o.OperationID)
	w.text("reference_id", o.ReferenceID)
	w.text("client_operation_id", o.ClientOperationID)
	w.text("service", o.Service)
	w.text("service_env", o.ServiceEnv)
	w.text("project", o.Project)
	w.text("project_env", o.ProjectEnv)
	w.text("user_id", o.UserID)
	w.text("contact", o.Contact)
	w.text("ip_addr", o.IPAddr)
	w.createParams(o.CreateParams)
	w.text("current_status", string(o.CurrentStatus))
	if w.present("payment_status", o.PaymentStatus != "") {
		w.text("payment_status", string(o.PaymentStatus))
	}
	w.text("payment_product", o.PaymentProduct)
	w.text("payment_method_type", o.PaymentMethodType)
	w.text("payment_method_code", o.PaymentMethodCode)
	w.text("operation_state", o.OperationState)
	w.text("credentials_owner", o.CredentialsOwner)
	w.text("integration_type", o.IntegrationType)
	w.time("operation_created_at", o.OperationCreatedAt)
	w.time("operation_modified_at", o.OperationModifiedAt)
	w.cards(o)
	w.amount("complete_amount", o.CompleteAmount)
	if w.present("complete_currency", o.CompleteCurrency != "") {
		w.text("complete_currency", o.CompleteCurrency)
	}
	w.time("complete_created_at", o.CompleteCreatedAt)
	w.time("complete_modified_at", o.CompleteModifiedAt)
	w.id("operation_create_id", o.OperationCreateID)
	w.id("operation_update_id", o.OperationUpdateID)
	if w.present("payment_custom_data", o.PaymentCustomData != nil) {
		w.raw("payment_custom_data", string(o.PaymentCustomData))
	}
	w.out = append(w.out, how.extra...)
	w.close()
	return w.out
}

// createParams appends create_params.
func (w *writer) createParams(p vima.CreateParams) {
	if !w.present("create_params", p != vima.CreateParams{}) {
		return
	}
	w.open("create_params")
	w.text("method", p.Method)
	if w.present("params", p.Params != vima.MethodParams{}) {
		w.open("params")
		if w.present("payment", p.Params.Payment != vima.Payment{}) {
			w.payment(p.Params.Payment)
		}
		w.close()
	}
	w.number("service_id", p.ServiceID)
	w.close()
}

// payment appends the payment of create_params.
func (w *writer) payment(p vima.Payment) {
	w.open("payment")
	if w.present("payer", p.Payer != vima.Payer{}) {
		w.open("payer")
		w.text("email", p.Payer.Email)
		w.text("phone", p.Payer.Phone)
		if w.present("person", p.Payer.Person != vima.Person{}) {
			w.open("person")
			w.text("last_name", p.Payer.Person.LastName)
			w.text("first_name", p.Payer.Person.FirstName)
			w.close()
		}
		if w.present("customer_account", p.Payer.CustomerAccount != vima.CustomerAccount{}) {
			w.open("customer_account")
			w.text("id", p.Payer.CustomerAccount.ID)
			w.close()
		}
		w.close()
	}
	if w.present("amount", p.Amount != vima.MinorAmount{}) {
		w.open("amount")
		if w.present("value", p.Amount.ValueMinor != nil) {
			w.raw("value", strconv.FormatInt(*p.Amount.ValueMinor, 10))
		}
		w.text("currency", p.Amount.Currency)
		w.close()
	}
	if w.present("client", p.Client != vima.ClientInfo{}) {
		w.open("client")
		w.text("country", p.Client.Country)
		w.text("language", p.Client.Language)
		w.close()
	}
	if w.present("identifiers", p.Identifiers != vima.Identifiers{}) {
		w.open("identifiers")
		if w.how.textCID {
			w.text("c_id", p.Identifiers.CID)
		} else {
			w.number("c_id", p.Identifiers.CID)
		}
		w.close()
	}
	w.close()
}

// cards appends card_start and card_finish.
func (w *writer) cards(o *vima.Operation) {
	if w.present("card_start", o.CardStart != nil) {
		w.name("card_start")
		w.out = append(w.out, '[')
		for _, c := range o.CardStart {
			w.open("")
			w.text("oper_type", c.OperType)
			w.text("action_id", c.ActionID)
			w.text("payment_id", c.PaymentID)
			w.text("payment_gate", c.PaymentGate)
			w.text("user_ref", c.UserRef)
			if w.present("kyc_verification", c.KYCVerification != nil) {
				w.raw("kyc_verification", strconv.FormatInt(*c.KYCVerification, 10))
			}
			w.text("currency", c.Currency)
			w.amount("amount", c.Amount)
			w.cardTime("created_at", c.CreatedAt)
			w.cardTime("modified_at", c.ModifiedAt)
			w.close()
		}
		w.out = append(w.out, ']')
	}
	if w.present("card_finish", o.CardFinish != nil) {
		w.name("card_finish")
		w.out = append(w.out, '[')
		for _, c := range o.CardFinish {
			w.open("")
			w.text("action_id", c.ActionID)
			w.text("payment_id", c.PaymentID)
			w.text("currency", c.Currency)
			w.amount("amount", c.Amount)
			w.text("charged_currency", c.ChargedCurrency)
			w.amount("charged_amount", c.ChargedAmount)
			w.amount("charged_fee", c.ChargedFee)
			w.text("result", c.Result)
			w.cardTime("created_at", c.CreatedAt)
			w.cardTime("modified_at", c.ModifiedAt)
			w.close()
		}
		w.out = append(w.out, ']')
	}
}
