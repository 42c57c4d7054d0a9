package ecommpay_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// kms signs as an HSM or a KMS does: the secret does not leave it.
type kms struct{ secret []byte }

func (k kms) Sign(_ context.Context, canonical []byte) ([]byte, error) {
	mac := hmac.New(sha512.New, k.secret)
	mac.Write(canonical)
	return mac.Sum(nil), nil
}

func ExampleWithSigner() {
	srv := service()
	defer srv.Close()
	issued := ecommpaytest.DefaultCredentials()
	client, err := ecommpay.NewClient(srv.URL(), ecommpay.Credentials{Token: issued.Token}, ecommpay.WithSigner(kms{[]byte(issued.Secret)}))
	if err != nil {
		log.Fatal(err)
	}
	list, err := client.Balances(context.Background())
	fmt.Println(len(list.Balances), "balance", err)
	// Output: 1 balance <nil>
}

func ExampleWithResponseVerification() {
	srv := ecommpaytest.NewServer(ecommpaytest.WithoutSignatures())
	defer srv.Close()
	for _, mode := range []ecommpay.VerifyMode{ecommpay.VerifyStrict, ecommpay.VerifyIfPresent} {
		client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials(), ecommpay.WithResponseVerification(mode))
		if err != nil {
			log.Fatal(err)
		}
		_, err = client.Balances(context.Background())
		fmt.Println(err, errors.Is(err, ecommpay.ErrBadSignature))
	}
	// Output:
	// ecommpay: Balances: status 200 (signature): bad signature: the answer has none true
	// <nil> false
}

func ExampleWithMiddleware() {
	srv := service()
	defer srv.Close()
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials(),
		ecommpay.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				fmt.Println(r.Method, r.URL.Path) // the body has neither token nor signature up here
				return next.RoundTrip(r)
			})
		}))
	if err != nil {
		log.Fatal(err)
	}
	_, _ = client.Balances(context.Background())
	// Output: POST /v1/balance/get
}

func ExampleSignatureError_Unwrap() {
	srv := ecommpaytest.NewServer(ecommpaytest.WithoutSignatures())
	defer srv.Close()
	_, err := connect(srv).Balances(context.Background())
	var unproven *ecommpay.SignatureError
	if errors.As(err, &unproven) {
		fmt.Println(unproven.Operation, unproven.Unwrap())
	}
	// Output: Balances the answer has none
}

func ExampleClient_ListChargebacks() {
	srv := service()
	defer srv.Close()
	page, err := connect(srv).ListChargebacks(context.Background(), ecommpay.ListChargebacksParams{ReasonCodes: []string{"10.4"}})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range page.Chargebacks {
		fmt.Println(c.ChargebackID, c.ChbAmount, c.ChbCurrency, "final:", c.Final())
	}
	// Output: 11201 50.00 USD final: false
}

func ExampleClient_ChargebackPages() {
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	srv.SeedChargebacks(ecommpaytest.GenerateChargebacks(ecommpaytest.Plan{Operations: 1000, Seed: 1})...)
	for page, err := range connect(srv).ChargebackPages(context.Background(), ecommpay.ListChargebacksParams{Limit: 20}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(page.Chargebacks), "new ones and", len(page.Bad), "that do not decode")
	}
	// Output:
	// 20 new ones and 0 that do not decode
	// 7 new ones and 0 that do not decode
}

func ExampleClient_ListFraudOperations() {
	srv := service()
	defer srv.Close()
	page, err := connect(srv).ListFraudOperations(context.Background(), ecommpay.ListFraudOperationsParams{
		PurchaseDate: ecommpay.Interval{From: newYear, To: newYear.AddDate(0, 1, 0)},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range page.Operations {
		fmt.Println(o.PaymentID, o.FraudType, o.TrAmount, o.TrCurrency)
	}
	// Output: payment78 6 50.00 USD
}

func ExampleClient_FraudOperationPages() {
	srv := service()
	defer srv.Close()
	for page, err := range connect(srv).FraudOperationPages(context.Background(), ecommpay.ListFraudOperationsParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(page.Operations), "reports and", len(page.Bad), "that do not decode")
	}
	// Output: 1 reports and 0 that do not decode
}

func ExampleMinor() {
	fmt.Println(ecommpay.Minor(decimal.MustParse("12.345"), "KWD"))
	_, err := ecommpay.Minor(decimal.MustParse("1.005"), "USD") // never rounded
	fmt.Println(errors.Is(err, ecommpay.ErrInvalidRequest))
	// Output:
	// 12345 <nil>
	// true
}

func ExampleBalance_Major() {
	amounts, err := ecommpay.Balance{AmountsMinor: map[string]int64{"EUR": 113128, "JPY": 500}}.Major()
	fmt.Println(amounts, err)
	// Output: map[EUR:1131.28 JPY:500] <nil>
}

func ExampleSum_Major() {
	amount, err := ecommpay.Sum{AmountMinor: 730_86, Currency: "EUR"}.Major()
	fmt.Println(amount, err)
	// Output: 730.86 <nil>
}

// A whole number is minor units, as a number or as a string. 10.00 might be major units
// and is refused.
func ExampleSum_UnmarshalJSON() {
	for _, text := range []string{`{"amount":73086,"currency":"EUR"}`, `{"amount":"73086","currency":"EUR"}`, `{"amount":10.00,"currency":"EUR"}`} {
		var sum ecommpay.Sum
		err := json.Unmarshal([]byte(text), &sum)
		fmt.Println(sum.AmountMinor, err == nil)
	}
	// Output:
	// 73086 true
	// 73086 true
	// 0 false
}
