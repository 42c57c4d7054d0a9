package ecommpay_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
)

const benchSecret = "0123456789abcdef0123"

// The three of a group are to be read side by side: the HMAC of the text alone,
// which nobody can go below; this package; maps, fmt and sort.

func BenchmarkVerify(b *testing.B) {
	body := signedBody(b, benchPage(1000))
	text, err := ecommpay.Canonical(body)
	require.NoError(b, err)
	b.Logf("%d bytes of JSON, %d of text", len(body), len(text))
	b.Run("floor", func(b *testing.B) { benchFloor(b, text) })
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := ecommpay.Verify(benchSecret, body); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("naive", func(b *testing.B) { benchNaive(b, body) })
}

func BenchmarkSign(b *testing.B) {
	body := []byte(`{"token":"000000000000000000000000000000","interval":{"from":"2024-01-01 00:00:00",` +
		`"to":"2024-01-31 23:59:59"},"tz":"+00:00","project_id":[4,12],"limit":1000,"offset":0}`)
	text, err := ecommpay.Canonical(body)
	require.NoError(b, err)
	b.Run("floor", func(b *testing.B) { benchFloor(b, text) })
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ecommpay.Sign(benchSecret, body); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("naive", func(b *testing.B) { benchNaive(b, body) })
}

func BenchmarkCanonical(b *testing.B) {
	body := benchPage(1000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ecommpay.Canonical(body); err != nil {
			b.Fatal(err)
		}
	}
}

func benchFloor(b *testing.B, text []byte) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		_ = hmacOf(benchSecret, text)
	}
}

func benchNaive(b *testing.B, body []byte) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		var tree map[string]any
		if err := d.Decode(&tree); err != nil {
			b.Fatal(err)
		}
		delete(tree, "signature")
		lines := map[string]string{}
		naiveLines(lines, "", tree)
		paths := make([]string, 0, len(lines))
		for path := range lines {
			paths = append(paths, path)
		}
		sort.Strings(paths)
		for i, path := range paths {
			paths[i] = fmt.Sprintf("%s:%s", path, lines[path])
		}
		_ = base64.StdEncoding.EncodeToString(hmacOf(benchSecret, []byte(strings.Join(paths, ";"))))
	}
}

func naiveLines(lines map[string]string, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			naiveLines(lines, fmt.Sprintf("%s:%s", path, name), member)
		}
	case []any:
		for i, element := range v {
			naiveLines(lines, fmt.Sprintf("%s:%d", path, i), element)
		}
	default:
		lines[strings.TrimPrefix(path, ":")] = fmt.Sprint(v)
	}
}

func hmacOf(secret string, text []byte) []byte {
	h := hmac.New(sha512.New, []byte(secret))
	h.Write(text)
	return h.Sum(nil)
}

// benchPage is an answer in the default fields.
func benchPage(rows int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"operations":[`)
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"project_id":"%d","operation_id":"%d","payment_id":"order-%08d","operation_type":"sale",`+
			`"operation_status":"success","account_number":"220220******%04d","customer_ip":"192.0.2.%d",`+
			`"payment_method_name":"card","payment_method_type":"visa","payment_description":"Заказ № %d",`+
			`"operation_created_at":"2024-03-05T10:15:%02d+00:00","provider_date":"2024-03-05 10:15:%02d",`+
			`"shipment_date":null,"sum_initial":{"amount":%d,"currency":"USD"},`+
			`"sum_converted":{"amount":%d,"currency":"EUR"},"arn":"7492%019d","rrn":"%012d",`+
			`"payment_provider_code":"00","payment_provider_message":"Approved"}`,
			10+i%3, 5_000_000_000_000+int64(i), i, i%10_000, i%256, i, i%60, (i+7)%60, 100+i*37, 90+i*31, i, i*13)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// signedBody is a body as the service sends it.
func signedBody(t testing.TB, body []byte) []byte {
	t.Helper()
	signature, err := ecommpay.Sign(benchSecret, body)
	require.NoError(t, err)
	return fmt.Appendf(nil, `%s,"signature":%q}`, bytes.TrimSuffix(body, []byte("}")), signature)
}
