package finik_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// hostileTexts are what nobody should send, and somebody does.
func hostileTexts() []string {
	texts := []string{
		"", " ", "\t", "\n", "\r\n", "\x00", "\x7f", "\u0085", "\u00a0", "\u2028", "\u2029", "\ufeff", "\ufffd", "\ufffe", "\u202e", "\u200b", "\u200d",
		"\xff", "\xc3\x28", "\xed\xa0\x80", "\xf4\x90\x80\x80", "😀", "👨‍👩‍👧", "e\u0301", "İ", "ß", "Ａ", "ё", "Ѐ", "中文", "עברית", "٣",
		`"`, `\`, `\"`, `\u0041`, `\ud800`, "'", "`", "<script>", "&amp;", "</", "<!--", "%", "%41", "%2F", "%zz", "%s%n%d", "${x}", "{{x}}", "../..", "/", "//", "?a=b", "#", ";", "a=b&c=d",
		"+", "a b", "null", "true", "1", "01", "-0", "1e400", "NaN", "__proto__", "constructor", "toString", "hasOwnProperty", "4294967294", "4294967295", "-1",
		"a\nhost:example.com", "a&x-api-key:b", "x-api-key", ",", "{}", "[]", `{"a":1}`, `","accountId":"x`, strings.Repeat("x", 300), strings.Repeat("я", 5000), strings.Repeat("\\", 100), strings.Repeat("😀", 1000),
	}
	for c := range 0x21 {
		texts = append(texts, fmt.Sprintf("a%cb", rune(c)))
	}
	return texts
}

// Whatever text stands wherever: it is refused before it leaves, or its signature
// is the one that the service's own implementation makes.
func TestHostileTextsEverywhere(t *testing.T) {
	t.Parallel()
	srv, c := start(t)
	refused, sent := 0, 0
	for _, text := range hostileTexts() {
		for place, call := range map[string]func() error{
			"account": func() error {
				r := transfer(testID)
				r.AccountID = text
				_, err := c.CreatePayment(t.Context(), r)
				return err
			},
			"service": func() error {
				r := transfer(testID)
				r.ServiceID = text
				_, err := c.CreatePayment(t.Context(), r)
				return err
			},
			"user": func() error {
				r := transfer(testID)
				r.UserID = text
				_, err := c.CreatePayment(t.Context(), r)
				return err
			},
			"id": func() error {
				r := transfer(text)
				r.UserID = "nobody"
				_, err := c.CreatePayment(t.Context(), r)
				return err
			},
			"value": func() error {
				_, err := c.CheckRecipient(t.Context(), finik.CheckRecipientRequest{ServiceID: "none", Fields: finik.Fields{"a": text, "b": []any{text}}})
				return err
			},
			"name": func() error {
				_, err := c.CheckRecipient(t.Context(), finik.CheckRecipientRequest{ServiceID: "none", Fields: finik.Fields{text: 1, "z": map[string]any{text: text}}})
				return err
			},
			"payment": func() error { _, err := c.GetPayment(t.Context(), text); return err },
			"query": func() error {
				_, err := c.ListServices(t.Context(), finik.ListServicesParams{Query: text, ParentID: text})
				return err
			},
		} {
			before := len(srv.Requests())
			err := call()
			after := len(srv.Requests())
			switch {
			case errors.Is(err, finik.ErrInvalidRequest):
				assert.Equal(t, before, after, "%s %q", place, text)
				refused++
			default:
				assert.Equal(t, before+1, after, "%s %q", place, text)
				assert.NotErrorIs(t, err, finik.ErrUnauthorized, "%s %q", place, text)
				sent++
			}
			if err != nil && len(text) > 20 {
				assert.NotContains(t, err.Error(), text, place)
			}
		}
		srv.ResetRequests()
	}
	t.Logf("%d refused, %d sent", refused, sent)
	assert.Greater(t, sent, 300)
	assert.Greater(t, refused, 100)
}

// One client, many goroutines: every payment is made, and each once.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer(finiktest.WithAnySignature(), finiktest.WithProcessingReads(0))
	t.Cleanup(srv.Close)
	c := unsigned(t, srv.URL())
	var calls sync.WaitGroup
	for i := range 200 {
		calls.Go(func() {
			p, err := c.RunPayout(t.Context(), topUp(fmt.Sprint(i)), finik.PayoutParams{Wait: brisk})
			if assert.NoError(t, err) {
				assert.Equal(t, finik.StatusSucceeded, p.Status)
			}
		})
	}
	calls.Wait()
	require.Len(t, srv.Ledger(), 200)
	for i := range 200 {
		assert.Equal(t, 1, srv.Debits(fmt.Sprint(i)))
	}
	assert.Equal(t, "80000.00", srv.Balance(finiktest.DefaultAccountID).String())
}
