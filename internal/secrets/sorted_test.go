package secrets_test

import (
	"reflect"
	"strings"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/wallet"
)

// sorted is a type and those of its fields that it prints on purpose: ids,
// statuses, names of operations. Amounts and times hold no text and are free.
type sorted struct {
	reflect.Type

	shown   []string
	holders func(reflect.Value) map[string]any // values of a caller's types that hold one
}

func show[T any](shown ...string) sorted {
	return sorted{reflect.TypeFor[T](), shown, func(v reflect.Value) map[string]any {
		held, _ := v.Interface().(T)
		return holders(held)
	}}
}

// The types with secrets. No printer and no encoder shows one. The secrets of the
// clients are in closures; see constructed.
func secrets() []sorted {
	return []sorted{
		show[ecommpay.Credentials](),
		show[ecommpay.Client](),
		show[finik.Credentials](),
		show[finik.Client](),
		show[finik.Message]("Method", "Path"),
		show[finik.Webhook](),
		show[transactions.Client](),
		show[vima.Client](),
		show[vima.Credentials](),
		show[wallet.Client](),
		show[wallet.OAuth]("ClientID"),
		show[wallet.Webhook]("AppID"),
	}
}

// The types with personal data, or words of a provider that may hold some. Neither
// fmt nor log/slog shows them of a value or a pointer. Encoders such as
// encoding/json do: that is how rows are stored and requests are queued.
func personal() []sorted {
	return []sorted{
		show[ecommpay.BadRow](),
		show[ecommpay.Chargeback]("ChargebackID", "OperationID", "Status", "ReasonCode", "ChbCurrency"),
		show[ecommpay.ChargebackPage](),
		show[ecommpay.CurrencyRatesParams]("Currency"),
		show[ecommpay.DecodeError]("Operation"),
		show[ecommpay.Error]("Operation", "Code"),
		show[ecommpay.FinancialOperationsParams](),
		show[ecommpay.FraudOperation]("OperationID", "PaymentID", "FraudType", "TrCurrency"),
		show[ecommpay.FraudOperationPage](),
		show[ecommpay.ListChargebacksParams](),
		show[ecommpay.ListFraudOperationsParams](),
		show[ecommpay.ListOperationsParams](),
		show[ecommpay.Operation]("OperationID", "PaymentID", "OperationType", "OperationStatus", "SumInitial"),
		show[ecommpay.OperationPage](),
		show[ecommpay.PaymentOperation]("OperationID", "OperationType", "Sum"),
		show[ecommpay.PaymentOperationList](),
		show[ecommpay.RawAnswer](),
		show[ecommpay.Response](),
		show[ecommpay.SignatureError]("Operation"),
		show[ecommpaysync.Applied](),
		show[ecommpaysync.Change](),

		show[finik.BadRow](),
		show[finik.CheckRecipientRequest]("ServiceID"),
		show[finik.CreatePaymentRequest]("ServiceID", "TransactionID"),
		show[finik.DecodeError]("Operation"),
		show[finik.Error]("Operation", "Code", "Reason", "PaymentID"),
		show[finik.Event]("ID", "TransactionID", "Status"),
		show[finik.EventAccount](),
		show[finik.EventSender](),
		show[finik.Fields](),
		show[finik.Payment]("ID", "TransactionID", "Status"),
		show[finik.PaymentRecipient]("Status"),
		show[finik.Recipient](),
		show[finik.Response](),

		show[transactions.BadRow](),
		show[transactions.DecodeError]("Operation"),
		show[transactions.Error]("Operation", "Code"),
		show[transactions.FieldError](),
		show[transactions.Filter](),
		show[transactions.ListTransactionsParams]("Sort"),
		show[transactions.Response](),
		show[transactions.Text](),
		show[transactions.Transaction]("RequestTrID", "Status"),
		show[transactions.TransactionPage](),
		show[transactionssync.Applied](),
		show[transactionssync.Change](),

		show[vima.BadRow](),
		show[vima.CardStart]("OperType", "ActionID", "PaymentID", "Currency"),
		show[vima.CreateParams]("Method"),
		show[vima.CustomerAccount](),
		show[vima.DecodeError]("Operation"),
		show[vima.Error]("Operation", "Code"),
		show[vima.Identifiers]("CID"),
		show[vima.ListOperationsParams](), show[vima.RangesParams](),
		show[vima.MethodParams](),
		show[vima.MinorAmount]("Currency"),
		show[vima.Operation]("OperationID", "ClientOperationID", "CurrentStatus", "PaymentStatus", "CompleteCurrency"),
		show[vima.OperationPage]("NextCreateID", "NextUpdateID"),
		show[vima.Payer](),
		show[vima.Payment](),
		show[vima.Person](),
		show[vima.Response](),
		show[vimasync.Applied](),
		show[vimasync.Change](),

		show[wallet.BadRow](),
		show[wallet.BestAddress](),
		show[wallet.BestParty](),
		show[wallet.BestPerson](),
		show[wallet.BestPersonData](),
		show[finikjournal.Entry]("Reference", "State", "TransactionID", "PaymentID"),
		show[finikjournal.Payout]("Reference"),
		show[finikjournal.Privacy](),

		show[wallet.BestTransfer]("Number", "Currency"),
		show[wallet.BestTransferList](),
		show[wallet.BestTransferReport](),
		show[wallet.Card]("State"),
		show[wallet.CreatePaymentRequest]("Type", "ClientPaymentID"),
		show[wallet.DecodeError]("Operation"),
		show[wallet.Error]("Operation", "Code"),
		show[wallet.Event]("From", "To", "Type"),
		show[wallet.ExecutePaymentRequest]("Type"),
		show[wallet.Meta]("NextAction"),
		show[wallet.Owner](),
		show[wallet.Parameter]("ID"),
		show[wallet.Payment]("ClientPaymentID", "Type", "Status", "DeclineReason"),
		show[wallet.PaymentPage](),
		show[wallet.PaymentResult](),
		show[wallet.Response](),
		show[wallet.SendBillRequest](),
	}
}

