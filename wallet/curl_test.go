package wallet_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// curl is a command line of the documentation as the request that it makes.
type curl struct {
	user, password, method, path, query, contentType, body string
}

// curls are the command lines of the documentation, in its order.
func curls(t testing.TB) []curl {
	t.Helper()
	data, err := os.ReadFile("testdata/curl.txt")
	require.NoError(t, err)
	word := regexp.MustCompile(`'([^']*)'|(\S+)`)
	var all []curl
	for line := range strings.Lines(string(data)) {
		var words []string
		for _, m := range word.FindAllStringSubmatch(strings.Replace(line, "-u+", "-u +", 1), -1) {
			words = append(words, m[1]+m[2])
		}
		require.Equal(t, "curl", words[0])
		var c curl
		for i := 1; i < len(words); i++ {
			switch option := words[i]; option {
			case "-u":
				i++
				c.user, c.password, _ = strings.Cut(words[i], ":")
			case "-H":
				i++
				c.contentType = strings.TrimPrefix(words[i], "Content-type:")
			case "-d":
				i++
				c.body = words[i]
			case "-X":
				i++
				c.method = words[i]
			default:
				_, rest, ok := strings.Cut(option, "wallet.best/v1")
				require.True(t, ok, option)
				c.path, c.query, _ = strings.Cut(rest, "?")
			}
		}
		if c.method == "" {
			c.method = map[bool]string{true: http.MethodPost, false: http.MethodGet}[c.body != ""]
		}
		all = append(all, c)
	}
	require.Len(t, all, 19)
	return all
}

// Each request of the documentation is what the method sends, except the
// misspelt amont of one.
func TestEveryRequestOfTheDocumentationIsReproduced(t *testing.T) {
	t.Parallel()
	phone := map[string]string{"phoneNumber": "0000000001"}
	create := func(r wallet.CreatePaymentRequest) func(*wallet.Client) error {
		return func(c *wallet.Client) error { _, err := c.CreatePayment(t.Context(), r); return err }
	}
	execute := func(id int64, r wallet.ExecutePaymentRequest) func(*wallet.Client) error {
		return func(c *wallet.Client) error { _, err := c.ExecutePayment(t.Context(), id, r); return err }
	}
	in := func(end string) wallet.CreatePaymentRequest {
		return wallet.NewIn("071c6d23-7508-4e35-ad92-852308a47"+end, hundred)
	}
	inOut := wallet.NewInOut("021c6d23-7508-4e35-ad92-852308a47689", 834, hundred, phone)
	transfer := wallet.NewP2P("071c6d23-7508-4e35-ad92-852308a47677", "+996000000002", hundred)
	transfer.Message = "Съешь ещё этих мягких французских булок, да выпей чаю"
	stored, byCard := in("679"), in("689")
	stored.StoreCard, byCard.Card = true, 21
	inOutStored, inOutByCard := inOut, inOut
	inOutStored.StoreCard, inOutByCard.Card = true, 21

	calls := []func(*wallet.Client) error{
		create(wallet.NewOut(testID, 61, hundred, map[string]string{
			"phoneNumber": "0000000001", "BIK": "044583151", "Name": "name", "SName": "sname", "Fam": "fam",
		})),
		create(transfer),
		create(in("678")),
		execute(1401089237212, wallet.ExecutePaymentRequest{}),
		create(stored),
		execute(1401089237231, wallet.ExecutePaymentRequest{}),
		func(c *wallet.Client) error { _, err := c.GetPayment(t.Context(), 1401089237231); return err },
		create(byCard),
		execute(1401089237232, wallet.ExecutePaymentRequest{}),
		create(inOut),
		execute(25818, wallet.ExecutePaymentRequest{}),
		create(inOutStored),
		execute(25818, wallet.ExecutePaymentRequest{}),
		create(inOutByCard),
		create(wallet.NewOut("021c6d23-7508-4e35-ad92-852308a47689", 834, hundred, phone)),
		execute(25832, wallet.ExecutePaymentRequest{Type: wallet.TypeInOut, Card: 7222}),
		func(c *wallet.Client) error {
			_, err := c.ListPayments(t.Context(), wallet.ListPaymentsParams{})
			return err
		},
		func(c *wallet.Client) error { _, err := c.ResetUnseen(t.Context()); return err },
		func(c *wallet.Client) error { _, err := c.ReportBestTransfer(t.Context(), bestReport()); return err },
	}
	for i, want := range curls(t) {
		var got *http.Request
		var body []byte
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			got = r
			body, _ = io.ReadAll(r.Body)
			if strings.HasSuffix(r.URL.Path, "/payments") && r.Method == http.MethodGet {
				_, _ = w.Write([]byte(`{"meta":{"code":200},"data":[]}`))
				return
			}
			_, _ = w.Write([]byte(`{"meta":{"code":200},"data":{"id":1}}`))
		})
		require.NoError(t, calls[i](client), want)
		assert.Equal(t, want.method, got.Method, want)
		assert.Equal(t, "/v1"+want.path, got.URL.Path)
		assert.Equal(t, want.query, got.URL.RawQuery)
		user, password, _ := got.BasicAuth()
		if want.user != "" {
			assert.Equal(t, []string{want.user, want.password}, []string{user, password})
		}
		if want.method == http.MethodPost {
			assert.Equal(t, want.contentType, got.Header.Get("Content-Type"))
		}
		if want.body == "" {
			assert.Empty(t, body)
			assert.Zero(t, got.ContentLength)
			continue
		}
		assert.JSONEq(t, strings.Replace(want.body, `"amont"`, `"amount"`, 1), string(body))
	}
}

