package torture

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"sync"
)

// Leaks looks for secrets in text. It looks for several encodings of each
// secret: plain, URL-encoded, hexadecimal, a list of decimal bytes as Go prints
// []byte, and Base64. Upper and lower case count as equal.
//
// For each encoding found, Leaks returns one string: the secret, then " as ",
// then the encoded secret in lower case. For example, the secret "Kz" in
// hexadecimal is reported as "Kz as 4b7a". For Base64 the encoded secret lacks
// the characters that depend on the text around the secret. The strings come in
// the order of secrets. If two encodings of a secret are equal, such as plain
// and URL-encoded, the result has two equal strings. Leaks returns nil if it
// finds nothing.
//
// Each secret must have at least two bytes. Leaks panics for an empty secret,
// and reports a secret of one byte in every text.
func Leaks(text string, secrets []string) []string {
	text = strings.ToLower(text)
	var leaks []string
	for _, secret := range secrets {
		for _, form := range forms(secret) {
			if strings.Contains(text, form) {
				leaks = append(leaks, secret+" as "+form)
			}
		}
	}
	return leaks
}

var formsOf sync.Map

// forms returns eight ways in which secret may be written, in lower case:
//
//   - plain, URL-encoded and hexadecimal
//   - its bytes as decimal numbers, once separated by spaces and once by commas
//   - three forms in Base64, for a secret within a longer text. Base64 encodes
//     three bytes at a time, so the form depends on where the secret begins. Each
//     form leaves out the characters that depend on the text around the secret.
//
// Some may be equal. Later calls for the same secret return the same slice, so do
// not change it. secret must not be "": forms then panics. It is safe for
// concurrent use.
func forms(secret string) []string {
	if known, ok := formsOf.Load(secret); ok {
		return known.([]string) //nolint:forcetypeassert // nothing else is stored
	}
	numbers := strings.Trim(fmt.Sprintf("%d", []byte(secret)), "[]")
	all := []string{secret, url.QueryEscape(secret), hex.EncodeToString([]byte(secret)), numbers, strings.ReplaceAll(numbers, " ", ",")}
	for offset := range 3 {
		// The characters at both ends depend on the neighbours.
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", offset) + secret + "xx"))
		all = append(all, text[(offset*8+5)/6:(offset+len(secret))*8/6])
	}
	for i := range all {
		all[i] = strings.ToLower(all[i])
	}
	formsOf.Store(secret, all)
	return all
}