// harmless are the types that may print all that they hold: texts of a fixed set,
// figures, settings, facts about a provider. The rows, credentials and requests of
// the fakes are made up.
const harmless = `
ecommpay.Attempt Balance BalanceList CallOption CardType ChargebackKey ChargebackStatus CredentialSource
	Field Interval OperationStatus StatusClass OperationType Option PaymentStatus
	PaymentType RetryPolicy Signer Sum VerifyMode
ecommpaysync.Before CheckParams Checkpoint Commit DayReport Dialect Params Report Result SQLStore State Store StoreOption Totals
ecommpaytest.Fault FaultKind Moves Option Plan Request Server
finik.Attempt CallOption CredentialSource EventItem EventLimit EventService KeyboardType ListServicesParams Locale Logo Option
	PayoutParams Reason RequiredField RetryPolicy Service ServicePage ServiceRef ServiceStatus Signer Status StatusClass WaitParams
finikjournal.Act Addition Change CheckReport ConflictError Dialect Difference Event EventKind Filter Flags Gate Journal OpenSum Option Params
	ReportRow Result Sealer State Stats Sum WebhookEvent
finiktest.Account DeliverParams ErrorShape Event Fault FaultKind Option Recipient Request Server Service Transfer
	TransferKind User
transactions.Attempt CallOption Exact Field Option PayType Range RetryPolicy Sort Status StatusClass TokenSource
transactionssync.Before CheckParams Checkpoint Commit DayReport Dialect Params Report Result SQLStore State Store StoreOption Totals
transactionstest.Fault FaultKind Option Plan Request Server Shape Understood
vima.Attempt Authenticator CallOption CardFinish ClientInfo CredentialSource Date OperationRange OperationRanges Option RetryPolicy Status
	StatusClass
vimasync.Before CheckParams Checkpoint Commit DayReport Dialect Params Report Result SQLStore State Store StoreOption Totals
vimatest.Fault FaultKind Option Plan Request Server
wallet.Attempt Authenticator BestCountry CallOption CardState DeclineReason EventType ListPaymentsParams NextAction Option
	PageInfo ParameterItem ParameterPattern Provider RetryPolicy Service Status StatusClass TokenSource Type UrgentData WaitParams
wallettest.DeliverParams Card Event Fault FaultKind Option Request Server Service Transfer TransferKind Wallet
`

func secretNames() map[string]bool   { return namesOf(secrets()) }
func personalNames() map[string]bool { return namesOf(personal()) }

func namesOf(list []sorted) map[string]bool {
	names := map[string]bool{}
	for _, s := range list {
		names[s.String()] = true
	}
	return names
}

func harmlessNames() map[string]bool {
	names := map[string]bool{}
	var in string
	for name := range strings.FieldsSeq(harmless) {
		if pkg, first, ok := strings.Cut(name, "."); ok {
			in, name = pkg, first
		}
		names[in+"."+name] = true
	}
	return names
}
