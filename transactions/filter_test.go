package transactions_test

import (
	"math"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-querystring/query"
	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

type (
	amounts = transactions.Range[int64]
	instant = transactions.Range[time.Time]
	filter  = transactions.Filter
	text    = transactions.Text
)

var noon = time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)

func TestFilterIsGolden(t *testing.T) {
	t.Parallel()
	tashkent := time.FixedZone("", 5*60*60)
	for _, c := range []struct {
		filter filter
		want   string
	}{
		{filter{}, ""},
		{filter{Status: transactions.Exact[transactions.Status]{Equals: new(transactions.StatusCheckOK)}}, "status.equals=CHECK_OK"},
		{filter{PayType: transactions.Exact[transactions.PayType]{NotIn: []transactions.PayType{"REFUND", "TEST"}}}, "payType.notIn=REFUND&payType.notIn=TEST"},
		{filter{RecipientCcy: transactions.Range[int32]{In: []int32{860, 840}}}, "recipientCcy.in=860&recipientCcy.in=840"},
		{filter{RecipientCcy: transactions.Range[int32]{In: []int32{860}}}, "recipientCcy.in=860"},
		{filter{RequestAmount: amounts{GreaterThan: new(int64(10_000)), LessThan: new(int64(1_000_000))}}, "requestAmount.greaterThan=10000&requestAmount.lessThan=1000000"},
		{filter{ID: amounts{Equals: new(int64(math.MinInt64))}}, "id.equals=-9223372036854775808"},
		{filter{GatewayAmount: transactions.Range[decimal.Decimal]{LessThanOrEqual: new(decimal.MustParse("10000000.50"))}}, "gatewayAmount.lessThanOrEqual=10000000.50"},
		{filter{SenderTrID: text{Specified: new(false)}}, "senderTrId.specified=false"},
		{filter{SenderSuccess: transactions.Exact[bool]{NotEquals: new(true)}}, "senderSuccess.notEquals=true"},
		{filter{RecipientAccount: text{Contains: new("a+b&c=d [é]")}}, "recipientAccount.contains=a%2Bb%26c%3Dd+%5B%C3%A9%5D"},
		{filter{RecipientAccount: text{In: []string{"a,b", " c"}}}, "recipientAccount.in=a%2Cb&recipientAccount.in=+c"},
		{filter{RecipientAccount: text{Equals: new(" 50%,x ")}}, "recipientAccount.equals=+50%25%2Cx+"},
		{filter{EposTerminal: text{DoesNotContain: new("-")}, Distinct: true}, "distinct=true&eposTerminal.doesNotContain=-"},
		{
			filter{Date: transactions.Day(time.Date(2026, time.January, 15, 23, 59, 0, 0, tashkent))},
			"date.greaterThanOrEqual=2026-01-14T19%3A00%3A00Z&date.lessThan=2026-01-15T19%3A00%3A00Z",
		},
		{filter{SenderDate: instant{GreaterThan: new(noon.Add(1))}}, "senderDate.greaterThan=2026-01-15T12%3A00%3A00.000000001Z"},
		{filter{SenderDate: instant{GreaterThan: new(noon.Add(120 * time.Millisecond))}}, "senderDate.greaterThan=2026-01-15T12%3A00%3A00.12Z"},
		{filter{Unchecked: url.Values{"promo.equals": {"ucell"}, "promo.in": {"a", "b"}}}, "promo.equals=ucell&promo.in=a&promo.in=b"},
		{filter{RecipientName: text{Equals: new("ucell")}, Comment: text{In: []string{"a", "b"}}, Category: text{DoesNotContain: new("x")}}, "category.doesNotContain=x&comment.in=a&comment.in=b&recipientName.equals=ucell"},
		{filter{RequestLogin: text{Contains: new("mobile_app")}, Category: text{Contains: new("50%")}}, "category.contains=50%25&requestLogin.contains=mobile_app"},
		{filter{Unchecked: url.Values{"recipientAccount.contains": {"50%"}}}, "recipientAccount.contains=50%25"},
	} {
		t.Run(c.want, func(t *testing.T) {
			values, err := c.filter.Values()
			require.NoError(t, err, c.want)
			assert.Equal(t, c.want, values.Encode())
			assert.Equal(t, c.want == "", c.filter.IsZero())

			nested, err := query.Values(struct{ Where filter }{c.filter})
			require.NoError(t, err)
			assert.Equal(t, c.want, nested.Encode(), "a filter within a struct of one's own")
		})
	}
}

