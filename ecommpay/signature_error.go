package ecommpay

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/payclients/payclients-go/internal/redact"
	"github.com/payclients/payclients-go/internal/transport"
)

// ErrBadSignature reports an answer whose signature is wrong or missing:
// something between the service and the client changed the answer, or the secret
// is not the one issued with the token. The error is a [SignatureError], which
// has the answer.
var ErrBadSignature = errors.New("ecommpay: bad signature")

// SignatureError is an answer that failed verification. It is not retried. It
// keeps the answer for whoever investigates; do not trust its content.
//
//	var e *ecommpay.SignatureError
//	if errors.As(err, &e) { … e.Body … }
type SignatureError struct {
	Operation  string // for example "ListOperations"; empty from Verify
	StatusCode int    // of HTTP; 0 from Verify
	Body       []byte `json:"-" xml:"-" yaml:"-"` // the answer as received; may hold personal data
	Err        error  // the reason; holds no value of the answer

	// Unverifiable is true if the answer has no text to sign because [Canonical]
	// refuses it: a string holds half a surrogate pair or broken UTF-8, or a name
	// repeats. Whether the signature is right can then not be known, and retrying
	// does not help. If odd bytes are the reason, Err names the row, counted from
	// 0, and the member.
	Unverifiable bool
}

// Class returns "signature" for every SignatureError, the same as Class of the
// [Attempt].
func (e *SignatureError) Class() string { return transport.ClassSignature }

// Error returns operation, status, class and reason. For an error of [Verify],
// which has no operation, it returns the reason only. It shows no value of the
// answer.
func (e *SignatureError) Error() string {
	if e == nil {
		return "ecommpay: no error"
	}
	if e.Operation == "" {
		return fmt.Sprintf("%v: %v", ErrBadSignature, e.Err)
	}
	return fmt.Sprintf("%s: bad signature: %v", redact.Where("ecommpay", e.Operation, e.StatusCode, e.Class()), e.Err)
}

// Is reports whether target is [ErrBadSignature], for errors.Is. It returns
// false for every other target.
func (e *SignatureError) Is(target error) bool { return target == ErrBadSignature }

// Unwrap returns the field Err, the reason, for errors.Is and errors.As.
func (e *SignatureError) Unwrap() error { return e.Err }

// Format prints what Error returns, for every verb, so that no verb prints
// Body.
func (e SignatureError) Format(s fmt.State, _ rune) { redact.Print(s, e.Error()) }

// LogValue returns what Error returns, as a string for log/slog.
func (e SignatureError) LogValue() slog.Value { return slog.StringValue(e.Error()) }
