package finik_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// otherKeys are an elliptic one and an RSA key of 1024 bits, in PKCS#8 or
// SubjectPublicKeyInfo.
func otherKeys(t testing.TB) (elliptic8, ellipticPublic []byte, small *rsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	elliptic8, err = x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	ellipticPublic, err = x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(t, err)
	small, err = rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	return elliptic8, ellipticPublic, small
}

func TestParsePrivateKey(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	want := vectorPrivateKey(t, all.Key.PKCS8)
	eight, one := all.Key.PKCS8, all.Key.PKCS1
	relabelled := strings.ReplaceAll(one, "RSA PRIVATE KEY", "PRIVATE KEY")
	for name, text := range map[string]string{
		"PKCS#8":                eight,
		"PKCS#1":                one,
		"literal line ends":     strings.ReplaceAll(eight, "\n", `\n`),
		"of Windows":            strings.ReplaceAll(one, "\n", `\r\n`),
		"real ones of Windows":  strings.ReplaceAll(one, "\n", "\r\n"),
		"quotes":                `"` + strings.ReplaceAll(eight, "\n", `\n`) + `"`,
		"single quotes":         "'" + eight + "'",
		"blanks":                " \n\t" + eight + "\n \n",
		"indented":              "  " + strings.ReplaceAll(eight, "\n", "\n  "),
		"byte order mark":       "\ufeff" + eight,
		"no line end":           strings.TrimSpace(eight),
		"a label that is wrong": relabelled,
		"words before it":       "Bag Attributes\n    friendlyName: k\n" + eight,
		"other blocks before":   all.Key.Public + one,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := finik.ParsePrivateKey([]byte(text))
			require.NoError(t, err, name)
			assert.True(t, want.Equal(got), name)
		})
	}
}

func TestParsePrivateKeyRefuses(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	elliptic8, _, small := otherKeys(t)
	small8, err := x509.MarshalPKCS8PrivateKey(small)
	require.NoError(t, err)
	block, _ := pem.Decode([]byte(all.Key.PKCS8))
	secret := all.Key.PKCS8[100:160]
	legacy := "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00000000000000000000000000000000\n\n" +
		strings.SplitN(all.Key.PKCS1, "\n", 2)[1]
	for _, c := range []struct{ name, text, rule string }{
		{"nothing", "", "must be a whole PEM block"},
		{"no PEM", secret, "must be a whole PEM block"},
		{"bare Base64", base64.StdEncoding.EncodeToString(block.Bytes), "must be a whole PEM block"},
		{"cut short", all.Key.PKCS8[:800], "must be a whole PEM block"},
		{"cut inside", pemText("PRIVATE KEY", block.Bytes[:500]), "must be whole and valid, in PKCS#1 or PKCS#8"},
		{"damaged", pemText("PRIVATE KEY", damaged(block.Bytes, len(block.Bytes)-100)), "must be whole and valid, in PKCS#1 or PKCS#8"},
		{"empty block", pemText("PRIVATE KEY", nil), "must be whole and valid, in PKCS#1 or PKCS#8"},
		{"public", all.Key.Public, "must have a block PRIVATE KEY or RSA PRIVATE KEY"},
		{"encrypted", pemText("ENCRYPTED PRIVATE KEY", block.Bytes), "must not be encrypted, openssl pkey decrypts it"},
		{"encrypted as of old", legacy, "must not be encrypted, openssl pkey decrypts it"},
		{"elliptic", pemText("PRIVATE KEY", elliptic8), "must be an RSA key"},
		{"elliptic by its label", pemText("EC PRIVATE KEY", elliptic8), "must have a block PRIVATE KEY or RSA PRIVATE KEY"},
		{"small PKCS#8", pemText("PRIVATE KEY", small8), "must have 2048 bits or more"},
		{"small PKCS#1", pemText("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(small)), "must have 2048 bits or more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			key, err := finik.ParsePrivateKey([]byte(c.text))
			require.ErrorIs(t, err, finik.ErrInvalidRequest, c.name)
			assert.EqualError(t, err, "finik: invalid request: private key: "+c.rule, c.name)
			assert.Nil(t, key)
		})
	}
}

func damaged(data []byte, at int) []byte {
	data = bytes.Clone(data)
	data[at] ^= 1
	return data
}