// TestFilterTags: every field has the name of the table, omitempty and an
// encoder, or go-querystring would print something of its own.
func TestFilterTags(t *testing.T) {
	t.Parallel()
	encoder := reflect.TypeFor[query.Encoder]()
	var names []string
	for field := range reflect.TypeFor[filter]().Fields() {
		switch tag := field.Tag.Get("url"); field.Name {
		case "Unchecked":
			assert.Equal(t, "-", tag)
		case "Distinct":
			assert.Equal(t, "distinct,omitempty", tag)
		default:
			name, ok := strings.CutSuffix(tag, ",omitempty")
			assert.True(t, ok, field.Name)
			assert.True(t, strings.EqualFold(name, field.Name), field.Name)
			assert.True(t, field.Type.Implements(encoder), field.Name)
			names = append(names, name)
		}
	}
	slices.Sort(names)
	assert.Equal(t, strings.Fields(`category comment createdBy createdDate date eposMerchant eposTerminal gatewayAmount id lastModifiedBy lastModifiedDate
		payType recipientAccount recipientAmount recipientBillId recipientCcy recipientDate recipientGateway recipientName recipientServiceId
		recipientStatus recipientSuccess recipientTrId requestAmount requestCcy requestLogin requestTrId senderAccount senderAmount
		senderBillId senderCcy senderDate senderGateway senderServiceId senderStatus senderSuccess senderTrId status
		systemCommissionDownAmount systemCommissionUpAmount`), names)
}

// TestQueryValues: go-querystring alone encodes all but Unchecked, and refuses
// what a condition refuses by itself.
func TestQueryValues(t *testing.T) {
	t.Parallel()
	f := filter{ID: amounts{GreaterThan: new(int64(5))}, CreatedBy: text{Equals: new("x")}, Distinct: true}
	want, err := f.Values()
	require.NoError(t, err)
	got, err := query.Values(f)
	require.NoError(t, err)
	assert.Equal(t, want, got)

	_, err = query.Values(filter{CreatedBy: text{In: []string{}}})
	assert.ErrorIs(t, err, transactions.ErrInvalidRequest)
	_, err = query.Values(struct{ Where filter }{filter{Unchecked: url.Values{"page": {"1"}}}})
	assert.ErrorIs(t, err, transactions.ErrInvalidRequest)
}

