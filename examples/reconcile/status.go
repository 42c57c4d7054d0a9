package main

import (
	"fmt"
	"maps"
	"strings"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/vima"
)

// classes are what statuses come to. Case, and blanks around them, mean nothing.
type classes map[string]class

func (c classes) of(status string) (class, bool) {
	found, known := c[plainStatus(status)]
	return found, known
}

// with are c and those that text adds to or puts in the place of it:
// "SETTLED=success,REVERSED=failed".
func (c classes) with(flag, text string) (classes, error) {
	all := maps.Clone(c)
	for pair := range strings.SplitSeq(text, ",") {
		if text == "" {
			break
		}
		status, to, ok := strings.Cut(pair, "=")
		into := class(strings.TrimSpace(to))
		if !ok || plainStatus(status) == "" || into != success && into != failed && into != pending {
			return nil, fmt.Errorf("%w: %s must be pairs such as SETTLED=success,REVERSED=failed, of success, failed or pending", errUsage, flag)
		}
		all[plainStatus(status)] = into
	}
	return all, nil
}

func plainStatus(status string) string { return strings.ToLower(strings.TrimSpace(status)) }

func newClasses(of map[class][]string) classes {
	all := classes{}
	for class, statuses := range of {
		for _, status := range statuses {
			all[status] = class
		}
	}
	return all
}

// vimaClasses are those of vima.Operation.Outcome.
func vimaClasses() classes {
	return newClasses(map[class][]string{
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
	return newClasses(map[class][]string{
		success: {"success", "successful", "succeeded", "paid", "completed", "complete", "approved"},
		failed:  {"failed", "fail", "failure", "declined", "rejected", "cancelled", "canceled", "expired", "error"},
		pending: {"pending", "in_process", "in process", "processing", "in_progress", "initiated", "created", "user_input_required"},
	})
}

// ecommpayClasses are those of ecommpay.OperationStatus. That "unknown" is on
// its way is Unverified; it is final for nobody.
func ecommpayClasses() classes {
	return newClasses(map[class][]string{
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
