package wallet_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// nowhere is a client whose requests would fail: bad input does no I/O.
func nowhere(t *testing.T) *wallet.Client {
	t.Helper()
	return newClient(t, "https://127.0.0.1:1/", wallet.WithHTTPClient(&http.Client{Transport: wire(func(*http.Request) (*http.Response, error) {
		t.Error("there was I/O")
		return nil, io.EOF
	})}))
}

func TestNewClientPaymentID(t *testing.T) {
	t.Parallel()
	format := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := wallet.NewClientPaymentID()
		require.Regexp(t, format, id)
		require.False(t, seen[id])
		seen[id] = true
	}
}

func TestBadPaymentsAreRefusedBeforeIO(t *testing.T) {
	t.Parallel()
	client := nowhere(t)
	change := func(r wallet.CreatePaymentRequest, f func(*wallet.CreatePaymentRequest)) wallet.CreatePaymentRequest {
		f(&r)
		return r
	}
	out := phoneBill(testID)
	p2p := wallet.NewP2P(testID, wallettest.OtherPhone, hundred)
	in := wallet.NewIn(testID, hundred)
	withID := func(id string) wallet.CreatePaymentRequest { return phoneBill(id) }
	withAmount := func(text string) wallet.CreatePaymentRequest {
		return wallet.NewIn(testID, decimal.MustParse(text))
	}
	for _, c := range []struct {
		want    string
		request wallet.CreatePaymentRequest
	}{
		{"ClientPaymentID: must be a UUID in lower case", withID("")},
		{"ClientPaymentID: must be a UUID in lower case", withID(strings.ToUpper(testID))},
		{"ClientPaymentID: must be a UUID in lower case", withID("e731a7e2c5534295867e1023359bee28")},
		{"ClientPaymentID: must be a UUID in lower case", withID("{" + testID + "}")},
		{"ClientPaymentID: must be a UUID in lower case", withID("urn:uuid:" + testID)},
		{"ClientPaymentID: must be a UUID in lower case", withID(testID + " ")},
		{"ClientPaymentID: must be a UUID in lower case", withID("e731a7e2-c553-4295-867e-1023359bee2g")},
		{"ClientPaymentID: must be a UUID in lower case", withID(uuid.Nil.String())},
		{"Amount: must be above 0", withAmount("0")},
		{"Amount: must be above 0", withAmount("0.00")},
		{"Amount: must be above 0", withAmount("-1")},
		{"Amount: must have at most two decimals", withAmount("1.001")},
		{"Amount: must have at most two decimals", withAmount("0.0000000000000000001")},
		{"Service: must be the id of a service", wallet.NewOut(testID, 0, hundred, out.Parameters)},
		{"Service: must be the id of a service", wallet.NewInOut(testID, -1, hundred, out.Parameters)},
		{"Parameters: names must not be empty", wallet.NewOut(testID, 834, hundred, map[string]string{"": "a"})},
		{"Parameters: names must not be empty, and all must be valid UTF-8", wallet.NewOut(testID, 834, hundred, map[string]string{"a": "\xff"})},
		{"Destination: must be a plus sign and 7 to 15 digits", wallet.NewP2P(testID, "", hundred)},
		{"Destination: must be a plus sign and 7 to 15 digits", wallet.NewP2P(testID, "996000000002", hundred)},
		{"Destination: must not be the wallet itself", wallet.NewP2P(testID, wallettest.DefaultPhone, hundred)},
		{"Message: must have at most 1024 characters", change(p2p, func(r *wallet.CreatePaymentRequest) { r.Message = strings.Repeat("ё", 1025) })},
		{"Message: must be valid UTF-8", change(p2p, func(r *wallet.CreatePaymentRequest) { r.Message = "\xff" })},
		{"Service, Parameters: must be set with Type out or inout only", change(p2p, func(r *wallet.CreatePaymentRequest) { r.Service = 1 })},
		{"Service, Parameters: must be set with Type out or inout only", change(in, func(r *wallet.CreatePaymentRequest) { r.Parameters = out.Parameters })},
		{"Destination, Message: must be set with Type p2p only", change(out, func(r *wallet.CreatePaymentRequest) { r.Message = "a" })},
		{"Destination, Message: must be set with Type p2p only", change(in, func(r *wallet.CreatePaymentRequest) { r.Destination = wallettest.OtherPhone })},
		{"Card, StoreCard: must be set with Type in or inout only", change(out, func(r *wallet.CreatePaymentRequest) { r.Card = 21 })},
		{"Card, StoreCard: must be set with Type in or inout only", change(p2p, func(r *wallet.CreatePaymentRequest) { r.StoreCard = true })},
		{"Card: must be the id of a card", change(in, func(r *wallet.CreatePaymentRequest) { r.Card = -1 })},
		{"StoreCard: must not be set with Card", change(in, func(r *wallet.CreatePaymentRequest) { r.Card, r.StoreCard = 21, true })},
		{"Type: must be out, p2p, in or inout", change(in, func(r *wallet.CreatePaymentRequest) { r.Type = "" })},
		{"Type: must be out, p2p, in or inout", change(in, func(r *wallet.CreatePaymentRequest) { r.Type = "OUT" })},
	} {
		t.Run(c.want, func(t *testing.T) {
			r, err := client.CreatePayment(t.Context(), c.request)
			require.ErrorIs(t, err, wallet.ErrInvalidRequest, c.want)
			require.ErrorContains(t, err, c.want)
			require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
			assert.Nil(t, r)
			_, err = client.RunPayment(t.Context(), c.request, yes)
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := client.CreatePayment(t.Context(), wallet.CreatePaymentRequest{Type: wallet.TypeOut}, wallet.WithHeader("x-authorization-type", "a"), wallet.CaptureResponse(nil))
	assert.EqualError(t, err, "wallet: invalid request: ClientPaymentID: must be a UUID in lower case, such as NewClientPaymentID returns; "+
		"Amount: must be above 0; Service: must be the id of a service; "+
		"WithHeader: X-Authorization-Type must not be set by the caller; CaptureResponse: must not be nil")
	_, err = client.RunPayment(t.Context(), out, nil)
	assert.EqualError(t, err, "wallet: invalid request: confirm: must not be nil")
}

func TestOtherBadInputIsRefusedBeforeIO(t *testing.T) {
	t.Parallel()
	client := nowhere(t)
	ctx := t.Context()
	type exec = wallet.ExecutePaymentRequest
	for want, call := range map[string]func() error{
		"id: must be positive":                         func() error { _, err := client.GetPayment(ctx, 0); return err },
		"id: must be positive ":                        func() error { _, err := client.PayOnce(ctx, -1, exec{}); return err },
		"id: must be positive  ":                       func() error { _, err := client.WaitPayment(ctx, 0, wallet.WaitParams{}); return err },
		"Type: must be inout or empty":                 func() error { _, err := client.ExecutePayment(ctx, 1, exec{Type: "out"}); return err },
		"Card, StoreCard: must be set with Type inout": func() error { _, err := client.PayOnce(ctx, 1, exec{Card: 1}); return err },
		"Card: must be the id":                         func() error { _, err := client.ExecutePayment(ctx, 1, exec{Type: "inout", Card: -1}); return err },
		"StoreCard: must not be set with Card": func() error {
			_, err := client.PayOnce(ctx, 1, exec{Type: "inout", Card: 1, StoreCard: true})
			return err
		},
		"CardSuccessURL: must be an absolute": func() error { _, err := client.ExecutePayment(ctx, 1, exec{CardSuccessURL: "/a"}); return err },
		"CardFailureURL: must be an absolute": func() error { _, err := client.PayOnce(ctx, 1, exec{CardFailureURL: "javascript:x"}); return err },
		"Page: must not be negative":          func() error { _, err := client.ListPayments(ctx, wallet.ListPaymentsParams{Page: -1}); return err },
		"Size: must not be negative":          func() error { _, err := client.ListPayments(ctx, wallet.ListPaymentsParams{Size: -1}); return err },
		"Types: must be words without commas": func() error {
			_, err := client.ListPayments(ctx, wallet.ListPaymentsParams{Types: []wallet.Type{"a,b"}})
			return err
		},
		"Statuses: must be words": func() error {
			_, err := client.ListPayments(ctx, wallet.ListPaymentsParams{Statuses: []wallet.Status{""}})
			return err
		},
		"WaitParams: intervals must not be": func() error { _, err := client.WaitPayment(ctx, 1, wallet.WaitParams{MinInterval: -1}); return err },
		"WaitParams: MinInterval must not be": func() error {
			_, err := client.WaitPayment(ctx, 1, wallet.WaitParams{MinInterval: 2, MaxInterval: 1})
			return err
		},
		"PaymentID: must be positive; Email: ": func() error {
			_, err := client.SendBill(ctx, wallet.SendBillRequest{Email: "Test Payer <payer@example.com>"})
			return err
		},
		"PaymentID: must be positive; Sender.ID: must be positive; Sender.Phone: must be": func() error {
			_, err := client.ReportBestTransfer(ctx, wallet.BestTransferReport{})
			return err
		},
		"WithHeader: Content-Type must not": func() error { _, err := client.ResetUnseen(ctx, wallet.WithHeader("content-type", "a")); return err },
	} {
		t.Run(want, func(t *testing.T) {
			err := call()
			require.ErrorIs(t, err, wallet.ErrInvalidRequest, want)
			require.ErrorContains(t, err, strings.TrimSpace(want))
		})
	}
	for _, err := range client.PaymentPages(ctx, wallet.ListPaymentsParams{Page: -1}) {
		require.ErrorIs(t, err, wallet.ErrInvalidRequest)
	}
}

// Hostile texts and amounts arrive as they were given.
func TestWhatIsSent(t *testing.T) {
	t.Parallel()
	var body []byte
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		_, _ = w.Write([]byte(`{"meta":{"code":200},"data":{"id":1}}`))
	})
	for given, want := range map[string]string{"100": "100", "100.00": "100.00", "8.03": "8.03", "0.01": "0.01", "1.1000": "1.10", "99999999999999999.99": "99999999999999999.99"} {
		t.Run(given, func(t *testing.T) {
			_, err := client.CreatePayment(t.Context(), wallet.NewIn(testID, decimal.MustParse(given)))
			require.NoError(t, err)
			assert.Equal(t, `{"type":"in","client_payment_id":"`+testID+`","amount":`+want+`}`, string(body))
		})
	}
	for i, text := range []string{
		"a&b=c", "%00", "\x00", "a+b c", "ü", "\u202eabc", "😀", "e\u0301", "'\"><script>&", "../..", "%s%n", `\/`, "\u2028", "null", strings.Repeat("界", 1024),
	} {
		t.Run(fmt.Sprint("text ", i), func(t *testing.T) {
			transfer := wallet.NewP2P(testID, wallettest.OtherPhone, hundred)
			transfer.Message = text
			_, err := client.CreatePayment(t.Context(), transfer)
			require.NoError(t, err)
			var got struct{ Message string }
			require.NoError(t, json.Unmarshal(body, &got))
			assert.Equal(t, text, got.Message)

			_, err = client.CreatePayment(t.Context(), wallet.NewOut(testID, 834, hundred, map[string]string{text: text}))
			require.NoError(t, err)
			var params struct{ Parameters map[string]string }
			require.NoError(t, json.Unmarshal(body, &params))
			assert.Equal(t, map[string]string{text: text}, params.Parameters)
		})
	}
}

func TestConstructorsCopyTheirMaps(t *testing.T) {
	t.Parallel()
	given := map[string]string{"a": "b"}
	r := wallet.NewOut(testID, 1, hundred, given)
	given["a"] = "c"
	assert.Equal(t, "b", r.Parameters["a"])
	assert.Equal(t, wallet.TypeInOut, wallet.NewInOut(testID, 1, hundred, given).Type)
}

// Each documented error of a creation, from the fake.
func TestErrorsOfCreation(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	srv.AddCard(wallettest.DefaultPhone, wallettest.Card{ID: 5, State: wallet.CardStateDeleted})
	srv.AddWallet(wallettest.Wallet{Phone: "+996000000009", Inactive: true})
	srv.AddWallet(wallettest.Wallet{Phone: "+996000000008", Disabled: "fraud"})
	id := wallet.NewClientPaymentID
	saved := func(card int64) wallet.CreatePaymentRequest {
		r := wallet.NewIn(id(), hundred)
		r.Card = card
		return r
	}
	phone := map[string]string{"phoneNumber": "0000000001"}
	for _, c := range []struct {
		request wallet.CreatePaymentRequest
		code    string
		group   error
	}{
		{wallet.NewOut(id(), 834, decimal.MustParse("0.5"), phone), wallet.CodeInvalidAmount, wallet.ErrInvalidParameter},
		{wallet.NewOut(id(), 834, decimal.MustParse("15000.01"), phone), wallet.CodeInvalidAmount, wallet.ErrInvalidParameter},
		{wallet.NewOut(id(), 1, hundred, phone), wallet.CodeServiceNotFound, wallet.ErrNotFound},
		{wallet.NewOut(id(), 834, hundred, map[string]string{"phoneNumber": "1"}), wallet.CodeInvalidPaymentParameters, wallet.ErrInvalidParameter},
		{wallet.NewP2P(id(), "+996000000007", hundred), wallet.CodeDestinationNotFound, wallet.ErrNotFound},
		{wallet.NewP2P(id(), wallettest.OtherPhone, decimal.MustParse("10000.01")), wallet.CodeInsufficientFunds, wallet.ErrInsufficientFunds},
		{saved(4), wallet.CodeCardNotFound, wallet.ErrNotFound},
		{saved(5), wallet.CodeCardNotActive, wallet.ErrWrongState},
	} {
		t.Run(fmt.Sprint(c.code), func(t *testing.T) {
			_, err := client.CreatePayment(t.Context(), c.request)
			var e *wallet.Error
			require.ErrorAs(t, err, &e, c.code)
			assert.Equal(t, c.code, e.Code)
			require.ErrorIs(t, err, c.group)
			require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
		})
	}
	for phone, code := range map[string]string{"+996000000009": wallet.CodeWalletNotActive, "+996000000008": wallet.CodeWalletDisabled, "+996000000007": ""} {
		t.Run(phone, func(t *testing.T) {
			other, err := wallet.NewClient(srv.URL(), wallet.BasicAuth(phone, wallettest.DefaultPassword))
			require.NoError(t, err)
			_, err = other.CreatePayment(t.Context(), phoneBill(id()))
			var e *wallet.Error
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, wallet.ErrUnauthorized)
			assert.Equal(t, code, e.Code)
		})
	}
}

