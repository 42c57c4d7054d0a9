package finik_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/testform"
)

// ids are the services of a walk.
func ids(t testing.TB, c *finik.Client, p finik.ListServicesParams, opts ...finik.CallOption) (out []string, err error) {
	t.Helper()
	for s, e := range c.AllServices(t.Context(), p, opts...) {
		if e != nil {
			assert.Nil(t, s)
			assert.NoError(t, err, "at most one error, last")
			err = e
			continue
		}
		out = append(out, s.ID)
	}
	return out, err
}

// listed are the services that a fake has in its list, by default.
func listedIDs(srv *finiktest.Server) (out []string) {
	for _, s := range srv.Services() {
		if s.Status != finik.ServiceStatusInactive {
			out = append(out, s.ID)
		}
	}
	return out
}

func TestAService(t *testing.T) {
	t.Parallel()
	const text = `{"id":17,"parentId":"mobile","name_en":"O!","name_ky":"О!","name_ru":"","country":"KG","logo":{"url":"https://example.com/o.png"},
		"minAmount":"10","maxAmount":15000.00,"status":"ENABLED","popularityScore":99.5,"new":{"a":[1,1]},
		"requiredFields":[{"fieldId":"account.phone","label_en":"Phone","label_ky":"Телефон","label_ru":"Номер","keyboardType":"PHONE","inputMask":"[000]",
		"minLength":9,"maxLength":"9","prefix":"+996","value":null,"orderNumber":1,"isHidden":false},{"fieldId":"code","value":77,"isHidden":true}]}`
	var s finik.Service
	require.NoError(t, s.UnmarshalJSON([]byte(text)))
	assert.Equal(t, "17", s.ID)
	assert.Equal(t, "10", s.MinAmount.String())
	assert.Equal(t, "15000.00", s.MaxAmount.String())
	assert.Equal(t, "99.5", s.PopularityScore)
	assert.Equal(t, "https://example.com/o.png", s.Logo.URL)
	assert.Equal(t, []string{"O!", "О!", "O!", "O!"}, []string{s.Name(finik.LocaleEN), s.Name(finik.LocaleKY), s.Name(finik.LocaleRU), s.Name("")})
	require.Len(t, s.RequiredFields, 2)
	f := s.RequiredFields[0]
	assert.Equal(t, finik.RequiredField{
		FieldID: "account.phone", LabelEN: "Phone", LabelKY: "Телефон", LabelRU: "Номер", KeyboardType: finik.KeyboardTypePhone,
		InputMask: "[000]", MinLength: 9, MaxLength: 9, Prefix: "+996", OrderNumber: new(1), IsHidden: new(false),
	}, f)
	assert.Equal(t, []string{"Phone", "Телефон", "Номер"}, []string{f.Label(finik.LocaleEN), f.Label(finik.LocaleKY), f.Label(finik.LocaleRU)})
	assert.Equal(t, "77", s.RequiredFields[1].Value)
	back, err := s.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, text, string(back), "marshal and unmarshal are the identity")

	own, err := finik.Service{ID: "1", MinAmount: new(dec("1.50"))}.MarshalJSON()
	require.NoError(t, err)
	var again finik.Service
	require.NoError(t, again.UnmarshalJSON(own))
	assert.Equal(t, "1.50", again.MinAmount.String())
}

