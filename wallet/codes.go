package wallet

import "errors"

// The groups of error codes, for errors.Is. A code that this package does not know
// belongs to none of them, and is still in Error.Code.
//
// An *Error in a group is a refusal. Unless the error also matches
// ErrOutcomeUnknown, the call took no effect: CreatePayment created nothing, and
// after ExecutePayment the payment is as before. Remove the cause, then repeat
// CreatePayment with the same ClientPaymentID, or call PayOnce.
var (
	// ErrMissingParameter means that the service did not get a required parameter.
	ErrMissingParameter = errors.New("wallet: missing parameter")
	// ErrInvalidParameter means that the service does not accept a parameter, or
	// that a call does not fit the payment's state (CodeInvalidPaymentStatus,
	// CodeInvalidNextAction).
	ErrInvalidParameter = errors.New("wallet: invalid parameter")
	// ErrInsufficientFunds means that the wallet has too little money. It is
	// known from CreatePayment with TypeP2P. Any other payment may end as declined
	// instead, without an error, with DeclineReasonInsufficientFunds.
	ErrInsufficientFunds = errors.New("wallet: insufficient funds")
	// ErrLimitExceeded means that a limit of amount, turnover or cards was
	// exceeded.
	ErrLimitExceeded = errors.New("wallet: limit exceeded")
	// ErrWrongState means that the state of a wallet, card or person does not allow
	// the call.
	ErrWrongState = errors.New("wallet: wrong state")
)

// Codes of Error.Code in the group ErrMissingParameter. CodeMissingPhone and
// CodeMissingPassword are Unverified.
const (
	CodeMissingType            = "missing_type"
	CodeMissingClientPaymentID = "missing_client_payment_id"
	CodeMissingAmount          = "missing_amount"
	CodeMissingService         = "missing_service"
	CodeMissingParameters      = "missing_parameters"
	CodeMissingDestination     = "missing_destination"
	CodeMissingPhone           = "missing_phone"
	CodeMissingPassword        = "missing_password"
	CodeEmptyRequest           = "empty_request" // ReportBestTransfer without content
)

// Codes of Error.Code in the group ErrInvalidParameter. All but the first two
// are Unverified.
const (
	CodeInvalidAmount            = "invalid_amount"      // outside the service's minimum and maximum, or not above 0
	CodeInvalidDestination       = "invalid_destination" // a transfer to the wallet itself
	CodeInvalidPaymentParameters = "invalid_payment_parameters"
	CodeInvalidNextAction        = "invalid_next_action"    // ExecutePayment while the payment waits for something else
	CodeInvalidPaymentStatus     = "invalid_payment_status" // ExecutePayment for a payment that is past StatusCreated
	CodeInvalidPhone             = "invalid_phone"
	CodeInvalidPassword          = "invalid_password"
	CodeInvalidCode              = "invalid_code"
	CodeMessageTooLong           = "message_too_long"
)

// Codes of Error.Code in the group ErrNotFound. The last two are Unverified.
const (
	CodeServiceNotFound     = "service_not_found"
	CodeDestinationNotFound = "destination_not_found"
	CodeCardNotFound        = "card_not_found"
	CodeWalletNotFound      = "wallet_not_found"
)

// CodeInsufficientFunds is the only code in the group ErrInsufficientFunds: the
// wallet has too little money, and the call is refused.
// DeclineReasonInsufficientFunds has the same text, for a payment that is declined.
const CodeInsufficientFunds = "insufficient_funds"

// Codes of Error.Code in the group ErrLimitExceeded, Unverified. Older documents
// omit _exceeded in the codes about amounts, turnovers and active cards; those
// spellings belong to the group too.
const (
	CodeAmountLimitExceeded             = "amount_limit_exceeded"
	CodeInAmountLimitExceeded           = "in_amount_limit_exceeded"
	CodeOutAmountLimitExceeded          = "out_amount_limit_exceeded"
	CodeMonthlyInTurnoverLimitExceeded  = "monthly_in_turnover_limit_exceeded"
	CodeMonthlyOutTurnoverLimitExceeded = "monthly_out_turnover_limit_exceeded"
	CodeActiveCardsLimitExceeded        = "active_cards_limit_exceeded"
	CodeActiveCardsLimit                = "active_cards_limit"
)

