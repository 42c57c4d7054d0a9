package wallet_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// completed makes n payments that are paid, the newest last.
func completed(t *testing.T, client *wallet.Client, n int) []int64 {
	t.Helper()
	ids := make([]int64, n)
	for i := range n {
		r, err := client.CreatePayment(t.Context(), wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, decimal.One, map[string]string{"phoneNumber": "0000000001"}))
		require.NoError(t, err)
		ids[i] = r.Payment.ID
		_, err = client.PayOnce(t.Context(), ids[i], wallet.ExecutePaymentRequest{})
		require.NoError(t, err)
		_, err = client.WaitPayment(t.Context(), ids[i], brisk)
		require.NoError(t, err)
	}
	return ids
}

func TestListingMarksWhatItReturnsAndNothingElse(t *testing.T) {
	t.Parallel()
	_, client := start(t)
	ids := completed(t, client, 5)
	var r wallet.Response
	page, err := client.ListPayments(t.Context(), wallet.ListPaymentsParams{Size: 2}, wallet.CaptureResponse(&r))
	require.NoError(t, err)
	assert.Equal(t, []int64{ids[4], ids[3]}, []int64{page.Payments[0].ID, page.Payments[1].ID})
	assert.Equal(t, new(true), page.Payments[0].Unseen)
	assert.Equal(t, new(5), page.Meta.Page.TotalElements)
	assert.Equal(t, new(5), page.Meta.UrgentData.UnseenPayments)
	assert.Equal(t, "9980", page.Meta.UrgentData.Amount.String())
	assert.Equal(t, 200, r.StatusCode)

	page, err = client.ListPayments(t.Context(), wallet.ListPaymentsParams{Page: 1, Size: 2})
	require.NoError(t, err)
	assert.Equal(t, new(true), page.Payments[0].Unseen, "the page before did not touch it")
	page, err = client.ListPayments(t.Context(), wallet.ListPaymentsParams{Size: 4})
	require.NoError(t, err)
	assert.Nil(t, page.Payments[0].Unseen)
	assert.Equal(t, new(1), page.Meta.UrgentData.UnseenPayments)

	meta, err := client.ResetUnseen(t.Context())
	require.NoError(t, err)
	assert.Nil(t, meta.UrgentData.UnseenPayments)
	page, err = client.ListPayments(t.Context(), wallet.ListPaymentsParams{Page: 4, Size: 1})
	require.NoError(t, err)
	assert.Nil(t, page.Payments[0].Unseen)
}

func TestFilters(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	completed(t, client, 2)
	_, err := client.CreatePayment(t.Context(), wallet.NewIn(wallet.NewClientPaymentID(), hundred))
	require.NoError(t, err)
	for _, c := range []struct {
		params wallet.ListPaymentsParams
		query  string
		want   int
	}{
		{wallet.ListPaymentsParams{}, "page=0&size=35", 2},
		{wallet.ListPaymentsParams{Statuses: []wallet.Status{"created", "completed"}}, "page=0&size=35&status=created%2Ccompleted", 3},
		{wallet.ListPaymentsParams{Statuses: []wallet.Status{"created"}, Types: []wallet.Type{"in"}}, "page=0&size=35&status=created&type=in", 1},
		{wallet.ListPaymentsParams{Types: []wallet.Type{"p2p", "in"}, Page: 3, Size: 7}, "page=3&size=7&type=p2p%2Cin", 0},
	} {
		t.Run(c.query, func(t *testing.T) {
			srv.ResetRequests()
			page, err := client.ListPayments(t.Context(), c.params)
			require.NoError(t, err)
			assert.Len(t, page.Payments, c.want, c.query)
			assert.Equal(t, c.query, srv.Requests()[0].RawQuery)
		})
	}
}

func TestWalks(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	ids := completed(t, client, 7)
	for size, requests := range map[int]int{1: 8, 2: 4, 3: 3, 7: 2, 8: 1, 0: 1} {
		t.Run(fmt.Sprint("size=", size), func(t *testing.T) {
			for range 2 { // it starts over with each range
				srv.ResetRequests()
				var got []int64
				for p, err := range client.AllPayments(t.Context(), wallet.ListPaymentsParams{Size: size}) {
					require.NoError(t, err)
					got = append(got, p.ID)
				}
				assert.Len(t, got, 7)
				assert.Equal(t, ids[6], got[0])
				assert.Equal(t, ids[0], got[6])
				assert.Len(t, srv.Requests(), requests, "size %d", size)
			}
		})
	}
	srv.ResetRequests()
	for page, err := range client.PaymentPages(t.Context(), wallet.ListPaymentsParams{Size: 2, Page: 1}) {
		require.NoError(t, err)
		assert.Equal(t, ids[4], page.Payments[0].ID)
		break
	}
	assert.Len(t, srv.Requests(), 1, "nothing is read ahead: it would be marked as seen")
}

// pagesOf serves lists of ids, one a page, and counts them.
func pagesOf(t *testing.T, total int, pages ...[]int) (client *wallet.Client, hits *int) {
	t.Helper()
	hits = new(int)
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		*hits++
		number, _ := strconv.Atoi(r.URL.Query().Get("page"))
		rows := []map[string]any{}
		if number < len(pages) {
			for _, id := range pages[number] {
				rows = append(rows, map[string]any{"id": id, "status": "completed"})
			}
		}
		body, _ := json.Marshal(map[string]any{"meta": map[string]any{"code": 200, "page": map[string]any{"total_elements": total}}, "data": rows})
		_, _ = w.Write(body)
	}), hits
}