func TestListServices(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	page, err := c.ListServices(t.Context(), finik.ListServicesParams{})
	require.NoError(t, err)
	assert.Len(t, page.Services, 20)
	assert.Equal(t, []int{55, 0, 20}, []int{page.Total, page.From, page.NextFrom})
	page, err = c.ListServices(t.Context(), finik.ListServicesParams{From: 50, Size: 50})
	require.NoError(t, err)
	assert.Len(t, page.Services, 5)
	assert.Equal(t, []int{55, 50, 55}, []int{page.Total, page.From, page.NextFrom})
	for _, tt := range []struct {
		p    finik.ListServicesParams
		want int
	}{
		{finik.ListServicesParams{Status: []finik.ServiceStatus{finik.ServiceStatusInactive}, Size: 50}, 5},
		{finik.ListServicesParams{Status: []finik.ServiceStatus{finik.ServiceStatusInactive, finik.ServiceStatusDisabled}, Size: 50}, 11},
		{finik.ListServicesParams{ParentID: "transfers", Locale: finik.LocaleKY}, 2},
		{finik.ListServicesParams{Query: "мобильная"}, 1},
		{finik.ListServicesParams{Query: "nothing has this name"}, 0},
		{finik.ListServicesParams{From: 1000}, 0},
	} {
		t.Run(fmt.Sprint(tt.want), func(t *testing.T) {
			page, err := c.ListServices(t.Context(), tt.p)
			require.NoError(t, err)
			assert.Len(t, page.Services, tt.want, "%+v", tt.p)
		})
	}
	_, err = c.ListServices(t.Context(), finik.ListServicesParams{Locale: "XX"})
	var e *finik.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 400, e.StatusCode)
}

func TestAllServices(t *testing.T) {
	t.Parallel()
	srv, c := start(t)
	want := listedIDs(srv)
	for _, size := range []int{0, 3, 7, 20} {
		t.Run(fmt.Sprint("size=", size), func(t *testing.T) {
			srv.ResetRequests()
			walk := c.AllServices(t.Context(), finik.ListServicesParams{Size: size})
			for range 2 { // each range starts over
				var got []string
				for s, err := range walk {
					require.NoError(t, err)
					got = append(got, s.ID)
				}
				assert.Equal(t, want, got, "size %d", size)
			}
			if size == 0 {
				assert.Len(t, srv.Requests(), 2*4, "2 pages, an empty one, and the last rows again")
			}
		})
	}
	got, err := ids(t, c, finik.ListServicesParams{From: 30, Size: 10})
	require.NoError(t, err)
	assert.Equal(t, want[30:], got)
	got, err = ids(t, c, finik.ListServicesParams{Query: "none of this name"})
	require.NoError(t, err)
	assert.Empty(t, got)
	for range c.AllServices(t.Context(), finik.ListServicesParams{}) {
		break
	}
}

func TestAllServicesUnderFaults(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer()
	t.Cleanup(srv.Close)
	c := newClient(t, srv.URL(), finik.WithRetry(finik.RetryPolicy{MaxAttempts: 12, MinWait: time.Microsecond, MaxWait: time.Microsecond}))
	want := listedIDs(srv)
	for seed := range uint64(testform.Scale(2, 10)) {
		for i, f := range []finiktest.Fault{
			{Status: 503},
			{Status: 429},
			{Kind: finiktest.FaultResetBefore},
			{Kind: finiktest.FaultResetAfter},
			{Kind: finiktest.FaultTruncated},
			{Kind: finiktest.FaultBrokenGzip},
		} {
			f.Probability, f.Seed = 0.05, seed*10+uint64(i)
			srv.Inject(f)
		}
		got, err := ids(t, c, finik.ListServicesParams{Size: 5})
		require.NoError(t, err)
		assert.Equal(t, want, got)
		srv.ClearFaults()
	}
	srv.Inject(finiktest.Fault{Kind: finiktest.FaultHTML, Match: func(r finiktest.Request) bool { return strings.Contains(string(r.Body), `"from":45`) }})
	got, err := ids(t, c, finik.ListServicesParams{})
	var undecoded *finik.DecodeError
	require.ErrorAs(t, err, &undecoded)
	assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
	assert.Equal(t, want[:50], got, "what was delivered stands")
}

