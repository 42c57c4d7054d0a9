package wallet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

func ExampleClient_Do() {
	srv := wallettest.NewServer()
	defer srv.Close()
	client, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	answer, err := client.Do(context.Background(), http.MethodGet, "payments?page=1", nil)
	if err != nil {
		log.Fatal(err)
	}
	var list struct {
		Meta wallet.Meta      `json:"meta"`
		Data []wallet.Payment `json:"data"`
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(list.Data), "payments")
	// Output: 0 payments
}

// TestDoMovesMoneyOnce: a call whose answer is lost is not repeated, and its
// outcome is unknown.
func TestDoMovesMoneyOnce(t *testing.T) {
	t.Parallel()
	for kind, debits := range map[wallettest.FaultKind]int{wallettest.FaultResetBefore: 0, wallettest.FaultResetAfter: 1, wallettest.FaultTruncated: 1} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			t.Parallel()
			srv := wallettest.Run(t)
			client := newClient(t, srv.URL())
			created, err := client.CreatePayment(t.Context(), wallet.NewP2P(testID, wallettest.OtherPhone, hundred))
			require.NoError(t, err)
			srv.ResetRequests()
			srv.Inject(wallettest.Fault{Kind: kind})
			_, err = client.Do(t.Context(), http.MethodPost, fmt.Sprintf("payments/%d/pay", created.Payment.ID), nil)
			require.ErrorIs(t, err, wallet.ErrOutcomeUnknown)
			assert.Len(t, srv.Requests(), 1)
			assert.Equal(t, debits, srv.Debits(testID))
		})
	}
}

func TestDoKnowsRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status  int
		body    string
		want    int // status of the refusal; 0 is none
		unknown bool
	}{
		{200, `{"meta":{"code":200},"data":1}`, 0, false},
		{200, `{"services":[]}`, 0, false},
		{200, `[]`, 0, false},
		{200, `{"meta":{"code":400,"error":"invalid_amount"}}`, 400, false},
		{400, `{"meta":{"code":400,"error":"invalid_amount"}}`, 400, false},
		{400, `{}`, 400, true},
		{500, `{"meta":{"code":500,"error":"x"}}`, 500, true},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.body), func(t *testing.T) {
			t.Parallel()
			client := inMemoryAnswer(t, c.status, []byte(c.body))
			document, err := client.Do(t.Context(), http.MethodPost, "x", nil)
			if c.want == 0 {
				require.NoError(t, err)
				assert.Equal(t, c.body, string(document))
				return
			}
			var refusal *wallet.Error
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, c.want, refusal.StatusCode)
			if c.unknown {
				require.ErrorIs(t, err, wallet.ErrOutcomeUnknown)
			} else {
				require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
			}
		})
	}
}
