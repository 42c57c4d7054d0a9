package transactions_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/transactions"
)

// madeFilter is a filter with what it means, said twice and without the package:
// as the lines that the fake's own parser has to come to, and as a predicate.
type madeFilter struct {
	filter transactions.Filter
	said   []string
	holds  []func(t *transactions.Transaction) bool
}

func (g *madeFilter) meets(t *transactions.Transaction) bool {
	return !slices.ContainsFunc(g.holds, func(holds func(*transactions.Transaction) bool) bool { return !holds(t) })
}

// filterMaker makes filters up, most values of them being those of rows.
type filterMaker struct {
	*rand.Rand

	rows []*transactions.Transaction
	out  *madeFilter
	// wild makes filters that may be refused.
	wild bool
}

func (m *filterMaker) percent(n int) bool { return m.IntN(100) < n }

func (m *filterMaker) row() *transactions.Transaction { return m.rows[m.IntN(len(m.rows))] }

func (m *filterMaker) say(field, operation, value string, holds func(t *transactions.Transaction) bool) {
	m.out.said = append(m.out.said, field+"."+operation+" "+value)
	m.out.holds = append(m.out.holds, holds)
}

// family is what one kind of values needs to be tested.
type family[T any] struct {
	draw  func() T
	show  func(T) string
	same  func(a, b T) bool
	value func(t *transactions.Transaction) (v T, ok bool) // ok: not NULL
}

func specified[T any](m *filterMaker, field string, f family[T], to **bool, want bool) {
	*to = &want
	m.say(field, "specified", strconv.FormatBool(want), func(t *transactions.Transaction) bool {
		_, ok := f.value(t)
		return ok == want
	})
}

func one[T any](m *filterMaker, field, operation string, f family[T], to **T, v T, holds func(row, v T) bool) {
	*to = &v
	m.say(field, operation, f.show(v), func(t *transactions.Transaction) bool {
		row, ok := f.value(t)
		return ok && holds(row, v)
	})
}

func list[T any](m *filterMaker, field, operation string, f family[T], to *[]T, want bool) {
	var values []T
	var shown []string
	for range 1 + m.IntN(4) {
		v := f.draw()
		values, shown = append(values, v), append(shown, f.show(v))
	}
	if m.wild && m.percent(10) {
		values, shown = []T{}, nil
	}
	if text, ok := any(values).([]string); ok && len(text) == 1 && !m.wild { // a single value is taken apart
		text[0] = strings.Trim(strings.ReplaceAll(text[0], ",", ""), " ") + "x"
		shown[0] = strconv.Quote(text[0])
	}
	*to = values
	m.say(field, operation, "["+strings.Join(shown, " ")+"]", func(t *transactions.Transaction) bool {
		row, ok := f.value(t)
		return ok && want == slices.ContainsFunc(values, func(v T) bool { return f.same(row, v) })
	})
}

func ranged[T int32 | int64 | decimal.Decimal | time.Time](
	m *filterMaker, field string, r *transactions.Range[T], f family[T], order func(a, b T) int,
) {
	f.same = func(a, b T) bool { return order(a, b) == 0 }
	differ := func(a, b T) bool { return order(a, b) != 0 }
	above, below := func(a, b T) bool { return order(a, b) > 0 }, func(a, b T) bool { return order(a, b) < 0 }
	atLeast, atMost := func(a, b T) bool { return order(a, b) >= 0 }, func(a, b T) bool { return order(a, b) <= 0 }
	mode := m.IntN(10)
	if mode == 0 || m.wild && m.percent(10) {
		one(m, field, "equals", f, &r.Equals, f.draw(), f.same)
	}
	if mode == 1 || m.wild && m.percent(10) {
		list(m, field, "in", f, &r.In, true)
	}
	if mode == 2 || m.wild && m.percent(10) {
		specified(m, field, f, &r.Specified, false)
	}
	if mode < 3 {
		return
	}
	if mode == 3 && r.Specified == nil {
		specified(m, field, f, &r.Specified, true)
	}
	if mode == 4 || m.percent(20) {
		one(m, field, "notEquals", f, &r.NotEquals, f.draw(), differ)
	}
	if mode == 5 || m.percent(20) {
		list(m, field, "notIn", f, &r.NotIn, false)
	}
	low, high := f.draw(), f.draw()
	if order(low, high) > 0 && !m.wild {
		low, high = high, low
	}
	strict := order(low, high) != 0 || m.wild
	switch side := m.IntN(4); {
	case mode < 6:
		return
	case side == 0:
		one(m, field, "greaterThan", f, &r.GreaterThan, low, above)
	case side == 1:
		one(m, field, "lessThan", f, &r.LessThan, high, below)
	case strict && m.percent(50):
		one(m, field, "greaterThan", f, &r.GreaterThan, low, above)
		one(m, field, "lessThanOrEqual", f, &r.LessThanOrEqual, high, atMost)
	case strict && m.percent(50):
		one(m, field, "greaterThanOrEqual", f, &r.GreaterThanOrEqual, low, atLeast)
		one(m, field, "lessThan", f, &r.LessThan, high, below)
	default:
		one(m, field, "greaterThanOrEqual", f, &r.GreaterThanOrEqual, low, atLeast)
		one(m, field, "lessThanOrEqual", f, &r.LessThanOrEqual, high, atMost)
	}
}

