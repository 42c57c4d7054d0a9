package torture

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"sync"
)

// Leaks returns the secrets that text contains, each with the form in which it
// contains them: plain, URL-encoded, Base64, hexadecimal or as Go prints bytes.
// Case does not matter. nil means none.
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

// forms returns the ways in which a secret can be written, in lower case: plain,
// URL-encoded, in Base64 at any offset, in hexadecimal, and as Go prints bytes.
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
