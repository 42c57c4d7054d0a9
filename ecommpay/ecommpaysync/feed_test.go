package ecommpaysync_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
)

// feed is a service within a synctest bubble, in pages of ten.
type feed struct {
	rows []feedRow
	// includes tells whether an operation that was updated at an instant is in an
	// interval. Nil is the documented reading.
	includes func(at, from, to time.Time) bool
	requests int
}

// feedRow is a version of an operation.
type feedRow struct {
	id               int
	updated, visible time.Time // the latter is when it can be seen from
}

func (f *feed) add(id int, updated time.Time, late time.Duration) {
	f.rows = append(f.rows, feedRow{id: id, updated: updated, visible: updated.Add(late)})
}

// now are the versions that can be seen, of each operation the newest.
func (f *feed) now() map[int]feedRow {
	newest := make(map[int]feedRow, len(f.rows))
	for _, r := range f.rows {
		if old, ok := newest[r.id]; !r.visible.After(time.Now()) && (!ok || r.updated.After(old.updated)) {
			newest[r.id] = r
		}
	}
	return newest
}

func (f *feed) RoundTrip(r *http.Request) (*http.Response, error) {
	f.requests++
	var body bytes.Buffer
	if _, err := body.ReadFrom(r.Body); err != nil {
		return nil, err
	}
	var request struct {
		Interval struct{ From, To string }
		Offset   int
	}
	if err := json.Unmarshal(body.Bytes(), &request); err != nil {
		return nil, err
	}
	from, _ := time.Parse(time.DateTime, request.Interval.From)
	to, _ := time.Parse(time.DateTime, request.Interval.To)
	includes := f.includes
	if includes == nil {
		includes = wholeSeconds
	}
	var found []feedRow
	for _, row := range f.now() {
		if includes(row.updated, from, to) {
			found = append(found, row)
		}
	}
	slices.SortFunc(found, func(a, b feedRow) int {
		return cmp.Or(a.updated.Compare(b.updated), cmp.Compare(a.id, b.id))
	})
	var rows []string
	for _, row := range found[min(request.Offset, len(found)):min(request.Offset+10, len(found))] {
		rows = append(rows, row.json())
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Request: r,
		Body: io.NopCloser(strings.NewReader(`{"operations":[` + strings.Join(rows, ",") + `]}`)),
	}, nil
}

func (r feedRow) json() string {
	return fmt.Sprintf(`{"operation_id":"%d","payment_provider_message":%q}`, r.id, r.updated.Format(time.RFC3339Nano))
}

// wholeSeconds is the documented reading: both ends belong to an interval.
func wholeSeconds(at, from, to time.Time) bool {
	at = at.Truncate(time.Second)
	return !at.Before(from) && !at.After(to)
}

func (f *feed) client(t testing.TB) *ecommpay.Client {
	t.Helper()
	c, err := ecommpay.NewClient(ecommpay.ProductionURL, ecommpay.Credentials{Token: "token", Secret: "secret"},
		ecommpay.WithHTTPClient(&http.Client{Transport: f}), ecommpay.WithResponseVerification(ecommpay.VerifyOff))
	require.NoError(t, err)
	return c
}

// missed counts the operations whose newest version is not stored.
func (f *feed) missed(m *memory) (n int) {
	stored := m.copied()
	for id, row := range f.now() {
		if o, ok := stored[strconv.Itoa(id)]; !ok || o.PaymentProviderMessage != row.updated.Format(time.RFC3339Nano) {
			n++
		}
	}
	return n
}
