package ecommpay

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/payclients/payclients-go/internal/redact"
	"github.com/payclients/payclients-go/internal/transport"
)

// ErrBadSignature is an answer whose signature is wrong or missing: something
// between the client and the service changed it, or the secret is not the one
// that was issued with the token. [SignatureError] has the answer.
var ErrBadSignature = errors.New("ecommpay: bad signature")

// SignatureError is an answer that did not pass verification. It keeps the
// answer, which is not to be trusted, for whoever looks into the matter.
//
//	var e *ecommpay.SignatureError
//	if errors.As(err, &e) { … e.Body … }
type SignatureError struct {
	Operation  string // for example "ListOperations"; empty from Verify
	StatusCode int    // of HTTP; 0 from Verify
	Body       []byte `json:"-" xml:"-" yaml:"-"` // the answer as received; may hold personal data
	Err        error  // why, without any value

	// Unverifiable is true where the answer has no text to sign, because
	// [Canonical] refuses it: a member holds half a surrogate pair or broken
	// UTF-8, or a name repeats. Nobody can tell then whether the signature is
	// right, and asking again does not help. Err names the row, counted from 0,
	// and the member where odd bytes are the reason.
	Unverifiable bool
}

// Class returns "signature", which is the Class of the [Attempt] too.
func (e *SignatureError) Class() string { return transport.ClassSignature }

// Error prints operation, status, class and why.
func (e *SignatureError) Error() string {
	if e == nil {
		return "ecommpay: no error"
	}
	if e.Operation == "" {
		return fmt.Sprintf("%v: %v", ErrBadSignature, e.Err)
	}
	return fmt.Sprintf("%s: bad signature: %v", redact.Where("ecommpay", e.Operation, e.StatusCode, e.Class()), e.Err)
}

// Is matches [ErrBadSignature].
func (e *SignatureError) Is(target error) bool { return target == ErrBadSignature }

// Unwrap gives Err.
func (e *SignatureError) Unwrap() error { return e.Err }

// Format prints Error for every verb.
func (e SignatureError) Format(s fmt.State, _ rune) { redact.Print(s, e.Error()) }

// LogValue gives log/slog what Error prints.
func (e SignatureError) LogValue() slog.Value { return slog.StringValue(e.Error()) }