// Codes of Error.Code in the group ErrWrongState, Unverified. If the status is 401, as
// it may be with the first three and CodeResetPassword, the error also matches
// ErrUnauthorized.
const (
	CodeWalletNotActive                = "wallet_not_active"
	CodeWalletDisabled                 = "wallet_disabled" // Error.Details has the reason
	CodeWalletNotIdentified            = "wallet_not_identified"
	CodeDestinationWalletNotIdentified = "destination_wallet_not_identified"
	CodeCardNotActive                  = "card_not_active"
	CodeResetPassword                  = "reset_password" // its meaning is not documented
	CodeCodeExpired                    = "code_expired"
	CodeFailureLimitExceeded           = "failure_limit_exceeded" // of wrong passwords or codes
	CodeResendLimitExceeded            = "resend_limit_exceeded"  // of messages with codes
	CodeAlreadyActive                  = "already_active"
	CodeAlreadyEnabled                 = "already_enabled"
	CodeAlreadyDisabled                = "already_disabled"
	CodePhoneAlreadyExists             = "phone_already_exists"
	CodePersonAlreadyVerified          = "person_already_verified"
)

// CodeInsufficientScope means that the token lacks a scope, which Error.Details names. It
// comes with status 403, so the error matches ErrForbidden. Unverified.
const CodeInsufficientScope = "insufficient_scope"

// groups are the sentinels of the codes.
var groups = map[string]error{
	CodeMissingType: ErrMissingParameter, CodeMissingClientPaymentID: ErrMissingParameter,
	CodeMissingAmount: ErrMissingParameter, CodeMissingService: ErrMissingParameter,
	CodeMissingParameters: ErrMissingParameter, CodeMissingDestination: ErrMissingParameter,
	CodeMissingPhone: ErrMissingParameter, CodeMissingPassword: ErrMissingParameter,
	CodeEmptyRequest: ErrMissingParameter,

	CodeInvalidAmount: ErrInvalidParameter, CodeInvalidDestination: ErrInvalidParameter,
	CodeInvalidPaymentParameters: ErrInvalidParameter, CodeInvalidNextAction: ErrInvalidParameter,
	CodeInvalidPaymentStatus: ErrInvalidParameter, CodeInvalidPhone: ErrInvalidParameter,
	CodeInvalidPassword: ErrInvalidParameter, CodeInvalidCode: ErrInvalidParameter,
	CodeMessageTooLong: ErrInvalidParameter,

	CodeServiceNotFound: ErrNotFound, CodeDestinationNotFound: ErrNotFound,
	CodeCardNotFound: ErrNotFound, CodeWalletNotFound: ErrNotFound,

	CodeInsufficientFunds: ErrInsufficientFunds,

	CodeAmountLimitExceeded: ErrLimitExceeded, "amount_limit": ErrLimitExceeded,
	CodeInAmountLimitExceeded: ErrLimitExceeded, "in_amount_limit": ErrLimitExceeded,
	CodeOutAmountLimitExceeded: ErrLimitExceeded, "out_amount_limit": ErrLimitExceeded,
	CodeMonthlyInTurnoverLimitExceeded: ErrLimitExceeded, "monthly_in_turnover_limit": ErrLimitExceeded,
	CodeMonthlyOutTurnoverLimitExceeded: ErrLimitExceeded, "monthly_out_turnover_limit": ErrLimitExceeded,
	CodeActiveCardsLimitExceeded: ErrLimitExceeded, CodeActiveCardsLimit: ErrLimitExceeded,

	CodeWalletNotActive: ErrWrongState, CodeWalletDisabled: ErrWrongState,
	CodeWalletNotIdentified: ErrWrongState, CodeDestinationWalletNotIdentified: ErrWrongState,
	CodeCardNotActive: ErrWrongState, CodeResetPassword: ErrWrongState, CodeCodeExpired: ErrWrongState,
	CodeFailureLimitExceeded: ErrWrongState, CodeResendLimitExceeded: ErrWrongState,
	CodeAlreadyActive: ErrWrongState, CodeAlreadyEnabled: ErrWrongState, CodeAlreadyDisabled: ErrWrongState,
	CodePhoneAlreadyExists: ErrWrongState, CodePersonAlreadyVerified: ErrWrongState,
}
