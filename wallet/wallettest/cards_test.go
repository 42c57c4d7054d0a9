package wallettest_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

func TestCards(t *testing.T) {
	t.Parallel()
	srv := start(t)
	in := `{"type":"in","client_payment_id":"071c6d23-7508-4e35-ad92-852308a47679","amount":100,"store_card":true}`
	p := call(t, srv, "POST", "/payments", in).payment(t)
	assert.Equal(t, wallet.CardStateCreated, p.Card.State)
	pay := call(t, srv, "POST", path(p, "/pay"), "")
	p = pay.payment(t)
	assert.Equal(t, wallet.CardStatePending, p.Card.State)
	assert.Contains(t, string(pay.Data), `https:\/\/pay.example.com`, "as a PHP service prints it")
	assert.True(t, p.NeedsCardPage())
	for range 5 {
		p = call(t, srv, "GET", path(p, ""), "").payment(t)
		assert.True(t, p.NeedsCardPage(), "it waits for the user")
	}
	srv.EnterCard(p.ID, "541715******2399", "MasterCard")
	p = call(t, srv, "GET", path(p, ""), "").payment(t)
	assert.Equal(t, wallet.CardStateActive, p.Card.State)
	assert.Equal(t, wallet.StatusCompleted, p.Status)
	assert.Equal(t, "10100", srv.Balance(wallettest.DefaultPhone).String())

	saved := `{"type":"in","client_payment_id":"071c6d23-7508-4e35-ad92-852308a47680","amount":100,"card":` + jsonOf(p.Card.ID) + `}`
	p = call(t, srv, "POST", "/payments", saved).payment(t)
	assert.Equal(t, "541715******2399", p.Card.Title)
	p = call(t, srv, "POST", path(p, "/pay"), "").payment(t)
	assert.False(t, p.NeedsCardPage())

	once := `{"type":"in","client_payment_id":"071c6d23-7508-4e35-ad92-852308a47681","amount":100}`
	p = call(t, srv, "POST", "/payments", once).payment(t)
	call(t, srv, "POST", path(p, "/pay"), "")
	srv.RefuseCard(p.ID, wallet.DeclineReasonInvalidData)
	p = call(t, srv, "GET", path(p, ""), "").payment(t)
	assert.Equal(t, wallet.CardStateFailed, p.Card.State)
	assert.Equal(t, wallet.DeclineReasonInvalidData, p.DeclineReason)
	assert.Zero(t, srv.Debits(p.ClientPaymentID))
	for _, f := range []func(){
		func() { srv.AddCard("+0", wallettest.Card{}) },
		func() { srv.AddBestTransfer(wallettest.DefaultPhone, wallet.BestTransfer{Number: "007"}) },
		func() { srv.EnterCard(p.ID, "", "") },
		func() { srv.Complete(1) },
		func() { srv.Undo(p.ID) },
	} {
		assert.Panics(t, f)
	}
}

func jsonOf(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}
