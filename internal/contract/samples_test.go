package contract_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/contract"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// The samples of the source documents hold, with no member left over.
func TestSamples(t *testing.T) {
	t.Parallel()
	samples := map[string]string{
		"vima/testdata/operation.json":           "Operation",
		"ecommpay/testdata/balance.json":         "BalancesAnswer",
		"ecommpay/testdata/chargeback.json":      "ChargebackAnswer",
		"ecommpay/testdata/chargebacks.json":     "ChargebacksAnswer",
		"ecommpay/testdata/fraud.json":           "FraudAnswer",
		"ecommpay/testdata/operations.json":      "OperationsAnswer",
		"ecommpay/testdata/payment.json":         "PaymentAnswer",
		"transactions/testdata/transaction.json": "Transaction",
	}
	files, err := filepath.Glob("../../wallet/testdata/samples/*.json")
	require.NoError(t, err)
	require.Len(t, files, 20)
	for _, file := range files {
		name := filepath.Base(file)
		schema := "PaymentAnswer"
		for part, other := range map[string]string{"list": "PaymentsAnswer", "reset-unseen": "OKAnswer", "webhook": "Event", "best-p2p": "EmptyAnswer"} {
			if strings.HasSuffix(name, part+".json") {
				schema = other
			}
		}
		samples["wallet/testdata/samples/"+name] = schema
	}
	for file, schema := range samples {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(file)))
			require.NoError(t, err)
			name, _, _ := strings.Cut(file, "/")
			if name == "ecommpay" && !bytes.Contains(text, []byte(`"signature"`)) { // the samples leave it out
				text = append(bytes.TrimSuffix(bytes.TrimSpace(text), []byte("}")), `,"signature":""}`...)
			}
			c := contract.NewChecker(load(t, name, nil))
			c.Planted = map[string]int{"unknown_member": 0} // of a second row that is not the document's
			require.NoError(t, c.Schema("/components/schemas/"+schema, text))
		})
	}
}

var (
	curlBody   = regexp.MustCompile(`-d '([^']*)'`)
	curlTarget = regexp.MustCompile(`https?://[^/]+(/[^ ?']*)\??([^ ']*)'?( |$)`)
)

// The requests of wallet's document hold, except the one that its table of
// parameters contradicts: it spells amount as amont.
func TestSampleRequests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../wallet/testdata/curl.txt")
	require.NoError(t, err)
	c := contract.NewChecker(load(t, "wallet", nil))
	header := http.Header{"Content-Type": {"application/json"}, "Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("a:b"))}}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	require.Len(t, lines, 19)
	for _, line := range lines {
		target := curlTarget.FindStringSubmatch(line)
		require.NotNil(t, target, line)
		method, body := http.MethodGet, ""
		if found := curlBody.FindStringSubmatch(line); found != nil {
			method, body = http.MethodPost, found[1]
		}
		if strings.Contains(line, "-X POST") {
			method = http.MethodPost
		}
		err := c.Request(t.Context(), method, target[1], target[2], header, []byte(body))
		if strings.Contains(body, `"amont"`) {
			assert.ErrorContains(t, err, "CreatePayment request")
			continue
		}
		assert.NoError(t, err, line)
	}
}

const eventSchema = "/webhooks/payment/post/requestBody/content/application~1json/schema"

// Every event that the fakes send holds.
func TestEvents(t *testing.T) {
	t.Parallel()
	purse := wallettest.Run(t, wallettest.InMemory(), wallettest.WithProcessingReads(0))
	wc, err := wallet.NewClient(purse.URL(), wallettest.DefaultCredentials(), wallet.WithHTTPClient(purse.Client()))
	require.NoError(t, err)
	for range 2 {
		p, err := wc.CreatePayment(t.Context(), wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.One))
		require.NoError(t, err)
		_, err = wc.PayOnce(t.Context(), p.Payment.ID, wallet.ExecutePaymentRequest{})
		require.NoError(t, err)
		_, err = wc.GetPayment(t.Context(), p.Payment.ID)
		require.NoError(t, err)
	}
	last := purse.Payments()[1].ID
	purse.Undo(last)
	purse.Redo(last)
	holds := contract.NewChecker(load(t, "wallet", nil))
	require.Len(t, purse.Events(), 4)
	for _, e := range purse.Events() {
		assert.NoError(t, holds.Schema(eventSchema, e.Body), string(e.Body))
	}

	gateway := finiktest.Run(t, finiktest.InMemory(), finiktest.WithManualProcessing())
	fc, err := finik.NewClient(gateway.URL(), finiktest.DefaultCredentials(), finik.WithHTTPClient(gateway.Client()))
	require.NoError(t, err)
	ends := []func(id string){gateway.Settle, func(id string) { gateway.Fail(id, 402) }, gateway.Cancel}
	for i, end := range ends {
		p, err := fc.CreatePayment(t.Context(), finik.CreatePaymentRequest{
			AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceMobile, TransactionID: string(rune('a' + i)),
			Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": "10", "code": finiktest.ServiceMobileCode},
		})
		require.NoError(t, err)
		end(p.ID)
	}
	holds = contract.NewChecker(load(t, "finik", nil))
	require.Len(t, gateway.Events(), len(ends))
	for _, e := range gateway.Events() {
		assert.NoError(t, holds.Schema(eventSchema, e.Body), string(e.Body))
	}
	t.Logf("4 events of wallet and %d of finik hold", len(ends))
}