func TestParsePublicKey(t *testing.T) {
	t.Parallel()
	all := vectors(t)
	want := &vectorPrivateKey(t, all.Key.PKCS8).PublicKey
	block, _ := pem.Decode([]byte(all.Key.Public))
	bare := base64.StdEncoding.EncodeToString(block.Bytes)
	for name, text := range map[string]string{
		"SubjectPublicKeyInfo": all.Key.Public,
		"PKCS#1":               pemText("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(want)),
		"PKCS#1, other label":  pemText("PUBLIC KEY", x509.MarshalPKCS1PublicKey(want)),
		"Base64":               bare,
		"Base64 in lines":      " " + bare[:64] + "\r\n" + bare[64:] + "\n",
		"Base64 of PKCS#1":     base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PublicKey(want)),
		"quoted":               `"` + strings.ReplaceAll(all.Key.Public, "\n", `\n`) + `"`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := finik.ParsePublicKey([]byte(text))
			require.NoError(t, err, name)
			assert.True(t, want.Equal(got), name)
		})
	}
	_, ellipticPublic, small := otherKeys(t)
	weak := *want
	weak.E = 1
	even := *want
	even.E = 65538
	for _, c := range []struct{ name, text, rule string }{
		{"nothing", "", "must be whole and valid, in SubjectPublicKeyInfo or PKCS#1"},
		{"no Base64", "key!", "must be PEM or Base64"},
		{"cut short", all.Key.Public[:200], "must be a whole PEM block"},
		{"cut Base64", bare[:300], "must be whole and valid, in SubjectPublicKeyInfo or PKCS#1"},
		{"private", all.Key.PKCS8, "must have a block PUBLIC KEY or RSA PUBLIC KEY"},
		{"elliptic", pemText("PUBLIC KEY", ellipticPublic), "must be an RSA key"},
		{"small", pemText("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&small.PublicKey)), "must have 2048 bits or more"},
		{"exponent 1", pemText("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&weak)), "must have an odd exponent above 1"},
		{"exponent even", pemText("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&even)), "must have an odd exponent above 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			key, err := finik.ParsePublicKey([]byte(c.text))
			require.ErrorIs(t, err, finik.ErrInvalidRequest, c.name)
			assert.EqualError(t, err, "finik: invalid request: public key: "+c.rule, c.name)
			assert.Nil(t, key)
		})
	}
}

func TestPublishedKeys(t *testing.T) {
	t.Parallel()
	production, beta := finik.ProductionWebhookKey(), finik.BetaWebhookKey()
	assert.Equal(t, 2048, production.N.BitLen())
	assert.Equal(t, 2048, beta.N.BitLen())
	assert.False(t, production.Equal(beta))
	production.E = 3
	assert.Equal(t, 65537, finik.ProductionWebhookKey().E, "nobody can change the key of others")
}

func FuzzParsePrivateKey(f *testing.F) {
	all := vectors(f)
	f.Add([]byte(all.Key.PKCS8))
	f.Add([]byte(all.Key.PKCS1))
	f.Add([]byte(`"` + strings.ReplaceAll(all.Key.PKCS8, "\n", `\n`) + `"`))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----"))
	f.Add([]byte("''"))
	f.Fuzz(func(t *testing.T, text []byte) {
		given := bytes.Clone(text)
		key, err := finik.ParsePrivateKey(text)
		require.Equal(t, given, text)
		if err != nil {
			require.ErrorIs(t, err, finik.ErrInvalidRequest)
			require.Nil(t, key)
			require.Less(t, len(err.Error()), 120, "an error has rules and no keys")
			return
		}
		require.GreaterOrEqual(t, key.N.BitLen(), 2048)
		_, err = finik.RSASigner(key)
		require.NoError(t, err)
	})
}

func ExampleParsePrivateKey() {
	_, err := finik.ParsePrivateKey([]byte("not a key"))
	fmt.Println(err)
	// Output: finik: invalid request: private key: must be a whole PEM block
}

func ExampleParsePublicKey() {
	key, err := finik.ParsePublicKey([]byte("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuF/PUmhMPPidcMxhZBPbBSGJoSphmCI+h6ru8fG8guAlcPMVlhs+ThTjw2LHABvciwtpj51ebJ4EqhlySPyThqSfXI6Jp5dPGJNDguxfocohaz98wvT+WAF86DEglZ8dEsfoumojFUy5sTOBdHEug94B4BbrJvjmBa1YIx9Azse4HFlWhzZoYPgyQpArhokeHOHIN2QFzJqeriANO+wVaUMta2AhRVZHbfyJ36XPhGO6A5FYQWgjzkI65cxZs5LaNFmRx6pjnhjIeVKKgF994OoYCzhuR9QmWkPl7tL4Kd68qa/xHLz0Psnuhm0CStWOYUu3J7ZpzRK8GoEXRcr8tQIDAQAB"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(key.N.BitLen(), "bits, the published one:", key.Equal(finik.ProductionWebhookKey()))
	// Output: 2048 bits, the published one: true
}