// The command lines run against the fake, section by section, with the ids that
// it issues in place of those in the text.
func TestTheCommandLinesRunAgainstTheFake(t *testing.T) {
	t.Parallel()
	var srv *wallettest.Server
	var last int64
	sections := []int{0, 1, 2, 4, 7, 9, 11, 13, 14, 16} // where a new payment begins, and the list
	for i, c := range curls(t) {
		if slices.Contains(sections, i) {
			srv, _ = start(t)
			srv.AddCard(wallettest.DefaultPhone, wallettest.Card{ID: 21, Title: "541715******2399", Type: "MasterCard"})
			srv.AddCard(wallettest.DefaultPhone, wallettest.Card{ID: 7222, Title: "541715******6825", Type: "MasterCard"})
		}
		path := regexp.MustCompile(`/payments/\d+`).ReplaceAllString(c.path, "/payments/"+strconv.FormatInt(last, 10))
		if c.method == http.MethodGet && path != c.path {
			srv.EnterCard(last, "541715******2399", "MasterCard") // the user, before the payment is looked at
		}
		status, body := send(t, srv, c, path, c.body)
		if strings.Contains(c.body, "amont") {
			assert.Equal(t, 422, status, "the documentation's own mistake")
			assert.Contains(t, string(body), wallet.CodeMissingAmount)
			status, body = send(t, srv, c, path, strings.Replace(c.body, "amont", "amount", 1))
		}
		require.Equal(t, 200, status, "%d %s", i, body)
		var r struct {
			Data struct {
				ID     int64         `json:"id"`
				Status wallet.Status `json:"status"`
			} `json:"data"`
			Meta wallet.Meta `json:"meta"`
		}
		if json.Unmarshal(body, &r) != nil || r.Data.ID == 0 {
			continue // the list, the reset and the report have no payment
		}
		last = r.Data.ID
		want := documented(t, i)
		assert.Equal(t, want.Payment.Status, r.Data.Status, "%d", i)
		assert.Equal(t, want.Meta.NextAction, r.Meta.NextAction, "%d", i)
		var got wallet.Payment
		require.NoError(t, json.Unmarshal(body, &struct {
			Data *wallet.Payment `json:"data"`
		}{&got}))
		assert.Equal(t, want.Payment.Type, got.Type, "%d", i)
		assert.Equal(t, want.Payment.Card.State, got.Card.State, "%d", i)
		assert.Equal(t, want.Payment.NeedsCardPage(), got.NeedsCardPage(), "%d", i)
		if want.Payment.Total != nil {
			assert.True(t, want.Payment.Total.Equal(*got.Total), "%d", i)
		}
	}
}

// documented is the answer that the documentation gives to a command line. Its
// sample of a stored card after the payment page shows the state before it.
func documented(t *testing.T, i int) wallet.PaymentResult {
	t.Helper()
	var out struct {
		Data wallet.Payment `json:"data"`
		Meta wallet.Meta    `json:"meta"`
	}
	require.NoError(t, json.Unmarshal(sample(t, samples(t)[i]), &out))
	if samples(t)[i] == "13-inout-store-pay" {
		out.Data.Card.State, out.Data.Card.PaymentPageURL = wallet.CardStatePending, "https://pay.example.com/"
	}
	return wallet.PaymentResult{Payment: out.Data, Meta: out.Meta}
}

func send(t *testing.T, srv *wallettest.Server, c curl, path, body string) (int, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), c.method, srv.URL()+path+"?"+c.query, strings.NewReader(body))
	require.NoError(t, err)
	if c.user != "" {
		request.SetBasicAuth(c.user, c.password)
	}
	request.Header.Set("Content-Type", c.contentType)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	out, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, out
}