func TestWalksThroughOddLists(t *testing.T) {
	t.Parallel()
	walk := func(c *wallet.Client, size int) (got []int64, err error) {
		for p, err := range c.AllPayments(t.Context(), wallet.ListPaymentsParams{Size: size}) {
			if err != nil {
				assert.Nil(t, p)
				return got, err
			}
			got = append(got, p.ID)
		}
		return got, nil
	}
	for name, c := range map[string]struct {
		total int
		pages [][]int
		want  []int64
		hits  int
	}{
		"the service gives less than asked": {5, [][]int{{5, 4}, {3, 2}, {1}}, []int64{5, 4, 3, 2, 1}, 3},
		"it counts too few":                 {2, [][]int{{5, 4, 3}, {2, 1}}, []int64{5, 4, 3, 2, 1}, 2},
		"it counts too many":                {9, [][]int{{5, 4, 3}, {2, 1}}, []int64{5, 4, 3, 2, 1}, 3},
		"it counts nothing":                 {0, [][]int{{5, 4, 3}, {2, 1}}, []int64{5, 4, 3, 2, 1}, 3},
		"rows move back":                    {5, [][]int{{5, 4, 3}, {3, 2, 1}}, []int64{5, 4, 3, 2, 1}, 3},
		"a list without rows":               {0, nil, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			client, hits := pagesOf(t, c.total, c.pages...)
			got, err := walk(client, 3)
			require.NoError(t, err, name)
			assert.Equal(t, c.want, got, name)
			assert.Equal(t, c.hits, *hits, name)
		})
	}
	client, _ := pagesOf(t, 6, []int{3, 2, 1}, []int{3, 2, 1})
	got, err := walk(client, 3)
	require.ErrorIs(t, err, wallet.ErrPaginationStalled)
	assert.Len(t, got, 3)
}

func TestRowsThatDoNotDecode(t *testing.T) {
	t.Parallel()
	client := answer(t, 200, `{"meta":{"code":200,"page":{"total_elements":3}},"data":[{"id":3},{"id":"x"},{"id":1}]}`)
	page, err := client.ListPayments(t.Context(), wallet.ListPaymentsParams{})
	require.NoError(t, err)
	assert.Len(t, page.Payments, 2)
	require.Len(t, page.Bad, 1)
	assert.Equal(t, 1, page.Bad[0].Index)
	assert.JSONEq(t, `{"id":"x"}`, string(page.Bad[0].Raw))
	var got []int64
	var last error
	for p, err := range client.AllPayments(t.Context(), wallet.ListPaymentsParams{}) {
		if last = err; err == nil {
			got = append(got, p.ID)
		}
	}
	assert.Equal(t, []int64{3, 1}, got)
	var e *wallet.DecodeError
	require.ErrorAs(t, last, &e)
	require.NotErrorIs(t, last, wallet.ErrOutcomeUnknown)
	assert.EqualError(t, last, "wallet: ListPayments: status 200: row 1 of 1 that do not decode: JSON: type error at offset 6 in /id")
}

func TestBestTransfers(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	srv.AddBestTransfer(wallettest.DefaultPhone, wallet.BestTransfer{
		Number: "413258621", Amount: new(decimal.MustParse("30")), Currency: "RUR", Rate: new(decimal.One), Note: "test pay",
		Sender: wallet.BestPerson{Data: wallet.BestPersonData{FirstName: "Test", LastName: "Payer"}, Address: wallet.BestAddress{Phone: "0000000004"}},
	})
	list, err := client.ListBestTransfers(t.Context())
	require.NoError(t, err)
	require.Len(t, list.Transfers, 1)
	got := list.Transfers[0]
	assert.Equal(t, "413258621", got.Number)
	assert.Equal(t, new(true), got.Unseen)
	assert.Equal(t, "0000000004", got.Sender.Address.Phone)
	assert.Empty(t, got.Receiver.Address.Phone, "printed as [] by a PHP service")
	assert.Equal(t, new(1), list.Meta.UrgentData.UnseenPaymentsBest)
	out, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, string(got.Raw), string(out))

	_, err = client.ResetUnseenBest(t.Context())
	require.NoError(t, err)
	_, err = client.ReportBestTransfer(t.Context(), bestReport())
	require.NoError(t, err)
	assert.Equal(t, []wallet.BestTransferReport{bestReport()}, srv.BestReports())
	_, err = client.SendBill(t.Context(), wallet.SendBillRequest{PaymentID: completed(t, client, 1)[0], Email: "payer@example.com"})
	require.NoError(t, err)
	assert.Len(t, srv.Bills(), 1)

	_, err = answer(t, 422, `{"meta":{"code":422,"error":"empty_request"}}`).ReportBestTransfer(t.Context(), bestReport())
	require.ErrorIs(t, err, wallet.ErrMissingParameter)
	_, err = answer(t, 200, `{"meta":{"code":200},"data":[{}]}`).ListBestTransfers(t.Context())
	require.NoError(t, err, "a bad row is no error")
	list, err = answer(t, 200, `{"meta":{"code":200},"data":[{"number":"1","currency_alpha":"RUR"},{"number":"2","amount":null}]}`).ListBestTransfers(t.Context())
	require.NoError(t, err)
	require.Len(t, list.Transfers, 2)
	for _, unknown := range list.Transfers {
		assert.Nil(t, unknown.Amount, "an amount that is not there is not 0")
	}
	assert.Equal(t, "Best transfer 1 unknown RUR 0001-01-01T00:00:00Z", list.Transfers[0].String())
	assert.Equal(t, "Best transfer 413258621 30 RUR 0001-01-01T00:00:00Z", fmt.Sprint(got))
}
