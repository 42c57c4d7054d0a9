package ecommpay

import "slices"

// Field names a field of an operation, for ListOperationsParams.Fields. FieldBIN
// asks for Operation.BIN, and so on: the fields of [Operation] say what they hold.
// A name that is not one of the constants of this package is refused with
// ErrInvalidRequest before sending.
type Field string

// The fields that an answer has if the request asks for none.
// FieldOperationCompletedAt is among them in an older document only: ask for it
// if you need it.
const (
	FieldProjectID              Field = "project_id"
	FieldOperationID            Field = "operation_id"
	FieldPaymentID              Field = "payment_id"
	FieldOperationType          Field = "operation_type"
	FieldOperationStatus        Field = "operation_status"
	FieldAccountNumber          Field = "account_number"
	FieldCustomerIP             Field = "customer_ip"
	FieldPaymentMethodName      Field = "payment_method_name"
	FieldPaymentMethodType      Field = "payment_method_type"
	FieldPaymentDescription     Field = "payment_description"
	FieldOperationCreatedAt     Field = "operation_created_at"
	FieldOperationCompletedAt   Field = "operation_completed_at"
	FieldProviderDate           Field = "provider_date"
	FieldShipmentDate           Field = "shipment_date"
	FieldSumInitial             Field = "sum_initial"
	FieldSumConverted           Field = "sum_converted"
	FieldARN                    Field = "arn"
	FieldRRN                    Field = "rrn"
	FieldPaymentProviderCode    Field = "payment_provider_code"
	FieldPaymentProviderMessage Field = "payment_provider_message"
)

// The fields that an answer has only if the request asks for them.
const (
	FieldAcquirerBankName       Field = "acquirer_bank_name"
	FieldAuthCode               Field = "auth_code"
	FieldAVSPostCode            Field = "avs_post_code"
	FieldAVSResult              Field = "avs_result"
	FieldAVSStreetAddress       Field = "avs_street_address"
	FieldBalanceID              Field = "balance_id"
	FieldBankName               Field = "bank_name"
	FieldBIN                    Field = "bin"
	FieldCardEnrollCheck        Field = "card_enroll_check"
	FieldCardHolder             Field = "card_holder"
	FieldCardProductName        Field = "card_product_name"
	FieldCardToken              Field = "card_token"
	FieldCompletedRefund        Field = "completed_refund"
	FieldCountryByIP            Field = "country_by_ip"
	FieldCountryByBIN           Field = "country_by_bin"
	FieldCurrencyRate           Field = "currency_rate"
	FieldCustomerEmail          Field = "customer_email"
	FieldCustomerID             Field = "customer_id"
	FieldECI                    Field = "eci"
	FieldExpirationDate         Field = "expiration_date"
	FieldLegalEntityName        Field = "legal_entity_name"
	FieldMerchantID             Field = "merchant_id"
	FieldPaymentCurrency        Field = "payment_currency"
	FieldPaymentType            Field = "payment_type"
	FieldProjectName            Field = "project_name"
	FieldProjectURL             Field = "project_url"
	FieldProviderPaymentID      Field = "provider_payment_id"
	FieldRecurringID            Field = "recurring_id"
	FieldRecurringRegister      Field = "recurring_register"
	FieldRecurringValidThru     Field = "recurring_valid_thru"
	FieldRemainingRefund        Field = "remaining_refund"
	FieldSecure3DSCheck         Field = "secure_3ds_check"
	FieldTransactionCompletedAt Field = "transaction_completed_at"
	FieldTransactionCreatedAt   Field = "transaction_created_at"
	FieldTransactionStatus      Field = "transaction_status"
)

// Fields that ask for one member of a [Sum] only. The other member of the Sum is
// then zero: AmountMinor is 0, which does not mean an amount of 0, or Currency is
// "". [FieldSumInitial] and [FieldSumConverted] ask for both members: use them.
const (
	FieldSumInitialAmount     Field = "sum_initial.amount"
	FieldSumInitialCurrency   Field = "sum_initial.currency"
	FieldSumConvertedAmount   Field = "sum_converted.amount"
	FieldSumConvertedCurrency Field = "sum_converted.currency"
)

// DefaultFields returns the 20 fields that an answer has if the request asks
// for none; FieldOperationCompletedAt among them may be missing in such an answer.
// Each call returns a new slice, so you may append fields to ask for more.
func DefaultFields() []Field {
	return []Field{
		FieldProjectID, FieldOperationID, FieldPaymentID,
		FieldOperationType, FieldOperationStatus, FieldAccountNumber,
		FieldCustomerIP, FieldPaymentMethodName, FieldPaymentMethodType,
		FieldPaymentDescription, FieldOperationCreatedAt, FieldOperationCompletedAt,
		FieldProviderDate, FieldShipmentDate, FieldSumInitial,
		FieldSumConverted, FieldARN, FieldRRN,
		FieldPaymentProviderCode, FieldPaymentProviderMessage,
	}
}

// AllFields returns all 55 fields that the documents list, the 20 of
// [DefaultFields] first. The four fields for one member of a sum, such as
// FieldSumInitialAmount, are not in it. Each call returns a new slice.
func AllFields() []Field {
	return append(DefaultFields(),
		FieldAcquirerBankName, FieldAuthCode, FieldAVSPostCode,
		FieldAVSResult, FieldAVSStreetAddress, FieldBalanceID,
		FieldBankName, FieldBIN, FieldCardEnrollCheck,
		FieldCardHolder, FieldCardProductName, FieldCardToken,
		FieldCompletedRefund, FieldCountryByIP, FieldCountryByBIN,
		FieldCurrencyRate, FieldCustomerEmail, FieldCustomerID,
		FieldECI, FieldExpirationDate, FieldLegalEntityName,
		FieldMerchantID, FieldPaymentCurrency, FieldPaymentType,
		FieldProjectName, FieldProjectURL, FieldProviderPaymentID,
		FieldRecurringID, FieldRecurringRegister, FieldRecurringValidThru,
		FieldRemainingRefund, FieldSecure3DSCheck, FieldTransactionCompletedAt,
		FieldTransactionCreatedAt, FieldTransactionStatus,
	)
}

// wireNames returns the names to send: each sum is replaced by its two members,
// because the documentation shows sums by their members only.
func wireNames(fields []Field) []Field {
	var names []Field
	for _, f := range fields {
		switch f {
		case FieldSumInitial:
			names = append(names, FieldSumInitialAmount, FieldSumInitialCurrency)
		case FieldSumConverted:
			names = append(names, FieldSumConvertedAmount, FieldSumConvertedCurrency)
		default:
			names = append(names, f)
		}
	}
	return names
}

// known reports whether the documents list the field or the member of a sum.
func (f Field) known() bool {
	switch f {
	case FieldSumInitialAmount, FieldSumInitialCurrency, FieldSumConvertedAmount, FieldSumConvertedCurrency:
		return true
	}
	return slices.Contains(AllFields(), f)
}
