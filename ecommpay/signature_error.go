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

// Class returns "signature", the same as the Class of the [Attempt].
func (e *SignatureError) Class() string { return transport.ClassSignature }

// Error returns operation, status, class and reason; from Verify the reason only.
func (e *SignatureError) Error() string {
	if e == nil {
		return "ecommpay: no error"
	}
	if e.Operation == "" {
		return fmt.Sprintf("%v: %v", ErrBadSignature, e.Err)
	}
	return fmt.Sprintf("%s: bad signature: %v", redact.Where("ecommpay", e.Operation, e.StatusCode, e.Class()), e.Err)
}

// Is reports whether target is [ErrBadSignature].
func (e *SignatureError) Is(target error) bool { return target == ErrBadSignature }

// Unwrap returns Err.
func (e *SignatureError) Unwrap() error { return e.Err }

// Format prints the text of Error for every verb.
func (e SignatureError) Format(s fmt.State, _ rune) { redact.Print(s, e.Error()) }

// LogValue returns for log/slog what Error prints.
func (e SignatureError) LogValue() slog.Value { return slog.StringValue(e.Error()) }