func TestBadFiltersAreRefused(t *testing.T) {
	t.Parallel()
	const account = "998000000001"
	long := make([]string, 2000)
	for i := range long {
		long[i] = account
	}
	for want, f := range map[string]filter{
		// what the service would ignore
		"id.equals: must stand alone, since the service would ignore greaterThan":                        {ID: amounts{Equals: new(int64(1)), GreaterThan: new(int64(0))}},
		"id.equals: must stand alone, since the service would ignore in, notIn":                          {ID: amounts{Equals: new(int64(1)), In: []int64{1}, NotIn: []int64{2}}},
		"id.in: must stand alone, since the service would ignore specified":                              {ID: amounts{In: []int64{1}, Specified: new(true)}},
		"senderSuccess.equals: must stand alone, since the service would ignore specified":               {SenderSuccess: transactions.Exact[bool]{Equals: new(true), Specified: new(true)}},
		"recipientAccount.contains: must stand alone, since the service would ignore notEquals":          {RecipientAccount: text{Contains: new("a"), NotEquals: new("b")}},
		"recipientAccount.notIn: must stand alone, since the service would ignore contains, specified":   {RecipientAccount: text{Contains: new("a"), NotIn: []string{"b"}, Specified: new(true)}},
		"requestCcy.specified: must not be false together with other conditions, which NULL never meets": {RequestCcy: transactions.Range[int32]{Specified: new(false), LessThan: new(int32(1))}},
		// lists
		"id.in: must not be an empty list":                                                              {ID: amounts{In: []int64{}}},
		"status.notIn: must not be an empty list":                                                       {Status: transactions.Exact[transactions.Status]{NotIn: []transactions.Status{}}},
		"senderTrId.in: must not be an empty list":                                                      {SenderTrID: text{In: []string{}}},
		"senderTrId.in: must not be empty":                                                              {SenderTrID: text{In: []string{"a", "", ""}}},
		"senderTrId.in: a single value must not have a comma, nor spaces at its ends: use Equals":       {SenderTrID: text{In: []string{"a,b"}}},
		"senderTrId.notIn: a single value must not have a comma, nor spaces at its ends: use NotEquals": {SenderTrID: text{NotIn: []string{"a "}}},
		// texts
		"createdBy.equals: must not be empty":                                                              {CreatedBy: text{Equals: new("")}},
		"createdBy.notEquals: must be valid UTF-8":                                                         {CreatedBy: text{NotEquals: new("a\xff")}},
		"createdBy.contains: must not hold control characters":                                             {CreatedBy: text{Contains: new("a\x00")}},
		"createdBy.contains: must not hold \\, which acts as an escape in a pattern: see Filter.Unchecked": {CreatedBy: text{Contains: new(`50\%`)}},
		"createdBy.doesNotContain: must not hold %, _ or \\, which act as a pattern: see Filter.Unchecked": {CreatedBy: text{DoesNotContain: new("a_b")}},
		"createdBy.contains: must not be empty":                                                            {CreatedBy: text{Contains: new("")}},
		"status.equals: must be a constant's name: letters, digits and underscores":                        {Status: transactions.Exact[transactions.Status]{Equals: new(transactions.Status(" SUCCESS"))}},
		"payType.in: must be a constant's name: letters, digits and underscores":                           {PayType: transactions.Exact[transactions.PayType]{In: []transactions.PayType{"A,B", ""}}},
		// ranges
		"requestAmount: must end after its start":       {RequestAmount: amounts{GreaterThanOrEqual: new(int64(2)), LessThanOrEqual: new(int64(1))}},
		"senderAmount: must end after its start":        {SenderAmount: amounts{GreaterThan: new(int64(2)), LessThanOrEqual: new(int64(2))}},
		"date: must end after its start":                {Date: transactions.Between(noon, noon)},
		"date.lessThan: must not be the zero time":      {Date: instant{LessThan: new(time.Time{})}},
		"date.equals: must be of a year from 1 to 9999": {Date: instant{Equals: new(noon.AddDate(8000, 0, 0))}},
		// the door
		`Unchecked: "sort" is not a condition`:                                                 {Unchecked: url.Values{"sort": {"id"}}},
		`Unchecked: "distinct" is the field Distinct`:                                          {Unchecked: url.Values{"distinct": {"true"}}},
		`Unchecked: "id.in" is of a field that has a condition already`:                        {ID: amounts{GreaterThan: new(int64(2))}, Unchecked: url.Values{"id.in": {"1"}}},
		`Unchecked: "comment.equals" has no value`:                                             {Unchecked: url.Values{"comment.equals": nil}},
		`Unchecked: "comment.equals" must be valid UTF-8`:                                      {Unchecked: url.Values{"comment.equals": {"\xff"}}},
		`Unchecked: "" is not a name`:                                                          {Unchecked: url.Values{"": {"x"}}},
		"Filter: comes to 65999 bytes of at most 6144: split a long list into several filters": {RecipientAccount: text{In: long}},
	} {
		t.Run(want, func(t *testing.T) {
			_, err := f.Values()
			require.ErrorIs(t, err, transactions.ErrInvalidRequest, want)
			assert.Equal(t, "transactions: invalid request: "+want, err.Error())
			assert.NotContains(t, err.Error(), account)
			_, err = newClient(t, "http://127.0.0.1:1").ListTransactions(t.Context(), transactions.ListTransactionsParams{Filter: f})
			assert.ErrorIs(t, err, transactions.ErrInvalidRequest, "before anything is sent")
		})
	}
}

func TestAllFaultsOfAFilterAreInOneError(t *testing.T) {
	t.Parallel()
	_, err := filter{
		ID: amounts{In: []int64{}}, CreatedBy: text{Equals: new(""), DoesNotContain: new("_")}, Unchecked: url.Values{"page": {"1"}, "size": {"2"}},
	}.Values()
	assert.EqualError(t, err, "transactions: invalid request: id.in: must not be an empty list; "+
		"createdBy.equals: must stand alone, since the service would ignore doesNotContain; createdBy.equals: must not be empty; "+
		`createdBy.doesNotContain: must not hold %, _ or \, which act as a pattern: see Filter.Unchecked; `+
		`Unchecked: "page" is not a condition; Unchecked: "size" is not a condition`)
}

// TestFilterIsNotChanged: encoding writes to nothing that the caller gave.
func TestFilterIsNotChanged(t *testing.T) {
	t.Parallel()
	f := filter{
		RecipientAccount: text{In: []string{"b", "a"}}, Date: instant{LessThan: new(noon.In(time.FixedZone("", 3600)))},
		Unchecked: url.Values{"comment.in": {"y", "x"}},
	}
	values, err := f.Values()
	require.NoError(t, err)
	for name := range values {
		values[name][0] = "changed"
		values.Add(name, "more")
	}
	assert.Equal(t, []string{"b", "a"}, f.RecipientAccount.In)
	assert.Equal(t, url.Values{"comment.in": {"y", "x"}}, f.Unchecked)
	assert.Equal(t, 13, f.Date.LessThan.Hour())
}

func TestDayFollowsTheClocks(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	d := transactions.Day(time.Date(2026, time.March, 29, 15, 0, 0, 0, berlin)) // a day of 23 hours
	assert.Equal(t, 23*time.Hour, d.LessThan.Sub(*d.GreaterThanOrEqual))
}
