package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// array is a page's array of rows, as their service spells them.
func array[T any](rows []*T, raw func(*T) json.RawMessage) []byte {
	all := make([][]byte, len(rows))
	for i, row := range rows {
		all[i] = raw(row)
	}
	return fmt.Appendf(nil, "[%s]", bytes.Join(all, []byte(",")))
}

func vimaPage(testing.TB) []byte {
	return array(vimatest.Generate(vimatest.Plan{Operations: 100, Seed: 1}), func(o *vima.Operation) json.RawMessage { return o.Raw })
}

func ecommpayPage(t testing.TB) []byte {
	t.Helper()
	srv := ecommpaytest.Run(t, ecommpaytest.InMemory())
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 1000, Seed: 1})...)
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials(), ecommpay.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	from := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	page, err := client.ListOperations(t.Context(), ecommpay.ListOperationsParams{From: from, To: from.AddDate(1, 0, 0)})
	require.NoError(t, err)
	require.Len(t, page.Operations, 1000)
	return array(page.Operations, func(o *ecommpay.Operation) json.RawMessage { return o.Raw })
}

func walletPage(t testing.TB) []byte {
	t.Helper()
	srv := wallettest.Run(t, wallettest.InMemory())
	client, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials(), wallet.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	const payments = 35 // of a page, by default
	for i := range payments {
		request := wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, decimal.MustNew(int64(10_000+i), 2),
			map[string]string{"phoneNumber": fmt.Sprintf("%010d", i)})
		_, err := client.CreatePayment(t.Context(), request)
		require.NoError(t, err)
	}
	page, err := client.ListPayments(t.Context(), wallet.ListPaymentsParams{Statuses: []wallet.Status{wallet.StatusCreated}})
	require.NoError(t, err)
	require.Len(t, page.Payments, payments)
	return array(page.Payments, func(p *wallet.Payment) json.RawMessage { return p.Raw })
}

func finikPage(t testing.TB) []byte {
	t.Helper()
	srv := finiktest.Run(t, finiktest.InMemory())
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	page, err := client.ListServices(t.Context(), finik.ListServicesParams{Size: 50})
	require.NoError(t, err)
	for i := len(page.Services); i < 50; i++ {
		v := finiktest.Service{Service: *page.Services[i%len(page.Services)]}
		v.ID, v.Raw = "service-"+strconv.Itoa(i), nil
		srv.AddService(v)
	}
	page, err = client.ListServices(t.Context(), finik.ListServicesParams{Size: 50})
	require.NoError(t, err)
	require.Len(t, page.Services, 50)
	return array(page.Services, func(s *finik.Service) json.RawMessage { return s.Raw })
}

func transactionsPage(t testing.TB) []byte {
	t.Helper()
	srv := transactionstest.Run(t, transactionstest.InMemory())
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 2000, Seed: 1})...)
	client, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials(), transactions.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	page, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{})
	require.NoError(t, err)
	require.Len(t, page.Transactions, 2000)
	return array(page.Transactions, func(r *transactions.Transaction) json.RawMessage { return r.Raw })
}
