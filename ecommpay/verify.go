package ecommpay

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"github.com/payclients/payclients-go/internal/scan"
	"github.com/payclients/payclients-go/internal/wire"
)

// VerifyMode sets which answers must carry a signature, see
// WithResponseVerification. The zero value is VerifyStrict. A value that is not
// one of the constants is refused by NewClient with ErrInvalidRequest.
type VerifyMode int

// The modes of verification. A good signature proves that the answer comes from a
// holder of the secret and was not changed. It does not prove that the answer is
// new, complete, or belongs to the request: every empty page has the same
// signature. Only answers with HTTP status 2xx are verified. A refusal without a
// signature is an [*Error] in every mode, also with HTTP status 2xx. Any other answer
// that the mode does not accept fails the call with [*SignatureError], or with
// [*DecodeError] if it is not a JSON object.
const (
	// VerifyStrict accepts signed answers only. It is the default.
	VerifyStrict VerifyMode = iota
	// VerifyIfPresent also accepts an answer without the member "signature". A
	// signature that is present must be right.
	VerifyIfPresent
	// VerifyOff accepts every answer, also one with a wrong signature.
	VerifyOff
)

// Verify checks the signature of a JSON object, in its member "signature", and
// returns nil if it is right. Pass the body as received: decoding and encoding
// again changes numbers. A byte order mark at the start is skipped. Verify does
// no I/O.
//
// The signature may cover the lines of [Canonical] in any of three orders: the
// order of Canonical, the lines sorted by bytes, as some of the provider's own
// libraries do, or the paths sorted by bytes. The orders differ, for example,
// for an array of more than ten elements. Which order the service uses for
// longer arrays is Unverified.
//
// Every failure matches [ErrBadSignature] and is a [*SignatureError]:
//   - the signature is wrong, missing, or not 64 bytes in Base64
//   - Canonical refuses the body
//   - secret is ""
func Verify(secret string, body []byte) error {
	if secret == "" {
		return &SignatureError{Body: body, Err: errors.New("the secret is empty")}
	}
	once := secretSigner{func(text []byte) ([]byte, error) { return signOnce(secret, text), nil }}
	bad, err := verifyAnswer(context.Background(), once, VerifyStrict, body)
	if bad != nil {
		return bad
	}
	return err
}

// verifyAnswer checks the signature of an answer. bad is nil if the answer is
// accepted, else the reason, without operation and status code, which the caller
// adds. err is the error of a signer that failed; bad is then nil.
func verifyAnswer(ctx context.Context, s Signer, mode VerifyMode, body []byte) (bad *SignatureError, err error) {
	if mode == VerifyOff {
		return nil, nil //nolint:nilnil // nothing is wrong
	}
	bad = &SignatureError{Body: body}
	body = wire.Text(body)
	w := newWriter()
	defer w.release()
	if w.canonical(body) != nil {
		bad.Err, bad.Unverifiable = fmt.Errorf("the answer %w", w.Err), true
		return bad, nil
	}
	if w.signature == nil {
		if mode == VerifyIfPresent {
			return nil, nil //nolint:nilnil // nothing is wrong
		}
		bad.Err = errors.New("the answer has none")
		return bad, nil
	}
	quoted := scanner{Scanner: scan.Scanner{Body: w.signature}}
	if quoted.Next() != '"' {
		bad.Err = errors.New("it is not a string")
		return bad, nil
	}
	claimed, err := base64.StdEncoding.Strict().AppendDecode(nil, quoted.string())
	if err != nil {
		bad.Err = errors.New("it is not in Base64")
		return bad, nil
	}
	texts := [][]byte{w.result}
	for k := 0; k < len(texts); k++ {
		mac, err := signText(ctx, s, texts[k])
		if err != nil {
			return nil, err
		}
		if hmac.Equal(mac, claimed) {
			return nil, nil //nolint:nilnil // nothing is wrong
		}
		if k == 0 {
			texts = otherOrders(body, texts)
		}
	}
	bad.Err = errors.New("it does not match")
	return bad, nil
}

// otherOrders appends to texts the texts sorted by bytes, where they differ.
func otherOrders(body []byte, texts [][]byte) [][]byte {
	w := newWriter()
	defer w.release()
	for _, compare := range []func([]byte, line, line) int{byLine, byPath} {
		other := w.sorted(body, compare)
		if !slices.ContainsFunc(texts, func(t []byte) bool { return bytes.Equal(t, other) }) {
			texts = append(texts, other)
		}
	}
	return texts
}