// Services leave the list, come into it and change place while it is walked.
func TestAllServicesWhileTheListMoves(t *testing.T) {
	t.Parallel()
	for _, size := range []int{4, 10, 20} {
		t.Run(fmt.Sprint("size=", size), func(t *testing.T) {
			srv, c := start(t)
			stay := map[string]int{}
			for _, id := range listedIDs(srv) {
				stay[id] = 0
			}
			n := 0
			for s, err := range c.AllServices(t.Context(), finik.ListServicesParams{Size: size}) {
				require.NoError(t, err)
				stay[s.ID]++
				if n++; n%size == 1 { // in the middle of each page one in front is gone
					first := srv.Services()[1].ID
					srv.RemoveService(first)
					delete(stay, first)
				}
			}
			for id, times := range stay {
				assert.Equal(t, 1, times, "%s, size %d", id, size)
			}
		})
	}
}

// lists answers with pages of a function of from.
func lists(t *testing.T, page func(from int) string) *finik.Client {
	t.Helper()
	asked := 0
	return unsigned(t, finik.BetaURL, over(func(r *http.Request) (*http.Response, error) {
		if asked++; asked > 200 {
			return nil, errors.New("endless")
		}
		var from int
		if _, err := fmt.Fscanf(r.Body, `{"from":%d,`, &from); err != nil {
			return nil, err
		}
		return newResponse(200, page(from)), nil
	}))
}

func TestWalksThatLeadNoFurther(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]func(int) string{
		"the same page for ever": func(int) string { return `{"services":[{"id":"a"},{"id":"b"},{"id":"c"}]}` },
		"new rows for ever, and none again": func(from int) string {
			return fmt.Sprintf(`{"services":[{"id":"a%d"},{"id":"b%d"},{"id":"c%d"}]}`, time.Now().UnixNano(), from, from)
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ids(t, lists(t, page), finik.ListServicesParams{Size: 3})
			require.ErrorIs(t, err, finik.ErrPaginationStalled, name)
		})
	}
}

func TestRowsThatDoNotDecode(t *testing.T) {
	t.Parallel()
	page := func(from int) string {
		all := []string{`{"id":"a"}`, `{"id":""}`, `null`, `{"id":"b","id":"b"}`, `{"id":"c"}`, `{"id":"d","status":{}}`}
		return `{"statusCode":"200","total":"6","services":[` + strings.Join(all[min(from, len(all)):], ",") + `]}`
	}
	got, err := lists(t, page).ListServices(t.Context(), finik.ListServicesParams{})
	require.NoError(t, err)
	assert.Len(t, got.Services, 2)
	assert.Equal(t, 6, got.Total)
	assert.Equal(t, 6, got.NextFrom)
	var indices []int
	for _, bad := range got.Bad {
		indices = append(indices, bad.Index)
		assert.Error(t, bad.Err)
	}
	assert.Equal(t, []int{1, 2, 3, 5}, indices)

	names, err := ids(t, lists(t, page), finik.ListServicesParams{})
	var undecoded *finik.DecodeError
	require.ErrorAs(t, err, &undecoded)
	assert.Equal(t, []string{"a", "c"}, names)
	assert.Equal(t, `{"id":""}`, string(undecoded.Body))

	good, bad := 0, 0
	for page, err := range lists(t, page).ServicePages(t.Context(), finik.ListServicesParams{}) {
		require.NoError(t, err)
		good, bad = good+len(page.Services), bad+len(page.Bad)
	}
	assert.Equal(t, []int{2, 4}, []int{good, bad}, "a walk by pages goes on")

	for _, body := range []string{`{}`, `{"services":null}`, `{"services":{}}`, `{"services":[}`, `{"services":[],"total":"x"}`} {
		t.Run(body, func(t *testing.T) {
			_, err := lists(t, func(int) string { return body }).ListServices(t.Context(), finik.ListServicesParams{})
			require.ErrorAs(t, err, &undecoded, body)
		})
	}
}

func TestAWalkCapturesThePageThatItYields(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	var captured finik.Response
	for page, err := range c.ServicePages(t.Context(), finik.ListServicesParams{Size: 10}, finik.CaptureResponse(&captured)) {
		require.NoError(t, err)
		assert.Contains(t, string(captured.Body), `"`+page.Services[0].ID+`"`)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range c.AllServices(ctx, finik.ListServicesParams{}) {
		require.ErrorIs(t, err, context.Canceled)
	}
}
