package finik_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// vectorFile is testdata/finik_signatures.json.
type vectorFile struct {
	Key        vectorKey       `json:"key"`
	WebhookKey vectorKey       `json:"webhook_key"`
	Collation  string          `json:"collation_ascii_order"`
	Vectors    []requestVector `json:"vectors"`
	Webhooks   []webhookVector `json:"webhooks"`
}

type vectorKey struct {
	PKCS8  string `json:"private_pkcs8"`
	PKCS1  string `json:"private_pkcs1"`
	Public string `json:"public"`
}

type vectorInput struct {
	Method  string         `json:"method"`
	Path    string         `json:"path"`
	Host    string         `json:"host"`
	Headers map[string]any `json:"headers"`
	Query   [][2]*string   `json:"query"`
	Body    *string        `json:"body"`
}

type requestVector struct {
	Name  string      `json:"name"`
	Input vectorInput `json:"input"`
	SDK   struct {
		Reject    string  `json:"reject"`
		Body      *string `json:"body"`
		RawQuery  string  `json:"raw_query"`
		Canonical string  `json:"canonical"`
		SHA256    string  `json:"sha256"`
		Signature string  `json:"signature"`
	} `json:"sdk"`
}

type webhookVector struct {
	Name      string      `json:"name"`
	Input     vectorInput `json:"input"`
	Canonical string      `json:"canonical"`
	Signature string      `json:"signature"`
	Valid     bool        `json:"valid"`
}

func vectors(t testing.TB) vectorFile {
	t.Helper()
	text, err := os.ReadFile("testdata/finik_signatures.json")
	require.NoError(t, err)
	var all vectorFile
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // header values may be numbers
	require.NoError(t, decoder.Decode(&all))
	return all
}

func (in vectorInput) query() url.Values {
	q := url.Values{}
	for _, pair := range in.Query {
		value := ""
		if pair[1] != nil {
			value = *pair[1]
		}
		q[*pair[0]] = append(q[*pair[0]], value)
	}
	return q
}

func (in vectorInput) header() http.Header {
	h := http.Header{}
	for name, value := range in.Headers {
		switch v := value.(type) {
		case nil:
			h[name] = []string{""}
		case string:
			h[name] = []string{v}
		case json.Number:
			h[name] = []string{v.String()}
		}
	}
	return h
}

func (in vectorInput) message() finik.Message {
	m := finik.Message{Method: in.Method, Host: in.Host, Path: in.Path, Query: in.query(), Header: in.header()}
	if in.Body != nil {
		m.Body = []byte(*in.Body)
	}
	return m
}

func vectorPrivateKey(t testing.TB, text string) *rsa.PrivateKey {
	t.Helper()
	key, err := finik.ParsePrivateKey([]byte(text))
	require.NoError(t, err)
	return key
}

func vectorPublicKey(t testing.TB, text string) *rsa.PublicKey {
	t.Helper()
	key, err := finik.ParsePublicKey([]byte(text))
	require.NoError(t, err)
	return key
}

func TestRequestVectors(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	signer, err := finik.RSASigner(vectorPrivateKey(t, all.Key.PKCS8))
	require.NoError(t, err)
	sendable, rejected := 0, 0
	for _, v := range all.Vectors {
		if v.SDK.Reject != "" {
			rejected++
		} else {
			sendable++
		}
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			m := v.Input.message()
			text, err := m.Text()
			if v.SDK.Reject != "" {
				require.ErrorIs(t, err, finik.ErrInvalidRequest)
				assert.Nil(t, text)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, v.SDK.Canonical, string(text))
			if v.SDK.Body != nil {
				body, err := finik.CanonicalJSON(m.Body)
				require.NoError(t, err)
				assert.Equal(t, *v.SDK.Body, string(body))
				again, err := finik.CanonicalJSON(body)
				require.NoError(t, err)
				assert.Equal(t, *v.SDK.Body, string(again))
			}
			raw, err := finik.EncodeQuery(m.Query)
			require.NoError(t, err)
			assert.Equal(t, v.SDK.RawQuery, raw)
			line, err := finik.CanonicalQuery(m.Query)
			require.NoError(t, err)
			if line != "" {
				assert.Equal(t, strings.Split(v.SDK.Canonical, "\n")[3], line)
			}
			signature, err := signer.Sign(t.Context(), text)
			require.NoError(t, err)
			assert.Equal(t, v.SDK.Signature, base64.StdEncoding.EncodeToString(signature))
		})
	}
	assert.Equal(t, 46, sendable)
	assert.Equal(t, 16, rejected)
}

func TestReceivedTextOfVectors(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	key := vectorPublicKey(t, all.WebhookKey.Public)
	valid := 0
	for _, v := range all.Webhooks {
		t.Run(v.Name, func(t *testing.T) {
			text, err := v.Input.message().ReceivedText()
			require.NoError(t, err, v.Name)
			assert.Equal(t, v.Canonical, string(text), v.Name)
			signature, err := base64.StdEncoding.DecodeString(v.Signature)
			require.NoError(t, err, v.Name)
			digest := sha256.Sum256(text)
			assert.Equal(t, v.Valid, rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil, v.Name)
			if v.Valid {
				valid++
			}
		})
	}
	assert.Equal(t, 3, valid)
	assert.Len(t, all.Webhooks, 9)
}
