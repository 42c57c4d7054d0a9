// Package ecommpay reads balances, operations, chargebacks and fraud reports from
// the ecommpay Data API. It signs each request and verifies the signature of each
// answer.
//
// A [Client] has these calls. Where answers come in pages, the methods named
// Pages and All iterate over them (pagination).
//
//   - [Client.Balances]: the money available for payouts.
//   - [Client.AllOperations], [Client.OperationPages]: the operations of an
//     interval; [Client.OperationPagesByInterval] loads many with several
//     workers.
//   - [Client.OperationsByPayment]: the operations of one payment.
//   - [Client.AllChargebacks], [Client.ChargebackPages], [Client.GetChargeback]:
//     chargebacks.
//   - [Client.AllFraudOperations], [Client.FraudOperationPages]: fraud reports.
//   - [Client.FinancialOperations], [Client.CurrencyRates]: no document describes
//     their answers, so rows are raw.
//
// [Client.Do] makes calls that this package has no method for, and the fields
// named Unchecked add members to requests.
//
// # Signatures
//
// The client adds the token and the signature to the body of each attempt, below
// the caller's middleware. It verifies the signature of an answer on its bytes,
// before it decodes any of them. [WithResponseVerification] sets which answers
// must have a signature. [Sign], [Verify] and [Canonical] do the same for other
// texts. A signature proves origin and integrity. It does not tie an answer to
// its request: nothing in an answer names its page or interval.
//
// [WithCredentialSource] replaces credentials without a restart, and [WithSigner]
// keeps the secret in an HSM or a KMS.
//
// # Pagination
//
// The service pages by offset and selects operations by the time of their last
// update, so rows move while a program iterates over pages. Therefore each page
// overlaps the one before, which proves that nothing is lost between the two, see
// [Client.OperationPages]. Choose intervals that are over. Each time an operation
// changes, the service returns it again with a new time.
//
// # Amounts
//
// Operations and balances have minor units, in int64 fields named Minor. [Major]
// converts them to decimals by the digits of their currency, and [Minor] back.
// Chargebacks and fraud have decimals in major units, except two amounts of a
// chargeback, which are in minor units. No amount passes through a float.
//
// # Errors and retries
//
// Every method except [Client.Do] only reads, although each request is a POST.
// Such a request is retried after network errors, a body cut short, and the
// statuses 429, 500, 502, 503 and 504, up to 3 attempts in all, with random waits
// between 250 ms and 5 s; [WithRetry] changes these limits. An attempt may take 6
// minutes, since answers can take five; see [WithTimeout].
//
// Bad input is [ErrInvalidRequest], before any I/O. That includes a semicolon in
// any string, which would make a signature ambiguous. A refusal by the service is
// [*Error]; status 401 means wrong credentials or a project that the token cannot
// reach. An answer with a wrong or missing signature is [*SignatureError]. An
// answer that cannot be read is [*DecodeError], and never "no more pages".
//
// # Secrets and personal data
//
// The secret is never sent. Credentials, clients and options show neither token
// nor secret through fmt, log/slog, JSON, XML or YAML; encoding/gob refuses them.
// Rows print ids, status, amount and time only; encoders write them in full.
//
// # FIPS 140-3
//
// The package works under GODEBUG=fips140=only. Enforcement is lifted in one
// place: for the HMAC of a secret below 14 bytes, which FIPS 140-3 does not
// approve. A longer secret, or [WithSigner], needs no exception.
//
// # Unverified
//
// This package was written from documents and libraries of the provider, without
// an account. Unverified are: the order of more than ten rows in the text to sign
// (all known orders are tried), the order of rows and the stability of offsets
// (pagination needs neither), the inclusive ends of intervals, the spelling of
// types and statuses of several words, the time zone of chargebacks and fraud,
// and everything marked Unverified in a comment.
package ecommpay
