package ecommpay_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
)

func TestVerifyVectors(t *testing.T) {
	t.Parallel()
	for _, v := range signatureVectors(t) {
		t.Run(v.Kind+"/"+v.Use+"/"+v.Name, func(t *testing.T) {
			t.Parallel()
			members := map[string]json.RawMessage{}
			require.NoError(t, json.Unmarshal([]byte(v.Body), &members))
			members["signature"] = fmt.Appendf(nil, "%q", v.Signature)
			body, err := json.Marshal(members)
			require.NoError(t, err)
			require.NoError(t, ecommpay.Verify(v.Secret, body))
			require.ErrorIs(t, ecommpay.Verify(v.Secret+"x", body), ecommpay.ErrBadSignature)
			require.ErrorIs(t, ecommpay.Verify("", body), ecommpay.ErrBadSignature)
			members["extra"] = json.RawMessage(`"1"`)
			body, err = json.Marshal(members)
			require.NoError(t, err)
			require.ErrorIs(t, ecommpay.Verify(v.Secret, body), ecommpay.ErrBadSignature)
		})
	}
}

// Whether the service sorts more than ten rows as numbers is not known.
func TestVerifyOrders(t *testing.T) {
	t.Parallel()
	const secret = "0123456789abcdef0123"
	body := []byte(`{"l":["a","b","c","d","e","f","g","h","i","j","k","l"],"o":{"item":"x","item!":"y","item1":"z"}}`)
	texts := map[string]int{}
	for i, less := range []func(a, b referenceLine) bool{byNature, byLine, byPath} {
		t.Run(fmt.Sprint("case ", i), func(t *testing.T) {
			text, err := referenceText(body, less)
			require.NoError(t, err)
			texts[text] = i + 1
			signed := withSignature(t, secret, body, text)
			require.NoError(t, ecommpay.Verify(secret, signed))
			var asked []string
			require.NoError(t, ecommpay.VerifyAnswer(t.Context(), signerFunc(func(_ context.Context, text []byte) ([]byte, error) {
				asked = append(asked, string(text))
				return hmacOf(secret, text), nil
			}), ecommpay.VerifyStrict, signed))
			assert.Len(t, asked, i+1)
			assert.Equal(t, text, asked[i])
		})
	}
	assert.Len(t, texts, 3, "the three orders differ here")

	// Where all orders are one, a wrong signature costs one call.
	calls := 0
	err := ecommpay.VerifyAnswer(t.Context(), signerFunc(func(context.Context, []byte) ([]byte, error) {
		calls++
		return make([]byte, 64), nil
	}), ecommpay.VerifyStrict, signedBody(t, []byte(`{"a":1,"b":2}`)))
	require.ErrorIs(t, err, ecommpay.ErrBadSignature)
	assert.Equal(t, 1, calls)
}

func TestVerifyModes(t *testing.T) {
	t.Parallel()
	const secret = "secret"
	right, err := ecommpay.Sign(secret, []byte(`{"operations":[]}`))
	require.NoError(t, err)
	wrong := base64.StdEncoding.EncodeToString(make([]byte, 64))
	const none, notText, notBase64, noMatch = "the answer has none", "it is not a string", "it is not in Base64", "it does not match"
	for _, c := range []struct{ name, body, strict, ifPresent string }{
		{"right", `{"operations":[],"signature":"` + right + `"}`, "", ""},
		{"right, first", `{"signature":"` + right + `","operations":[]}`, "", ""},
		{"right, with escapes", `{"operations":[],"signature":"` + strings.ReplaceAll(right, "/", `\/`) + `"}`, "", ""},
		{"missing", `{"operations":[]}`, none, ""},
		{"missing, one within a row", `{"operations":[{"signature":"` + right + `"}]}`, none, ""},
		{"of another case", `{"operations":[],"Signature":"` + right + `"}`, none, ""},
		{"null", `{"operations":[],"signature":null}`, notText, notText},
		{"number", `{"operations":[],"signature":1}`, notText, notText},
		{"list", `{"operations":[],"signature":["` + right + `"]}`, notText, notText},
		{"empty", `{"operations":[],"signature":""}`, noMatch, noMatch},
		{"wrong", `{"operations":[],"signature":"` + wrong + `"}`, noMatch, noMatch},
		{"short", `{"operations":[],"signature":"` + base64.StdEncoding.EncodeToString(make([]byte, 63)) + `"}`, noMatch, noMatch},
		{"without padding", `{"operations":[],"signature":"` + right[:86] + `"}`, notBase64, notBase64},
		{"hexadecimal", `{"operations":[],"signature":"` + fmt.Sprintf("%x", hmacOf(secret, nil)) + `"}`, noMatch, noMatch},
		{"other bits in the padding", `{"operations":[],"signature":"` + right[:85] + "/==" + `"}`, notBase64, notBase64},
		{"twice", `{"signature":"` + right + `","operations":[],"signature":"` + right + `"}`, "the answer must not repeat a name", "the answer must not repeat a name"},
		{"a row added", `{"operations":[{"a":1}],"signature":"` + right + `"}`, noMatch, noMatch},
		{"HTML", `<html></html>`, "the answer must be a JSON object", "the answer must be a JSON object"},
		{"cut", `{"operations":[],"signa`, "the answer must have", "the answer must have"},
		{"nothing", ``, "the answer must be a JSON object", "the answer must be a JSON object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			signer := ecommpay.NewSecretSigner(secret)
			check := func(err error, why string) {
				if why == "" {
					assert.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, ecommpay.ErrBadSignature)
				var e *ecommpay.SignatureError
				require.ErrorAs(t, err, &e)
				assert.Equal(t, c.body, string(e.Body))
				assert.True(t, strings.HasPrefix(e.Error(), "ecommpay: bad signature: "+why), e.Error())
			}
			check(ecommpay.VerifyAnswer(t.Context(), signer, ecommpay.VerifyStrict, []byte(c.body)), c.strict)
			check(ecommpay.Verify(secret, []byte(c.body)), c.strict)
			check(ecommpay.VerifyAnswer(t.Context(), signer, ecommpay.VerifyIfPresent, []byte(c.body)), c.ifPresent)
			check(ecommpay.VerifyAnswer(t.Context(), signer, ecommpay.VerifyOff, []byte(c.body)), "")
		})
	}
}

