package finik

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
)

// The keys that the service publishes for its webhook events.
const (
	productionWebhookKey = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuF/PUmhMPPidcMxhZBPbBSGJoSphmCI+h6ru8fG8guAlcPMVlhs+ThTjw2LHABvciwtpj51ebJ4EqhlySPyThqSfXI6Jp5dPGJNDguxfocohaz98wvT+WAF86DEglZ8dEsfoumojFUy5sTOBdHEug94B4BbrJvjmBa1YIx9Azse4HFlWhzZoYPgyQpArhokeHOHIN2QFzJqeriANO+wVaUMta2AhRVZHbfyJ36XPhGO6A5FYQWgjzkI65cxZs5LaNFmRx6pjnhjIeVKKgF994OoYCzhuR9QmWkPl7tL4Kd68qa/xHLz0Psnuhm0CStWOYUu3J7ZpzRK8GoEXRcr8tQIDAQAB"
	betaWebhookKey       = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwlrlKz/8gLWd1ARWGA/8o3a3Qy8G+hPifyqiPosiTY6nCHovANMIJXk6DH4qAqqZeLu8pLGxudkPbv8dSyG7F9PZEAryMPzjoB/9P/F6g0W46K/FHDtwTM3YIVvstbEbL19m8yddv/xCT9JPPJTbLsSTVZq5zCqvKzpupwlGS3Q3oPyLAYe+ZUn4Bx2J1WQrBu3b08fNaR3E8pAkCK27JqFnP0eFfa817VCtyVKcFHb5ij/D0eUP519Qr/pgn+gsoG63W4pPHN/pKwQUUiAyuLSHqL5S2yu1dffyMcMVi9E/Q2HCTcez5OvOllgOtkNYHSv9pnrMRuws3u87+hNTZwIDAQAB"
)

// ProductionWebhookKey returns the public key that the service has published for
// the webhook events of its acquiring product in production, for Webhook.Keys.
// Each call returns a new copy and does no I/O. Unverified for payouts. Keys may
// change: take them from configuration if you can.
func ProductionWebhookKey() *rsa.PublicKey { return published(productionWebhookKey) }

// BetaWebhookKey returns the public key that the service has published for
// webhook events of the beta, for Webhook.Keys. Each call returns a new copy and
// does no I/O. Unverified for payouts. Keys may change: take them from
// configuration if you can.
func BetaWebhookKey() *rsa.PublicKey { return published(betaWebhookKey) }

func published(text string) *rsa.PublicKey {
	key, err := ParsePublicKey([]byte(text))
	if err != nil {
		panic(err) // a test parses both
	}
	return key
}

// ParsePrivateKey parses an RSA key from PEM: PKCS#8 ("BEGIN PRIVATE KEY") or
// PKCS#1 ("BEGIN RSA PRIVATE KEY"), the two that openssl writes. Line ends may be
// written as \n, and whitespace and quotes may surround the text, as happens in
// environment variables.
//
// It returns nil and [ErrInvalidRequest] if text has no such key, or the key is
// encrypted (openssl pkey decrypts it), of another kind than RSA, or below 2048
// bits. The error holds nothing of the text.
func ParsePrivateKey(text []byte) (*rsa.PrivateKey, error) {
	der, rule := findPEM(tidy(text), "PRIVATE KEY", "RSA PRIVATE KEY")
	if rule != "" {
		return nil, invalid("private key: " + rule)
	}
	// The label does not decide, because people edit it by hand.
	key, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		other, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return nil, invalid("private key: must be whole and valid, in PKCS#1 or PKCS#8")
		}
		var isRSA bool
		if key, isRSA = other.(*rsa.PrivateKey); !isRSA {
			return nil, invalid("private key: must be an RSA key")
		}
	}
	if rule := keyProblem(&key.PublicKey); rule != "" {
		return nil, invalid("private key: " + rule)
	}
	return key, nil
}

// ParsePublicKey parses an RSA key from PEM ("BEGIN PUBLIC KEY", or "BEGIN RSA
// PUBLIC KEY" for PKCS#1), or from the Base64 between such lines, as the service
// prints its keys. Line ends, whitespace and quotes may be as in
// [ParsePrivateKey].
//
// It returns nil and [ErrInvalidRequest] if text has no such key, or the key is
// not RSA or below 2048 bits.
func ParsePublicKey(text []byte) (*rsa.PublicKey, error) {
	text = tidy(text)
	var der []byte
	if bytes.Contains(text, []byte("-----BEGIN")) {
		var rule string
		if der, rule = findPEM(text, "PUBLIC KEY", "RSA PUBLIC KEY"); rule != "" {
			return nil, invalid("public key: " + rule)
		}
	} else {
		var err error
		if der, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(text)), "")); err != nil {
			return nil, invalid("public key: must be PEM or Base64")
		}
	}
	key, err := x509.ParsePKCS1PublicKey(der)
	if err != nil {
		other, err := x509.ParsePKIXPublicKey(der)
		if err != nil {
			return nil, invalid("public key: must be whole and valid, in SubjectPublicKeyInfo or PKCS#1")
		}
		var isRSA bool
		if key, isRSA = other.(*rsa.PublicKey); !isRSA {
			return nil, invalid("public key: must be an RSA key")
		}
	}
	if rule := keyProblem(key); rule != "" {
		return nil, invalid("public key: " + rule)
	}
	return key, nil
}

// keyProblem returns what is wrong with a key, "" if nothing is.
func keyProblem(key *rsa.PublicKey) string {
	const least = 2048
	switch {
	case key == nil || key.N == nil:
		return "must not be empty"
	case key.N.BitLen() < least:
		return "must have 2048 bits or more"
	case key.E < 3 || key.E%2 == 0:
		return "must have an odd exponent above 1"
	}
	return ""
}

// tidy returns text without what configuration files do to PEM: \n for line ends,
// quotes and whitespace around it.
func tidy(text []byte) []byte {
	text = bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(text), []byte("\ufeff")))
	if n := len(text); n > 1 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] {
		text = text[1 : n-1]
	}
	text = bytes.ReplaceAll(text, []byte(`\r`), nil)
	lines := bytes.Split(bytes.ReplaceAll(text, []byte(`\n`), []byte("\n")), []byte("\n"))
	for i, line := range lines {
		lines[i] = bytes.TrimSpace(line)
	}
	return append(bytes.Join(lines, []byte("\n")), '\n')
}

// findPEM returns the first block of one of two types, or the rule that text
// breaks.
func findPEM(text []byte, either, or string) (der []byte, rule string) {
	rule = "must be a whole PEM block"
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return nil, rule
		}
		switch {
		case block.Type == "ENCRYPTED PRIVATE KEY", strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
			return nil, "must not be encrypted, openssl pkey decrypts it"
		case block.Type == either, block.Type == or:
			return block.Bytes, ""
		}
		rule = "must have a block " + either + " or " + or
	}
}
