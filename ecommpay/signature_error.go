package ecommpay

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/payclients/payclients-go/internal/redact"
	"github.com/payclients/payclients-go/internal/transport"
)

// ErrBadSignature reports an answer whose signature is wrong, missing or
// impossible to check. The possible reasons: something between the service and the
// client changed the answer; the secret is not the secret that was issued with the
// token; or SignatureError.Unverifiable is true. The error is a [SignatureError],
// which has the answer. Do not use such an answer: check the secret and the
// network.
var ErrBadSignature = errors.New("ecommpay: bad signature")

// SignatureError is an answer that failed verification. The client does not retry
// the call. Body holds the answer for an investigation; do not trust Body.
//
//	var e *ecommpay.SignatureError
//	if errors.As(err, &e) { … e.Body … }
type SignatureError struct {
	Operation  string // for example "ListOperations"; empty from Verify
	StatusCode int    // of HTTP; 0 from Verify
	Body       []byte `json:"-" xml:"-" yaml:"-"` // the answer as received; may hold personal data
	Err        error  // the reason; holds no value of the answer

	// Unverifiable is true if [Canonical] refuses the answer, for example because a
	// string holds half a surrogate pair or broken UTF-8, or because a name repeats.
	// Whether the signature is right can then not be known, and retrying does not
	// help. For half a surrogate pair and broken UTF-8, Err names the row, counted
	// from 0, and the member, as far as their names are plain words.
	Unverifiable bool
}

// Class returns "signature" for every SignatureError, also for a nil e. The field
// Class of the [Attempt] has the same word.
func (e *SignatureError) Class() string { return transport.ClassSignature }

// Error returns Operation, StatusCode, "signature" and the reason. For an error of
// [Verify], which has no Operation, it returns "ecommpay: bad signature: " and the
// reason. It shows no value of the answer. For a nil *SignatureError it returns
// "ecommpay: no error".
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

// Unwrap returns the field Err, the reason, for errors.Is and errors.As. e must not
// be nil.
func (e *SignatureError) Unwrap() error { return e.Err }

// Format prints what Error returns, for every verb, so that no verb prints
// Body.
func (e SignatureError) Format(s fmt.State, _ rune) { redact.Print(s, e.Error()) }

// LogValue returns what Error returns, as a string for log/slog.
func (e SignatureError) LogValue() slog.Value { return slog.StringValue(e.Error()) }
