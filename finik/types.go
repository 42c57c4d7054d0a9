package finik

import (
	"strings"
)

// Status is the state of a payment. An unknown value is kept as received. Compare
// with [Status.Is]: the provider writes capitals, but lower case has been seen.
type Status string

// The statuses of a payment.
const (
	StatusPending    Status = "PENDING"    // accepted, not yet in progress
	StatusProcessing Status = "PROCESSING" // in progress
	StatusSucceeded  Status = "SUCCEEDED"  // paid
	StatusFailed     Status = "FAILED"     // not paid
	StatusCanceled   Status = "CANCELED"   // not paid
)

// Is reports whether two statuses are the same word. The word need not be one
// that this package knows. Upper and lower case do not matter. SUCCESS, which
// another API of the provider sends, counts as SUCCEEDED.
func (s Status) Is(other Status) bool { return s.known() == other.known() }

// Class returns what the status means; upper and lower case do not matter. It
// returns StatusClassSucceeded for SUCCEEDED and SUCCESS, StatusClassFailed for
// FAILED and CANCELED, StatusClassPending for PENDING and PROCESSING, and
// StatusClassUnknown for any other status and for "".
func (s Status) Class() StatusClass {
	switch s.known() {
	case StatusSucceeded:
		return StatusClassSucceeded
	case StatusFailed, StatusCanceled:
		return StatusClassFailed
	case StatusPending, StatusProcessing:
		return StatusClassPending
	}
	return StatusClassUnknown
}

// Final reports whether the status is succeeded, failed or canceled. It is false
// for a status that this package does not know; see [Payment.Final].
func (s Status) Final() bool { return s.Class().Final() }

// unpaid reports whether the status is failed or canceled.
func (s Status) unpaid() bool { return s.Class() == StatusClassFailed }

// known returns the status in capitals, SUCCESS as SUCCEEDED.
func (s Status) known() Status {
	upper := Status(strings.ToUpper(string(s)))
	if upper == "SUCCESS" {
		return StatusSucceeded
	}
	return upper
}

// ServiceStatus says whether a service can be paid for. An unknown value is kept
// as received.
type ServiceStatus string

// The statuses of a service. Only an enabled service can be paid for (Unverified).
// How disabled and inactive services differ is not documented. ListServices leaves
// out inactive services unless ListServicesParams.Status names them.
const (
	ServiceStatusEnabled  ServiceStatus = "ENABLED"
	ServiceStatusDisabled ServiceStatus = "DISABLED"
	ServiceStatusInactive ServiceStatus = "INACTIVE"
)

// Locale is a language of names and labels. "" means English. For an unknown
// Locale [Service.Name] and [RequiredField.Label] return English, and
// ListServices sends the Locale to the service as it is.
type Locale string

// The languages of the service.
const (
	LocaleEN Locale = "EN" // English, the default
	LocaleKY Locale = "KY" // Kyrgyz
	LocaleRU Locale = "RU" // Russian
)

// KeyboardType says how a person enters a field. An unknown value is kept as
// received.
type KeyboardType string

// The kinds of fields.
const (
	KeyboardTypePhone KeyboardType = "PHONE"
	KeyboardTypeMoney KeyboardType = "MONEY" // an amount
	KeyboardTypeText  KeyboardType = "TEXT"
)
