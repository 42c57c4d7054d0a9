package ecommpay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
)

func TestChargebackIsFinalOrDue(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name       string
		chargeback ecommpay.Chargeback
		final      bool
		in         time.Duration
		due        bool
	}{
		{"due", ecommpay.Chargeback{Status: "NEW", RespondBy: now.Add(36 * time.Hour)}, false, 36 * time.Hour, true},
		{"due now", ecommpay.Chargeback{RespondBy: now}, false, 0, true},
		{"overdue", ecommpay.Chargeback{Status: "NEW", RespondBy: now.Add(-time.Hour)}, false, -time.Hour, true},
		{"without a date", ecommpay.Chargeback{Status: "NEW"}, false, 0, false},
		{"an unknown status", ecommpay.Chargeback{Status: "won", RespondBy: now.Add(time.Hour)}, false, time.Hour, true},
		{"won", ecommpay.Chargeback{Status: ecommpay.ChargebackWon, RespondBy: now.Add(time.Hour)}, true, 0, false},
		{"partially won", ecommpay.Chargeback{Status: ecommpay.ChargebackPartiallyWon}, true, 0, false},
		{"completed", ecommpay.Chargeback{Status: "CLOSED", ChbCompletedAt: now, RespondBy: now.Add(time.Hour)}, true, 0, false},
		{"in another zone", ecommpay.Chargeback{RespondBy: now.Add(time.Hour).In(time.FixedZone("", 3600))}, false, time.Hour, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.final, c.chargeback.Final())
			assert.Equal(t, !c.final, c.chargeback.Open())
			in, due := c.chargeback.DueIn(now)
			assert.Equal(t, c.in, in)
			assert.Equal(t, c.due, due)
		})
	}
}

func TestBalanceMajor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		minor  map[string]int64
		want   map[string]string
		faults string
	}{
		{"one", map[string]int64{"SGD": 310099}, map[string]string{"SGD": "3100.99"}, ""},
		{"several", map[string]int64{"JPY": 5, "KWD": -12345, "BGN": 0}, map[string]string{"JPY": "5", "KWD": "-12.345", "BGN": "0.00"}, ""},
		{"none", nil, map[string]string{}, ""},
		{
			"unknown",
			map[string]int64{"EUR": 1, "USDT": 2, "usd": 3},
			nil,
			`AmountsMinor: "USDT" is not an ISO 4217 code with minor units, active or withdrawn since 2009; ` +
				`AmountsMinor: "usd" is not an ISO 4217 code with minor units, active or withdrawn since 2009`,
		},
		{"any text", map[string]int64{"a\nb-and-much-more-of-it": 1}, nil, `AmountsMinor: "a\nb-and-much-mor" is not an ISO 4217 code with minor units, active or withdrawn since 2009`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			amounts, err := ecommpay.Balance{AmountsMinor: c.minor}.Major()
			if c.faults != "" {
				require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
				require.EqualError(t, err, "ecommpay: invalid request: "+c.faults)
				assert.Nil(t, amounts)
				return
			}
			require.NoError(t, err)
			got := map[string]string{}
			for currency, amount := range amounts {
				got[currency] = amount.String()
			}
			assert.Equal(t, c.want, got)
		})
	}
}
