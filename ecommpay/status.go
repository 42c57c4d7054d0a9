package ecommpay

import "strings"

// OperationType says what an operation does. An unknown value is kept as
// received, and sent as it is in ListOperationsParams.
type OperationType string

// The known types of operations. How the service spells types of two words, in
// answers and as a filter, is Unverified: two of them are documented in both
// spellings. Whether the service uses a value marked Unverified is not certain.
const (
	TypeSale                  OperationType = "sale"
	TypeAuth                  OperationType = "auth"
	TypeCapture               OperationType = "capture"
	TypeCancel                OperationType = "cancel"
	TypeRefund                OperationType = "refund"
	TypeReversal              OperationType = "reversal"
	TypePayout                OperationType = "payout"
	TypeRecurring             OperationType = "recurring"
	TypeRecurringUpdate       OperationType = "recurring update" // Unverified
	TypeRecurringUpdateJoined OperationType = "recurring_update" // another spelling; Unverified
	TypeRecurringCancel       OperationType = "recurring cancel" // Unverified
	TypeRecurringCancelJoined OperationType = "recurring_cancel" // another spelling; Unverified
	TypeAccountVerification   OperationType = "account verification"
	TypeInvoice               OperationType = "invoice"
	TypeIncremental           OperationType = "incremental"
	TypeRefundReverse         OperationType = "refund reverse"        // Unverified
	TypeManualChange          OperationType = "manual change"         // Unverified
	TypeCommission            OperationType = "commission"            // Unverified
	TypeCreateCashVoucher     OperationType = "create_cash_voucher"   // Unverified
	TypeCustomerAction        OperationType = "customer action"       // Unverified
	TypePaymentConfirmation   OperationType = "payment confirmation"  // Unverified
	TypeCaptureSettlement     OperationType = "capture settlement"    // Unverified
	TypeContractRegistration  OperationType = "contract registration" // Unverified
	TypePurchase              OperationType = "purchase"              // seen in financial reports; Unverified
)

// OperationStatus is the state of an operation. An unknown value is kept as
// received, and sent as it is in ListOperationsParams.
type OperationStatus string

// The known statuses of operations. [OperationStatus.Class] says which of them
// mean success, failure or pending. How the service spells statuses of several
// words is Unverified.
const (
	StatusProcessing             OperationStatus = "processing"
	StatusSuccess                OperationStatus = "success"
	StatusDecline                OperationStatus = "decline"
	StatusAwaiting3DSResult      OperationStatus = "awaiting 3ds result"
	StatusAwaitingRedirectResult OperationStatus = "awaiting redirect result"
	StatusAwaitingCustomer       OperationStatus = "awaiting customer"
	StatusAwaitingCustomerAction OperationStatus = "awaiting customer action"
	StatusAwaitingClarification  OperationStatus = "awaiting clarification"
	StatusAwaitingMerchantAuth   OperationStatus = "awaiting merchant auth"
	StatusAwaitingApproval       OperationStatus = "awaiting approval"
	StatusAwaitingPayment        OperationStatus = "awaiting payment"
	StatusAwaitingFinalization   OperationStatus = "awaiting finalization"
	StatusAwaitingConfirmation   OperationStatus = "awaiting confirmation"
	StatusExternalProcessing     OperationStatus = "external processing"
	StatusExternalError          OperationStatus = "external error"
	StatusInternalError          OperationStatus = "internal error"
	StatusInvoiceSent            OperationStatus = "invoice sent"
	StatusInvoiceCancelled       OperationStatus = "invoice cancelled"
	StatusInvoiceCanceled        OperationStatus = "invoice canceled" // another spelling
	StatusExpired                OperationStatus = "expired"
	StatusUnknown                OperationStatus = "unknown" // sent by the service, never set by this package
)

// Class returns what the status means. Upper and lower case do not matter.
//
//   - StatusClassSucceeded: success.
//   - StatusClassFailed: decline, expired, external error, internal error,
//     invoice cancelled, invoice canceled.
//   - StatusClassPending: processing, external processing, invoice sent,
//     awaiting 3ds result, awaiting redirect result, awaiting customer,
//     awaiting customer action, awaiting clarification, awaiting merchant
//     auth, awaiting approval, awaiting payment, awaiting finalization,
//     awaiting confirmation.
//   - StatusClassUnknown: any other status, "" and the service's own
//     "unknown".
func (s OperationStatus) Class() StatusClass {
	switch OperationStatus(strings.ToLower(string(s))) {
	case StatusSuccess:
		return StatusClassSucceeded
	case StatusDecline, StatusExpired, StatusExternalError, StatusInternalError,
		StatusInvoiceCancelled, StatusInvoiceCanceled:
		return StatusClassFailed
	case StatusProcessing, StatusExternalProcessing, StatusInvoiceSent,
		StatusAwaiting3DSResult, StatusAwaitingRedirectResult, StatusAwaitingCustomer,
		StatusAwaitingCustomerAction, StatusAwaitingClarification, StatusAwaitingMerchantAuth,
		StatusAwaitingApproval, StatusAwaitingPayment, StatusAwaitingFinalization,
		StatusAwaitingConfirmation:
		return StatusClassPending
	}
	return StatusClassUnknown
}