func exact[T transactions.Status | transactions.PayType | bool](m *filterMaker, field string, e *transactions.Exact[T], f family[T]) {
	f.same = func(a, b T) bool { return a == b }
	mode := m.IntN(5)
	chosen := func(n int) bool { return mode == n || m.wild && m.percent(10) }
	if chosen(0) {
		one(m, field, "equals", f, &e.Equals, f.draw(), f.same)
	}
	if chosen(1) {
		one(m, field, "notEquals", f, &e.NotEquals, f.draw(), func(a, b T) bool { return a != b })
	}
	if chosen(2) {
		list(m, field, "in", f, &e.In, true)
	}
	if chosen(3) {
		list(m, field, "notIn", f, &e.NotIn, false)
	}
	if chosen(4) {
		specified(m, field, f, &e.Specified, m.percent(50))
	}
}

func (m *filterMaker) text(field string, c *transactions.Text, value func(t *transactions.Transaction) string) {
	if !m.percent(8) {
		return
	}
	f := family[string]{
		show: strconv.Quote,
		same: func(a, b string) bool { return a == b },
		value: func(t *transactions.Transaction) (string, bool) {
			v := value(t)
			return v, v != "" || strings.Contains(string(t.Raw), `"`+field+`":""`)
		},
		draw: func() string {
			text := value(m.row())
			if text == "" || m.percent(40) {
				text = hostileTexts[m.IntN(len(hostileTexts))]
			}
			if m.wild && m.percent(10) {
				text = []string{"", "\x00", "a\nb", "\xff", "%", "_", `\`, " ", ","}[m.IntN(9)]
			}
			return text
		},
	}
	part := func() string {
		text := []rune(f.draw())
		if len(text) > 2 {
			from := m.IntN(len(text) - 1)
			text = text[from : from+1+m.IntN(len(text)-from)]
		}
		out := string(text)
		if m.percent(30) {
			out = strings.ToUpper(out)
		}
		if m.wild {
			return out
		}
		if out = strings.NewReplacer("%", "", "_", "", `\`, "").Replace(out); out == "" {
			return "0"
		}
		return out
	}
	contains := func(row, v string) bool { return strings.Contains(strings.ToUpper(row), strings.ToUpper(v)) }
	mode := m.IntN(7)
	chosen := func(n int) bool { return mode == n || m.wild && m.percent(8) }
	if chosen(0) {
		one(m, field, "equals", f, &c.Equals, f.draw(), f.same)
	}
	if chosen(1) {
		one(m, field, "notEquals", f, &c.NotEquals, f.draw(), func(a, b string) bool { return a != b })
	}
	if chosen(2) {
		list(m, field, "in", f, &c.In, true)
	}
	if chosen(3) {
		list(m, field, "notIn", f, &c.NotIn, false)
	}
	if chosen(4) {
		specified(m, field, f, &c.Specified, m.percent(50))
	}
	if chosen(5) {
		one(m, field, "contains", f, &c.Contains, part(), contains)
	}
	if chosen(6) {
		one(m, field, "doesNotContain", f, &c.DoesNotContain, part(), func(row, v string) bool { return !contains(row, v) })
	}
}

// hostileTexts are those that a query, SQL, JSON or a printing function may read
// in its own way.
var hostileTexts = []string{
	"a,b", ",", "a, b ,c", " lead", "trail ", "  ", "a+b", "a b", "a&id.equals=1", "a=b", "a;b", "#x", "?x", "50%", "%2C", "%25", "100%_gate",
	"x_y", `back\slash`, `"quoted"`, "'; DROP TABLE transaction; --", "{}", "[1]", "id[0]", "null", "true", "-", "0x10", "%s%n%d", "../..",
	"é", "e\u0301", "ß", "İ", "ı", "Ⅷ", "😀", "👩‍👩‍👧", "Проведено", "\u202eabc", "\u00a0nbsp\u00a0", "\ufeffbom", "日本", "\u2028", strings.Repeat("x", 200),
}

func (m *filterMaker) int64s(field string, r *transactions.Range[int64], value func(t *transactions.Transaction) *int64) {
	if !m.percent(8) {
		return
	}
	ranged(m, field, r, family[int64]{
		show:  func(v int64) string { return strconv.FormatInt(v, 10) },
		value: pointed(value),
		draw: func() int64 {
			if p := value(m.row()); p != nil && m.percent(80) {
				return *p + m.Int64N(3) - 1
			}
			return []int64{0, -1, 1, math.MaxInt64, math.MinInt64, 1 << 53, 1<<53 + 1, m.Int64()}[m.IntN(8)]
		},
	}, cmp.Compare[int64])
}

func (m *filterMaker) int32s(field string, r *transactions.Range[int32], value func(t *transactions.Transaction) *int32) {
	if !m.percent(8) {
		return
	}
	ranged(m, field, r, family[int32]{
		show:  func(v int32) string { return strconv.Itoa(int(v)) },
		value: pointed(value),
		draw:  func() int32 { return []int32{860, 840, 643, 861, 0, -1, math.MaxInt32, math.MinInt32}[m.IntN(8)] },
	}, cmp.Compare[int32])
}

func (m *filterMaker) decimals(field string, r *transactions.Range[decimal.Decimal], value func(t *transactions.Transaction) *decimal.Decimal) {
	if !m.percent(8) {
		return
	}
	ranged(m, field, r, family[decimal.Decimal]{
		show:  decimal.Decimal.String,
		value: pointed(value),
		draw: func() decimal.Decimal {
			if p := value(m.row()); p != nil && m.percent(80) {
				return []decimal.Decimal{*p, p.Trim(0), p.Neg(), p.Pad(6)}[m.IntN(4)]
			}
			return decimal.MustParse([]string{"0", "0.00", "-0.01", "1234567890.123456789", "9999999999999999999", "0.0000000000000000001"}[m.IntN(6)])
		},
	}, decimal.Decimal.Cmp)
}

func (m *filterMaker) times(field string, r *transactions.Range[time.Time], value func(t *transactions.Transaction) time.Time) {
	if !m.percent(8) {
		return
	}
	zones := []*time.Location{time.UTC, time.FixedZone("", 5*60*60), time.FixedZone("", -3*60*60-30*60)}
	ranged(m, field, r, family[time.Time]{
		show: func(v time.Time) string { return v.UTC().Format("2006-01-02T15:04:05.999999999Z") },
		value: func(t *transactions.Transaction) (time.Time, bool) {
			v := value(t)
			return v, !v.IsZero()
		},
		draw: func() time.Time {
			v := value(m.row())
			if v.IsZero() || m.percent(10) {
				v = []time.Time{
					time.Unix(0, 0), time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 30, 23, 59, 59, 999_999_999, time.UTC),
					time.Date(2026, 1, 1, 0, 0, 0, 1, time.UTC),
				}[m.IntN(4)]
			}
			if m.wild && m.percent(5) {
				v = []time.Time{{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)}[m.IntN(3)]
			}
			return v.Add([]time.Duration{0, 0, 1, -1, time.Microsecond, time.Millisecond}[m.IntN(6)]).In(zones[m.IntN(3)])
		},
	}, time.Time.Compare)
}

func (m *filterMaker) bools(field string, e *transactions.Exact[bool], value func(t *transactions.Transaction) *bool) {
	if !m.percent(8) {
		return
	}
	exact(m, field, e, family[bool]{show: strconv.FormatBool, value: pointed(value), draw: func() bool { return m.percent(50) }})
}

func names[T transactions.Status | transactions.PayType](m *filterMaker, field string, e *transactions.Exact[T], value func(t *transactions.Transaction) T) {
	if !m.percent(8) {
		return
	}
	exact(m, field, e, family[T]{
		show: func(v T) string { return string(v) },
		value: func(t *transactions.Transaction) (T, bool) {
			v := value(t)
			return v, v != ""
		},
		draw: func() T {
			if m.wild && m.percent(10) {
				return []T{"", " SUCCESS", "A,B", "A B", "ПЛАТЁЖ"}[m.IntN(5)]
			}
			return []T{"SUCCESS", "CHECK_OK", "FAILED", "REVERSED_2", "PAYMENT", "REFUND", "TEST"}[m.IntN(7)]
		},
	})
}

func pointed[T any](value func(t *transactions.Transaction) *T) func(t *transactions.Transaction) (T, bool) {
	return func(t *transactions.Transaction) (v T, ok bool) {
		p := value(t)
		if p == nil {
			return v, false
		}
		return *p, true
	}
}

func (m *filterMaker) make() madeFilter {
	var out madeFilter
	m.out = &out
	f := &out.filter
	type row = *transactions.Transaction
	m.int64s("id", &f.ID, func(t row) *int64 { return &t.ID })
	names(m, "status", &f.Status, func(t row) transactions.Status { return t.Status })
	names(m, "payType", &f.PayType, func(t row) transactions.PayType { return t.PayType })
	m.times("date", &f.Date, func(t row) time.Time { return t.Date })
	m.text("requestTrId", &f.RequestTrID, func(t row) string { return t.RequestTrID })
	m.text("requestLogin", &f.RequestLogin, func(t row) string { return t.RequestLogin })
	m.int64s("requestAmount", &f.RequestAmount, func(t row) *int64 { return t.RequestAmount })
	m.int32s("requestCcy", &f.RequestCcy, func(t row) *int32 { return t.RequestCcy })
	m.text("senderAccount", &f.SenderAccount, func(t row) string { return t.SenderAccount })
	m.int64s("senderServiceId", &f.SenderServiceID, func(t row) *int64 { return t.SenderServiceID })
	m.int64s("senderAmount", &f.SenderAmount, func(t row) *int64 { return t.SenderAmount })
	m.int32s("senderCcy", &f.SenderCcy, func(t row) *int32 { return t.SenderCcy })
	m.text("senderTrId", &f.SenderTrID, func(t row) string { return t.SenderTrID })
	m.bools("senderSuccess", &f.SenderSuccess, func(t row) *bool { return t.SenderSuccess })
	m.times("senderDate", &f.SenderDate, func(t row) time.Time { return t.SenderDate })
	m.text("senderGateway", &f.SenderGateway, func(t row) string { return t.SenderGateway })
	m.decimals("gatewayAmount", &f.GatewayAmount, func(t row) *decimal.Decimal { return t.GatewayAmount })
	m.text("recipientAccount", &f.RecipientAccount, func(t row) string { return t.RecipientAccount })
	m.int64s("recipientServiceId", &f.RecipientServiceID, func(t row) *int64 { return t.RecipientServiceID })
	m.int64s("recipientAmount", &f.RecipientAmount, func(t row) *int64 { return t.RecipientAmount })
	m.int32s("recipientCcy", &f.RecipientCcy, func(t row) *int32 { return t.RecipientCcy })
	m.text("recipientTrId", &f.RecipientTrID, func(t row) string { return t.RecipientTrID })
	m.bools("recipientSuccess", &f.RecipientSuccess, func(t row) *bool { return t.RecipientSuccess })
	m.times("recipientDate", &f.RecipientDate, func(t row) time.Time { return t.RecipientDate })
	m.text("recipientGateway", &f.RecipientGateway, func(t row) string { return t.RecipientGateway })
	m.int64s("systemCommissionUpAmount", &f.SystemCommissionUpAmount, func(t row) *int64 { return t.SystemCommissionUpAmount })
	m.int64s("systemCommissionDownAmount", &f.SystemCommissionDownAmount, func(t row) *int64 { return t.SystemCommissionDownAmount })
	m.text("eposMerchant", &f.EposMerchant, func(t row) string { return t.EposMerchant })
	m.text("eposTerminal", &f.EposTerminal, func(t row) string { return t.EposTerminal })
	m.text("senderStatus", &f.SenderStatus, func(t row) string { return t.SenderStatus })
	m.text("recipientStatus", &f.RecipientStatus, func(t row) string { return t.RecipientStatus })
	m.text("createdBy", &f.CreatedBy, func(t row) string { return t.CreatedBy })
	m.text("lastModifiedBy", &f.LastModifiedBy, func(t row) string { return t.LastModifiedBy })
	m.times("createdDate", &f.CreatedDate, func(t row) time.Time { return t.CreatedDate })
	m.times("lastModifiedDate", &f.LastModifiedDate, func(t row) time.Time { return t.LastModifiedDate })
	m.int64s("senderBillId", &f.SenderBillID, func(t row) *int64 { return t.SenderBillID })
	m.int64s("recipientBillId", &f.RecipientBillID, func(t row) *int64 { return t.RecipientBillID })
	m.text("recipientName", &f.RecipientName, func(t row) string { return t.RecipientName })
	m.text("category", &f.Category, func(t row) string { return t.Category })
	m.text("comment", &f.Comment, func(t row) string { return t.Comment })
	if f.Distinct = m.percent(5); f.Distinct {
		out.said = append(out.said, "distinct true")
	}
	slices.Sort(out.said)
	return out
}
