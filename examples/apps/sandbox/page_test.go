package main

import (
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// need skips a test where a program is missing, and says so.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed: nothing is shown here", program)
		}
	}
}

var pastedLine = regexp.MustCompile(`(?s)<pre><code>(.*?)</code></pre>`)

// The lines of the page run as they are printed, and what must not be done twice is
// refused the second time.
func TestCurlLines(t *testing.T) {
	t.Parallel()
	need(t, "bash", "curl", "openssl")
	r := start(t)
	page := r.get(t, r.page).text
	found := pastedLine.FindAllStringSubmatch(page, -1)
	require.Len(t, found, 22, "every API has lines, and so have the control paths")
	folder := t.TempDir()
	paste := func(line string) string {
		command := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", html.UnescapeString(line))
		command.Dir = folder
		out, err := command.CombinedOutput()
		if err != nil {
			return "REFUSED " + string(out)
		}
		return string(out)
	}
	for i, want := range []string{
		`"operation_id":`, `"operation_id":`, `"project":"monetix"`,
		`"balance":`, `"operations":`,
		`"status":"created"`, `"status":"processing"`, `"total_elements":1`,
		``, `"services":`, `"status":"SUCCEEDED"`,
		`"status":"SUCCESS"`, `"id_token"`,
		`HTTP/1.1 503`, `"reset-before"`, `"injected": 1`, ``, `"transfers": [`, `"path": "/v2/payment"`, `"now": "2026-01-15T13:00:00Z"`, `"events": []`, `openapi: 3.1.0`,
	} {
		line := found[i][1]
		out := paste(line)
		assert.NotContains(t, out, "REFUSED", html.UnescapeString(line))
		assert.Contains(t, out, want, html.UnescapeString(line))
	}
	assert.FileExists(t, filepath.Join(folder, "finik-key.pem"))
	const create, execute, payout = 5, 6, 10
	assert.NotContains(t, paste(found[create][1]), "REFUSED", "the same client_payment_id is the same payment")
	assert.Regexp(t, `(?s)^REFUSED .*invalid_payment_status`, paste(found[execute][1]), "an execution is not repeated")
	assert.Regexp(t, `(?s)^REFUSED .*409`, paste(found[payout][1]), "a payout is not made twice")
	assert.Len(t, r.ledger(t, "wallet").Transfers, 1)
	assert.Len(t, r.ledger(t, "finik").Transfers, 1)
}

// The page tells all that a program needs, and has no scripts.
func TestPage(t *testing.T) {
	t.Parallel()
	r := start(t, "-seed", "7", "-wallet-webhook", "http://127.0.0.1:1/hook?a=<b>")
	answer := r.get(t, r.page)
	assert.Equal(t, "text/html; charset=utf-8", answer.header.Get("Content-Type"))
	assert.Contains(t, answer.header.Get("Content-Security-Policy"), "default-src 'none'")
	assert.NotContains(t, answer.text, "<script")
	assert.Contains(t, answer.text, "Only programs on this machine can connect.")
	assert.Contains(t, answer.text, "http://127.0.0.1:1/hook?a=&lt;b&gt;")
	assert.Contains(t, answer.text, "seed 7")
	plain := html.UnescapeString(answer.text)
	for _, a := range r.apis {
		assert.Contains(t, plain, a.URL)
		assert.Contains(t, plain, a.Seeds)
		for _, c := range a.Credentials {
			assert.Contains(t, plain, c.Value)
		}
		for _, operation := range a.Operations {
			assert.Contains(t, plain, operation)
		}
	}
	for _, kind := range kinds {
		assert.Contains(t, plain, kind)
	}
	assert.Len(t, r.apis, 5)
	assert.Equal(t, 404, r.get(t, r.page+"/other").status)
}

// A program without a library, in another language.
func TestPythonClient(t *testing.T) {
	t.Parallel()
	need(t, "python3", "openssl")
	r := start(t)
	out, err := exec.CommandContext(t.Context(), "python3", "client.py", r.page).CombinedOutput()
	require.NoError(t, err, string(out))
	want, err := os.ReadFile(filepath.Join("testdata", "client.txt"))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(out))
	masked := r.get(t, r.apis["ecommpay"].Origin+"/_requests").text
	assert.Contains(t, masked, `"signature": "***"`)
}
