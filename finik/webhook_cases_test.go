package finik_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/finik"
)

// hookCase is a delivery with one thing about it: before it is signed, and after.
type hookCase struct {
	name          string
	before, after func(d *delivery)
	hook          func(w *finik.Webhook)
	want          int
}

func hookCases(k hookKeys) []hookCase {
	timestamp := func(text string) func(d *delivery) { return func(d *delivery) { d.stamped(text) } }
	ago := func(age time.Duration) func(d *delivery) {
		return func(d *delivery) { d.stamped(millis(time.Now().Add(-age))) }
	}
	header := func(name string, values ...string) func(d *delivery) {
		return func(d *delivery) { d.header[name] = values }
	}
	signature := func(change func(s string) string) func(d *delivery) {
		return func(d *delivery) { d.header["Signature"] = []string{change(d.header["Signature"][0])} }
	}
	both := func(body, signed string) func(d *delivery) { return func(d *delivery) { d.sent(body, signed) } }
	arrives := func(body string) func(d *delivery) { return func(d *delivery) { d.body = body } }
	tolerance := func(limit time.Duration) func(w *finik.Webhook) {
		return func(w *finik.Webhook) { w.Tolerance = limit }
	}
	keys := func(keys ...*rsa.PublicKey) func(w *finik.Webhook) { return func(w *finik.Webhook) { w.Keys = keys } }
	publicURL := func(u string) func(w *finik.Webhook) { return func(w *finik.Webhook) { w.PublicURL = u } }
	replace := func(old, changed string) func(d *delivery) {
		return func(d *delivery) { d.body = strings.Replace(d.body, old, changed, 1) }
	}
	small := &rsa.PublicKey{N: k.other.Primes[0], E: 65537}
	weak := &rsa.PublicKey{N: k.service.N, E: 1}

	cases := []hookCase{
		{"good", nil, nil, nil, 200},

		// The method.
		{"GET", nil, func(d *delivery) { d.method = "GET" }, nil, 405},
		{"PUT", nil, func(d *delivery) { d.method = "PUT" }, nil, 405},
		{"HEAD", nil, func(d *delivery) { d.method = "HEAD" }, nil, 405},
		{"lower case", nil, func(d *delivery) { d.method = "post" }, nil, 405},

		// The signature.
		{"no signature", nil, func(d *delivery) { delete(d.header, "Signature") }, nil, 401},
		{"empty signature", nil, header("Signature", ""), nil, 401},
		{"no values", nil, header("Signature"), nil, 401},
		{"not Base64", nil, header("Signature", "!!!!"), nil, 401},
		{"of zeros", nil, header("Signature", base64.StdEncoding.EncodeToString(make([]byte, 256))), nil, 401},
		{"of ones", nil, header("Signature", base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xFF}, 256))), nil, 401},
		{"one byte", nil, header("Signature", "AA=="), nil, 401},
		{"hexadecimal", nil, signature(func(s string) string { raw, _ := base64.StdEncoding.DecodeString(s); return fmt.Sprintf("%x", raw) }), nil, 401},
		{"without padding", nil, signature(func(s string) string { return strings.TrimRight(s, "=") }), nil, 401},
		{"cut", nil, signature(func(s string) string { return s[:100] }), nil, 401},
		{"twice over", nil, signature(func(s string) string { return s + s }), nil, 401},
		{"joined by a comma", nil, signature(func(s string) string { return s + "," + s }), nil, 401},
		{"blank before", nil, signature(func(s string) string { return " " + s }), nil, 401},
		{"line end inside", nil, signature(func(s string) string { return s[:64] + "\n" + s[64:] }), nil, 401},
		{"spare bits", nil, signature(func(s string) string { return s[:len(s)-3] + string(s[len(s)-3]+1) + "==" }), nil, 401},
		{"two, both good", nil, func(d *delivery) { d.header["Signature"] = slices.Repeat(d.header["Signature"], 2) }, nil, 401},
		{"two, good first", nil, func(d *delivery) { d.header["Signature"] = append(d.header["Signature"], "AAAA") }, nil, 401},
		{"two, good last", nil, func(d *delivery) { d.header["Signature"] = append([]string{"AAAA"}, d.header["Signature"]...) }, nil, 401},
		{"two spellings", nil, func(d *delivery) { d.header["signature"] = d.header["Signature"] }, nil, 401},
		{"one other spelling", nil, func(d *delivery) { d.header["SIGNATURE"] = d.header["Signature"]; delete(d.header, "Signature") }, nil, 200},
		{"in another header", nil, func(d *delivery) { d.header["X-Signature"] = d.header["Signature"]; delete(d.header, "Signature") }, nil, 401},

		// The timestamp.
		{"no timestamp", func(d *delivery) { d.signedXAP = ""; delete(d.header, "X-Api-Timestamp") }, nil, nil, 401},
		{"timestamp taken away", nil, func(d *delivery) { delete(d.header, "X-Api-Timestamp") }, nil, 401},
		{"no timestamp, any age", func(d *delivery) { d.signedXAP = ""; delete(d.header, "X-Api-Timestamp") }, nil, tolerance(-1), 200},
		{"taken away, any age", nil, func(d *delivery) { delete(d.header, "X-Api-Timestamp") }, tolerance(-1), 401},
		{"another timestamp", nil, header("X-Api-Timestamp", millis(time.Now().Add(time.Second))), nil, 401},
		{"two timestamps", nil, func(d *delivery) { d.header["X-Api-Timestamp"] = slices.Repeat(d.header["X-Api-Timestamp"], 2) }, nil, 401},
		{"two spellings of it", nil, func(d *delivery) { d.header["x-api-timestamp"] = d.header["X-Api-Timestamp"] }, nil, 401},
		{"two, any age", nil, func(d *delivery) { d.header["X-Api-Timestamp"] = slices.Repeat(d.header["X-Api-Timestamp"], 2) }, tolerance(-1), 400},
		{"empty timestamp", timestamp(""), nil, nil, 401},
		{"words", timestamp("now"), nil, nil, 401},
		{"negative", timestamp("-1"), nil, nil, 401},
		{"plus", timestamp("+" + millis(time.Now())), nil, nil, 401},
		{"fraction", timestamp(millis(time.Now()) + ".0"), nil, nil, 401},
		{"exponent", timestamp("1e13"), nil, nil, 401},
		{"underscores", timestamp("1_767_225_600_123"), nil, nil, 401},
		{"Arabic digits", timestamp("١٧٦٧٢٢٥٦٠٠١٢٣"), nil, nil, 401},
		{"blank", timestamp(" " + millis(time.Now())), nil, nil, 401},
		{"ISO", timestamp(time.Now().UTC().Format(time.RFC3339)), nil, nil, 401},
		{"seconds", timestamp(strconv.FormatInt(time.Now().Unix(), 10)), nil, nil, 401},
		{"microseconds", timestamp(millis(time.Now()) + "000"), nil, nil, 401},
		{"nineteen digits", timestamp("9223372036854775807"), nil, nil, 401},
		{"twenty digits", timestamp("18446744073709551617"), nil, nil, 401},
		{"fifteen digits", timestamp("999999999999999"), nil, nil, 401},
		{"zero", timestamp("0"), nil, nil, 401},
		{"zero, any age", timestamp("0"), nil, tolerance(-time.Nanosecond), 200},
		{"words, any age", timestamp("now"), nil, tolerance(-1), 200},
		{"a minute old", ago(time.Minute), nil, nil, 200},
		{"four minutes old", ago(4 * time.Minute), nil, nil, 200},
		{"six minutes old", ago(6 * time.Minute), nil, nil, 401},
		{"a day old", ago(24 * time.Hour), nil, nil, 401},
		{"four minutes ahead", ago(-4 * time.Minute), nil, nil, 200},
		{"six minutes ahead", ago(-6 * time.Minute), nil, nil, 401},
		{"a day ahead", ago(-24 * time.Hour), nil, nil, 401},
		{"a day old, for two days", ago(24 * time.Hour), nil, tolerance(48 * time.Hour), 200},
		{"a minute old, for ten seconds", ago(time.Minute), nil, tolerance(10 * time.Second), 401},
		{"replayed with a new timestamp", ago(time.Hour), func(d *delivery) { d.header["X-Api-Timestamp"] = []string{millis(time.Now())} }, nil, 401},

		// Other headers.
		{"another x-api header", func(d *delivery) {
			d.signedXAP = "&x-api-foo:a, b" + d.signedXAP + "&x-api-z:"
			d.header["X-Api-Foo"], d.header["X-Api-Z"] = []string{"a, b"}, []string{""}
		}, nil, nil, 200},
		{"x-api header added", nil, header("X-Api-Foo", "1"), nil, 401},
		{"empty x-api header added", nil, header("X-Api-Foo", ""), nil, 401},
		{"x-api header taken away", func(d *delivery) { d.signedXAP = "&x-api-foo:1" + d.signedXAP }, nil, nil, 401},
		{"x-api header changed", func(d *delivery) { d.signedXAP = "&x-api-foo:1" + d.signedXAP }, header("X-Api-Foo", "2"), nil, 401},
		{"x-api header in two values", func(d *delivery) { d.signedXAP = "&x-api-foo:1" + d.signedXAP }, header("X-Api-Foo", "1", "1"), nil, 400},
		{"headers out of order", func(d *delivery) { d.signedXAP += "&x-api-a:1"; d.header["X-Api-A"] = []string{"1"} }, nil, nil, 401},
		{"a header that is not signed", nil, header("X-Forwarded-For", "10.0.0.1"), nil, 200},
		{"x-apikey is none", nil, header("X-Apikey", "1"), nil, 200},
		{"another Host", nil, header("Host", "evil.example"), nil, 200},
		{"moved border", func(d *delivery) { d.signedXAP += "\n" }, nil, nil, 401},

		// Address.
		{"other host signed", func(d *delivery) { d.signedHost = "evil.example" }, nil, nil, 401},
		{"host in other case", func(d *delivery) { d.signedHost = "Shop.example.com" }, nil, nil, 401},
		{"host of the listener", func(d *delivery) { d.signedHost = "10.0.0.1:8080" }, nil, nil, 401},
		{"other path signed", func(d *delivery) { d.signedPath = "/webhooks/wallet" }, nil, nil, 401},
		{"slash at the end", func(d *delivery) { d.signedPath += "/" }, nil, nil, 401},
		{"path rewritten by a proxy", nil, func(d *delivery) { d.target = "http://internal/finik" }, nil, 200},
		{"root", func(d *delivery) { d.signedPath = "/" }, nil, publicURL("https://" + hookHost), 200},
		{"port", func(d *delivery) { d.signedHost += ":8443" }, nil, publicURL("https://" + hookHost + ":8443" + hookPath), 200},
		{"usual port", nil, nil, publicURL("https://" + hookHost + ":443" + hookPath), 200},
		{"usual port of http", nil, nil, publicURL("http://" + hookHost + ":80" + hookPath), 200},
		{"empty port", nil, nil, publicURL("https://" + hookHost + ":" + hookPath), 200},
		{"unusual port", nil, nil, publicURL("https://" + hookHost + ":80" + hookPath), 401},
		{"escaped path", func(d *delivery) { d.signedPath = "/фин ик" }, nil, publicURL("https://" + hookHost + "/%D1%84%D0%B8%D0%BD%20%d0%b8%D0%BA"), 200},
		{"path of letters", func(d *delivery) { d.signedPath = "/финик" }, nil, publicURL("https://" + hookHost + "/финик"), 200},
		{"escaped slash stays", func(d *delivery) { d.signedPath = "/a%2Fb" }, nil, publicURL("https://" + hookHost + "/a%2Fb"), 200},
		{"query", func(d *delivery) { d.signedQuery = "a=b%20c&shop=%D0%B0" }, func(d *delivery) { d.target += "?shop=%D0%B0&a=b+c" }, nil, 200},
		{"query of the public URL", func(d *delivery) { d.signedQuery = "shop=1" }, nil, publicURL(hookURL + "?shop=1"), 200},
		{"both", func(d *delivery) { d.signedQuery = "shop=1" }, func(d *delivery) { d.target += "?shop=1" }, publicURL(hookURL + "?shop=1"), 200},
		{"query added", nil, func(d *delivery) { d.target += "?shop=1" }, nil, 401},
		{"query changed", func(d *delivery) { d.signedQuery = "shop=1" }, func(d *delivery) { d.target += "?shop=2" }, publicURL(hookURL + "?shop=1"), 401},
		{"query taken away", func(d *delivery) { d.signedQuery = "shop=1" }, nil, nil, 401},
		{"parameter twice", func(d *delivery) { d.signedQuery = "shop=1" }, func(d *delivery) { d.target += "?shop=1&shop=1" }, nil, 400},
		{"query that is none", nil, func(d *delivery) { d.target += "?a=%zz" }, nil, 400},
		{"no public URL", nil, nil, publicURL(""), 500},
		{"relative", nil, nil, publicURL(hookPath), 500},
		{"other scheme", nil, nil, publicURL("ftp://" + hookHost), 500},
		{"user in it", nil, nil, publicURL("https://u:p@" + hookHost), 500},
		{"control character", nil, nil, publicURL("https://" + hookHost + "/\n"), 500},

		// Keys.
		{"other key", func(d *delivery) { d.key = k.other }, nil, nil, 401},
		{"no keys", nil, nil, keys(), 401},
		{"nil key", nil, nil, keys(nil), 401},
		{"empty key", nil, nil, keys(&rsa.PublicKey{}), 401},
		{"small key", nil, nil, keys(small), 401},
		{"key of exponent 1", nil, header("Signature", base64.StdEncoding.EncodeToString(append([]byte{0, 1}, make([]byte, 254)...))), keys(weak), 401},
		{"old key while keys change", nil, nil, keys(&k.service.PublicKey, &k.other.PublicKey), 200},
		{"new key while keys change", func(d *delivery) { d.key = k.other }, nil, keys(nil, small, &k.service.PublicKey, &k.other.PublicKey), 200},
		{"old key after that", nil, nil, keys(&k.other.PublicKey), 401},
		{"the published keys", nil, nil, keys(finik.ProductionWebhookKey(), finik.BetaWebhookKey()), 401},

		// The body: other spellings of what was signed.
		{"blanks", nil, arrives(strings.ReplaceAll(hookBody, ",", " ,\n\t")), nil, 200},
		{"members of the object reordered", nil, arrives(`{"transactionId":"tx-1","status":"SUCCEEDED","id":"p-1","fields":{"phone":"+996000000001","amount":10.5},"amount":10.5}`), nil, 200},
		{"escapes", nil, replace("SUCCEEDED", `\u0053UCCEEDED`), nil, 200},
		{"amount spelled otherwise", nil, replace("10.5", "1.050e1"), nil, 200},

		{"receipt beyond a double", both(`{"id":"a","receiptNumber":10020030012345678901}`, `{"id":"a","receiptNumber":10020030012345680000}`), nil, nil, 200},

		// And what was not.
		{"id spelled otherwise", both(`{"id":7.0}`, `{"id":7}`), nil, nil, 401},
		{"transaction spelled otherwise", both(`{"id":"a","transactionId":70e-1}`, `{"id":"a","transactionId":7}`), nil, nil, 401},
		{"another id of the same double", both(`{"id":9007199254740993}`, `{"id":9007199254740992}`), nil, nil, 401},
		{"another amount of the same double", both(`{"amount":10.50000000000000001,"id":"a"}`, `{"amount":10.5,"id":"a"}`), nil, nil, 401},
		{"no amount, as beyond every double", both(`{"amount":1e400,"id":"a"}`, `{"amount":null,"id":"a"}`), nil, nil, 401},
		{"members within reordered", nil, arrives(`{"amount":10.5,"fields":{"amount":10.5,"phone":"+996000000001"},"id":"p-1","status":"SUCCEEDED","transactionId":"tx-1"}`), nil, 401},
		{"signed over sorted members", func(d *delivery) {
			d.signedBody = strings.Replace(hookBody, `{"phone":"+996000000001","amount":10.5}`, `{"amount":10.5,"phone":"+996000000001"}`, 1)
		}, nil, nil, 401},
		{"signed over the bytes", both(`{"status":"SUCCEEDED","id":"p-1"}`, `{"status":"SUCCEEDED","id":"p-1"}`), nil, nil, 401},
		{"other amount", nil, replace("10.5", "1000"), nil, 401},
		{"amount as text", nil, replace("10.5", `"10.5"`), nil, 401},
		{"other status", nil, replace("SUCCEEDED", "FAILED"), nil, 401},
		{"other id", nil, replace("p-1", "p-2"), nil, 401},
		{"member added", nil, replace("{", `{"a":1,`), nil, 401},
		{"__proto__ added", nil, replace("{", `{"__proto__":{"status":"x"},`), nil, 401},
		{"member taken away", nil, replace(`"amount":10.5,`, ""), nil, 401},
		{"Status added", nil, replace("{", `{"Status":"FAILED",`), nil, 401},
		{"status repeated", nil, replace("{", `{"status":"FAILED",`), nil, 400},
		{"status repeated with escapes", nil, replace("{", `{"\u0073tatus":"FAILED",`), nil, 400},
		{"repeated within", nil, replace(`"phone"`, `"amount":1,"phone"`), nil, 400},
		{"repeated and signed", both(`{"id":"a","id":"b"}`, `{"id":"b"}`), nil, nil, 400},
		{"empty", nil, arrives(""), nil, 400},
		{"empty and signed", both("", ""), nil, nil, 400},
		{"null and signed", both("null", ""), nil, nil, 400},
		{"array and signed", both(`[1]`, `{"0":1}`), nil, nil, 400},
		{"text", nil, arrives(`"x"`), nil, 400},
		{"cut short", nil, arrives(hookBody[:50]), nil, 400},
		{"trailing data", nil, arrives(hookBody + "x"), nil, 400},
		{"another object behind", nil, arrives(hookBody + hookBody), nil, 400},
		{"form", nil, arrives("id=p-1&status=SUCCEEDED"), nil, 400},
		{"HTML", nil, arrives("<html></html>"), nil, 400},
		{"byte order mark", nil, arrives("\ufeff" + hookBody), nil, 200},
		{"two byte order marks", nil, arrives("\ufeff\ufeff" + hookBody), nil, 400},
		{"invalid UTF-8", nil, replace("tx-1", "tx-\xff"), nil, 400},
		{"NUL bytes", nil, arrives(strings.Repeat("\x00", 100)), nil, 400},
		{"zipped", nil, arrives("\x1f\x8b\x08\x00\x00\x00\x00\x00"), nil, 400},
		{"1,000 arrays", nil, arrives(strings.Repeat("[", 1_000_000)), nil, 400},
		{"a MiB", nil, arrives(hookBody + strings.Repeat(" ", 1<<20-len(hookBody))), nil, 200},
		{"a byte more", nil, arrives(hookBody + strings.Repeat(" ", 1<<20-len(hookBody)+1)), nil, 413},
		{"endless", nil, func(d *delivery) { d.reader = readerOf(func(p []byte) (int, error) { return len(p), nil }) }, nil, 413},
		{"breaks off", nil, func(d *delivery) {
			d.reader = readerOf(func([]byte) (int, error) { return 0, io.ErrUnexpectedEOF })
		}, nil, 400},

		// Signed, and more or less an event.
		{"only an id", both(`{"id":"p-1"}`, `{"id":"p-1"}`), nil, nil, 200},
		{"only a transaction", both(`{"transactionId":7}`, `{"transactionId":7}`), nil, nil, 200},
		{"neither", both(`{"status":"SUCCEEDED"}`, `{"status":"SUCCEEDED"}`), nil, nil, 400},
		{"ids in other case", both(`{"Id":"p-1","TransactionId":"t"}`, `{"Id":"p-1","TransactionId":"t"}`), nil, nil, 400},
		{"id that is an object", both(`{"id":{}}`, `{"id":{}}`), nil, nil, 400},
		{"amount that is none", both(`{"amount":"ten","id":"p-1"}`, `{"amount":"ten","id":"p-1"}`), nil, nil, 200},
		{"amount of many digits", both(`{"amount":"12345678901234567890.123","id":"p-1"}`, `{"amount":"12345678901234567890.123","id":"p-1"}`), nil, nil, 200},
		{"odd amount beside a status", both(`{"amount":"ten","id":"p-1","status":"FAILED"}`, `{"amount":"ten","id":"p-1","status":"FAILED"}`), nil, nil, 200},
		{"odd members beside a status", both(`{"id":"p-1","receiptNumber":{},"status":"FAILED","userRole":["x"]}`, `{"id":"p-1","receiptNumber":{},"status":"FAILED","userRole":["x"]}`), nil, nil, 200},
		{"another odd amount", both(`{"amount":"ten","id":"p-1","status":"FAILED"}`, `{"amount":"two","id":"p-1","status":"FAILED"}`), nil, nil, 401},
		{"an odd amount for none", both(`{"amount":1e400,"id":"p-1","status":"FAILED"}`, `{"amount":null,"id":"p-1","status":"FAILED"}`), nil, nil, 401},
		{"an odd amount for a good one", both(`{"amount":10.50000000000000000001,"id":"p-1","status":"FAILED"}`, `{"amount":10.5,"id":"p-1","status":"FAILED"}`), nil, nil, 401},
		{"an amount too large to be kept", both(`{"fee":12345678901234567890123,"id":"p-1","status":"FAILED"}`, `{"fee":1.2345678901234568e+22,"id":"p-1","status":"FAILED"}`), nil, nil, 401},
		{"unknown status", both(`{"id":"p-1","status":"brand new"}`, `{"id":"p-1","status":"brand new"}`), nil, nil, 200},
		{"unknown members", both(`{"id":"p-1","new":[{"a":[]}]}`, `{"id":"p-1","new":[{"a":[]}]}`), nil, nil, 200},
		{"parts of other kinds", both(`{"id":"p-1","item":[],"sender":"x","service":7}`, `{"id":"p-1","item":[],"sender":"x","service":7}`), nil, nil, 200},
	}
	for _, at := range []int{0, 1, 17, 128, 254, 255} {
		cases = append(cases, hookCase{fmt.Sprintf("bit flipped in byte %d of the signature", at), nil, signature(func(s string) string {
			raw, _ := base64.StdEncoding.DecodeString(s)
			raw[at] ^= 0x10
			return base64.StdEncoding.EncodeToString(raw)
		}), nil, 401})
	}
	return cases
}