// A service may ask for nothing; the member is there all the same.
func TestEmptyParametersAreSent(t *testing.T) {
	t.Parallel()
	for name, params := range map[string]map[string]string{"nil": nil, "empty": {}} {
		for _, c := range []wallet.CreatePaymentRequest{
			wallet.NewOut(testID, wallettest.ServiceBank, hundred, params),
			wallet.NewInOut(testID, wallettest.ServiceBank, hundred, params),
		} {
			t.Run(fmt.Sprintf("%s, %s", c.Type, name), func(t *testing.T) {
				t.Parallel()
				srv := wallettest.Run(t)
				r, err := newClient(t, srv.URL()).CreatePayment(t.Context(), c)
				require.NoError(t, err)
				assert.Equal(t, wallet.StatusCreated, r.Payment.Status)
				assert.Contains(t, string(srv.Requests()[0].Body), `"parameters":{}`)
				assert.Equal(t, params, c.Parameters, "the caller's request is not changed")
			})
		}
	}
	srv := wallettest.Run(t)
	_, err := newClient(t, srv.URL()).CreatePayment(t.Context(), wallet.NewP2P(testID, wallettest.OtherPhone, hundred))
	require.NoError(t, err)
	assert.NotContains(t, string(srv.Requests()[0].Body), "parameters")
}
