package finik_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/finik"
)

// callback is what the service would send to the address.
func callback(key *rsa.PrivateKey, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "https://shop.example.com/webhooks/finik", strings.NewReader(body))
	r.Header.Set("X-Api-Timestamp", strconv.FormatInt(time.Now().UnixMilli(), 10))
	text, err := finik.Message{
		Method: r.Method, Host: r.Host, Path: r.URL.EscapedPath(), Header: r.Header, Body: []byte(body),
	}.ReceivedText()
	if err != nil {
		panic(err)
	}
	signer, err := finik.RSASigner(key)
	if err != nil {
		panic(err)
	}
	signature, err := signer.Sign(context.Background(), text)
	if err != nil {
		panic(err)
	}
	r.Header.Set("Signature", base64.StdEncoding.EncodeToString(signature))
	return r
}

func ExampleWebhook_Handler() {
	service, err := rsa.GenerateKey(rand.Reader, 2048) // finik.ProductionWebhookKey in production
	if err != nil {
		panic(err)
	}
	hook := finik.Webhook{
		PublicURL: "https://shop.example.com/webhooks/finik",
		Keys:      []*rsa.PublicKey{&service.PublicKey},
	}
	done := map[string]bool{} // in a database, in the transaction of the work
	handler := hook.Handler(func(_ context.Context, e *finik.Event) error {
		if !e.Status.Final() || done[e.Key()] {
			return nil
		}
		done[e.Key()] = true
		fmt.Println(e.TransactionID, e.Status, e.Amount)
		return nil
	})
	const body = `{"transactionId":"tx-1","id":"p-1","status":"SUCCEEDED","amount":150}`
	for range 2 { // callbacks come at least once
		handler.ServeHTTP(httptest.NewRecorder(), callback(service, body))
	}
	// Output: tx-1 SUCCEEDED 150
}

func ExampleWebhook_Parse() {
	service, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	hook := finik.Webhook{
		PublicURL: "https://shop.example.com/webhooks/finik",
		Keys:      []*rsa.PublicKey{&service.PublicKey},
	}
	const body = `{"transactionId":"tx-1","id":"p-1","status":"FAILED","statusCode":402}`
	event, err := hook.Parse(callback(service, body))
	fmt.Println(event.Key(), event.Status, event.StatusCode, err)
	hook.Keys = nil
	_, err = hook.Parse(callback(service, body))
	fmt.Println(err)
	// Output:
	// tx-1 p-1 FAILED 402 <nil>
	// finik: bad webhook: finik: unauthorized: the signature is wrong
}