func TestVerifyWithEmptySecret(t *testing.T) {
	t.Parallel()
	body := withSignature(t, "", []byte(`{"a":1}`), "a:1")
	require.ErrorIs(t, ecommpay.Verify("", body), ecommpay.ErrBadSignature)
	require.Error(t, ecommpay.VerifyAnswer(t.Context(), ecommpay.NewSecretSigner(""), ecommpay.VerifyStrict, body))
}

// That a signer cannot be reached says nothing about the answer.
func TestVerifyPassesErrorsOfTheSigner(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := ecommpay.VerifyAnswer(ctx, signerFunc(func(ctx context.Context, _ []byte) ([]byte, error) {
		return nil, ctx.Err()
	}), ecommpay.VerifyStrict, signedBody(t, []byte(`{"a":1}`)))
	require.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, ecommpay.ErrBadSignature)
}

// No change of a signed answer goes unseen, except changes without a meaning.
func TestVerifySeesEveryChange(t *testing.T) {
	t.Parallel()
	body := signedBody(t, benchPage(1))
	text, err := ecommpay.Canonical(body)
	require.NoError(t, err)
	seen := 0
	for i := range body {
		for _, c := range []byte{'"', ' ', body[i] ^ 1, body[i] ^ 0x80} {
			changed := bytes.Clone(body)
			changed[i] = c
			other, err := ecommpay.Canonical(changed)
			if err == nil && bytes.Equal(other, text) {
				continue // in the signature, or the byte that it was
			}
			seen++
			require.ErrorIs(t, ecommpay.Verify(benchSecret, changed), ecommpay.ErrBadSignature, "byte %d is %q", i, c)
		}
	}
	assert.Greater(t, seen, 3*len(body)/2)
}

func TestSignatureErrorPrintsNoAnswer(t *testing.T) {
	t.Parallel()
	const marker = "payer@example.com"
	err := ecommpay.Verify("secret", []byte(`{"email":"`+marker+`","signature":"`+marker+`"}`))
	var e *ecommpay.SignatureError
	require.ErrorAs(t, err, &e)
	assert.Contains(t, string(e.Body), marker)
	assert.EqualError(t, err, "ecommpay: bad signature: it is not in Base64")

	e.Operation, e.StatusCode = "ListOperations", 200
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+" "+verb+" "+verb+"\n", e, *e, fmt.Errorf("walk: %w", e))
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("failed", "pointer", e, "value", *e)
	slog.New(slog.NewTextHandler(&out, nil)).Info("failed", "pointer", e, "value", *e)
	text, failed := json.Marshal(e)
	require.NoError(t, failed)
	out.Write(text)
	assert.NotContains(t, out.String(), marker)
	assert.NotContains(t, out.String(), fmt.Sprintf("%x", marker))
	assert.EqualError(t, e, "ecommpay: ListOperations: status 200 (signature): bad signature: it is not in Base64")
	assert.EqualError(t, (*ecommpay.SignatureError)(nil), "ecommpay: no error")
	assert.NotErrorIs(t, errors.Unwrap(e), ecommpay.ErrBadSignature)
}

// FuzzVerify holds that what was signed verifies, and nothing else.
func FuzzVerify(f *testing.F) {
	for _, v := range signatureVectors(f) {
		f.Add(v.Secret, []byte(v.Body), v.Signature)
	}
	f.Add("", []byte(`{"a":1,"signature":""}`), "")
	f.Fuzz(func(t *testing.T, secret string, body []byte, signature string) {
		err := ecommpay.Verify(secret, body)
		if err != nil {
			require.ErrorIs(t, err, ecommpay.ErrBadSignature)
		} else {
			require.NotEmpty(t, secret)
		}
		signed, err := ecommpay.SignBody(t.Context(), ecommpay.NewSecretSigner(secret), body)
		if err != nil {
			return
		}
		require.NoError(t, ecommpay.Verify(secret, signed))
		require.ErrorIs(t, ecommpay.Verify(secret+"x", signed), ecommpay.ErrBadSignature)
		require.ErrorIs(t, ecommpay.Verify("", signed), ecommpay.ErrBadSignature)
		right, err := ecommpay.Sign(secret, body)
		require.NoError(t, err)
		claimed, err := json.Marshal(signature)
		require.NoError(t, err)
		other := bytes.Replace(signed, []byte(`"signature":"`+right+`"`), append([]byte(`"signature":`), claimed...), 1)
		if signature == right {
			require.NoError(t, ecommpay.Verify(secret, other))
		} else if !bytes.Equal(other, signed) {
			mac, err := base64.StdEncoding.DecodeString(signature)
			if err != nil || !bytes.Equal(mac, hmacOfBody(t, secret, body)) {
				require.ErrorIs(t, ecommpay.Verify(secret, other), ecommpay.ErrBadSignature)
			}
		}
	})
}

func hmacOfBody(t testing.TB, secret string, body []byte) []byte {
	t.Helper()
	text, err := ecommpay.Canonical(body)
	require.NoError(t, err)
	return hmacOf(secret, text)
}
