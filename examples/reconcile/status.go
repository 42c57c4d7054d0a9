package main

import (
	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/vima"
)

// classes are what statuses come to.
type classes = words[class]

// allClasses are the classes in the order in which a user reads them.
func allClasses() []class { return []class{success, failed, pending} }

// vimaClasses are those of vima.Operation.Outcome.
func vimaClasses() classes {
	return newWords(map[class][]string{
		success: {string(vima.StatusSuccess)},
		failed:  {string(vima.StatusFail), string(vima.StatusFailed)},
		pending: {
			string(vima.StatusInProcess), string(vima.StatusInProcessSpaced),
			string(vima.StatusUserInputRequired), string(vima.StatusPending),
		},
	})
}

// fileClasses are words that an export may use. Which ones PayShack does is
// Unverified; what is none of these is told, and not guessed.
func fileClasses() classes {
	return newWords(map[class][]string{
		success: {"success", "successful", "succeeded", "paid", "completed", "complete", "approved"},
		failed:  {"failed", "fail", "failure", "declined", "rejected", "cancelled", "canceled", "expired", "error"},
		pending: {"pending", "in_process", "in process", "processing", "in_progress", "initiated", "created", "user_input_required"},
	})
}

// ecommpayClasses are those of ecommpay.OperationStatus. That "unknown" is on
// its way is Unverified; it is final for nobody.
func ecommpayClasses() classes {
	return newWords(map[class][]string{
		success: {string(ecommpay.StatusSuccess)},
		failed: {
			string(ecommpay.StatusDecline), string(ecommpay.StatusExpired),
			string(ecommpay.StatusExternalError), string(ecommpay.StatusInternalError),
			string(ecommpay.StatusInvoiceCancelled), string(ecommpay.StatusInvoiceCanceled),
		},
		pending: {
			string(ecommpay.StatusProcessing), string(ecommpay.StatusExternalProcessing),
			string(ecommpay.StatusAwaiting3DSResult), string(ecommpay.StatusAwaitingRedirectResult),
			string(ecommpay.StatusAwaitingCustomer), string(ecommpay.StatusAwaitingCustomerAction),
			string(ecommpay.StatusAwaitingClarification), string(ecommpay.StatusAwaitingMerchantAuth),
			string(ecommpay.StatusAwaitingApproval), string(ecommpay.StatusAwaitingPayment),
			string(ecommpay.StatusAwaitingFinalization), string(ecommpay.StatusAwaitingConfirmation),
			string(ecommpay.StatusInvoiceSent), string(ecommpay.StatusUnknown),
		},
	})
}