// Final reports whether [OperationStatus.Class] is StatusClassSucceeded or
// StatusClassFailed. It returns false for a pending status, for "" and for a
// status that this package does not know. That the status of an operation never
// changes once Final returns true is Unverified.
func (s OperationStatus) Final() bool { return s.Class().Final() }

// PaymentStatus is the state of a payment, which has one or more operations. An
// unknown value is kept as received.
type PaymentStatus string

// The known statuses of payments, in the service's own words. This package does
// not say which of them are final: see [OperationStatus.Class] of the payment's
// operations. How the service spells statuses of several words is Unverified.
const (
	PaymentStatusProcessing             PaymentStatus = "processing"
	PaymentStatusSuccess                PaymentStatus = "success"
	PaymentStatusDecline                PaymentStatus = "decline"
	PaymentStatusError                  PaymentStatus = "error"
	PaymentStatusExternalProcessing     PaymentStatus = "external processing"
	PaymentStatusExternalError          PaymentStatus = "external error"
	PaymentStatusInternalError          PaymentStatus = "internal error"
	PaymentStatusExpired                PaymentStatus = "expired"
	PaymentStatusUnknown                PaymentStatus = "unknown" // sent by the service, never set by this package
	PaymentStatusAwaiting3DSResult      PaymentStatus = "awaiting 3ds result"
	PaymentStatusAwaitingRedirectResult PaymentStatus = "awaiting redirect result"
	PaymentStatusAwaitingCustomer       PaymentStatus = "awaiting customer"
	PaymentStatusAwaitingCustomerAction PaymentStatus = "awaiting customer action"
	PaymentStatusAwaitingClarification  PaymentStatus = "awaiting clarification"
	PaymentStatusAwaitingMerchantAuth   PaymentStatus = "awaiting merchant auth"
	PaymentStatusAwaitingApproval       PaymentStatus = "awaiting approval"
	PaymentStatusAwaitingPayment        PaymentStatus = "awaiting payment"
	PaymentStatusAwaitingFinalization   PaymentStatus = "awaiting finalization"
	PaymentStatusAwaitingConfirmation   PaymentStatus = "awaiting confirmation"
	PaymentStatusAwaitingCapture        PaymentStatus = "awaiting capture"
	PaymentStatusAwaitingRetry          PaymentStatus = "awaiting retry"
	PaymentStatusInvoiceSent            PaymentStatus = "invoice sent"
	PaymentStatusInvoiceCancelled       PaymentStatus = "invoice cancelled"
	PaymentStatusInvoiceCanceled        PaymentStatus = "invoice canceled" // another spelling
	PaymentStatusCancelled              PaymentStatus = "cancelled"
	PaymentStatusCanceled               PaymentStatus = "canceled" // another spelling
	PaymentStatusPartiallyPaid          PaymentStatus = "partially paid"
	PaymentStatusPartiallyPaidOut       PaymentStatus = "partially paid out"
	PaymentStatusPartiallyPaidOutJoined PaymentStatus = "partially_paid_out" // another spelling
	PaymentStatusPartiallyRefunded      PaymentStatus = "partially refunded"
	PaymentStatusRefunded               PaymentStatus = "refunded"
	PaymentStatusPartiallyReversed      PaymentStatus = "partially reversed"
	PaymentStatusReversed               PaymentStatus = "reversed"
	PaymentStatusScheduledRecurring     PaymentStatus = "scheduled recurring processing"
)

// PaymentType is the kind of a payment, a number as a string. An unknown value is
// kept as received.
type PaymentType string

// The known types of payments.
const (
	PaymentTypeSale            PaymentType = "3"
	PaymentTypeTwoStepPurchase PaymentType = "31"
	PaymentTypeRecurring       PaymentType = "6"
	PaymentTypeTransfer        PaymentType = "24"
	PaymentTypePayout          PaymentType = "11"
)

// ChargebackStatus is the state of a chargeback. An unknown value is kept as
// received, and sent as it is in ListChargebacksParams.
type ChargebackStatus string

// The two statuses that a document shows. The service has others.
const (
	ChargebackWon          ChargebackStatus = "WON"
	ChargebackPartiallyWon ChargebackStatus = "PARTIALLY WON"
)

// Final reports whether the status is WON or PARTIALLY WON, in capitals. It
// returns false for every other status, also for "" and for a lost chargeback,
// because the documents name no status for a lost one. Use [Chargeback.Final]
// where you can: it also looks at ChbCompletedAt. That a chargeback never leaves
// the two statuses is Unverified.
func (s ChargebackStatus) Final() bool {
	return s == ChargebackWon || s == ChargebackPartiallyWon
}

// CardType is a card network. The constants are spelled as the filter of
// chargebacks expects them. Answers spell CardVisa "VISA", so do not compare
// Chargeback.CardType with the constants; how answers spell CardMastercard is not
// documented. An unknown value is kept as received, and sent as it is in
// ListChargebacksParams.
type CardType string

// The documented card networks.
const (
	CardVisa       CardType = "visa"
	CardMastercard CardType = "mc"
)
