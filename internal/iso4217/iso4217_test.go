package iso4217_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/iso4217"
)

func TestDigits(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]int{
		// first and last of the table
		"AED": 2, "ZWG": 2,
		// without minor units in use
		"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "UGX": 0, "XOF": 0, "XAF": 0, "XPF": 0, "PYG": 0, "RWF": 0, "UYI": 0,
		// those that CLDR displays with fewer
		"IQD": 3, "UZS": 2, "IDR": 2, "PKR": 2, "IRR": 2, "MMK": 2, "LAK": 2, "AFN": 2, "ALL": 2, "SYP": 2, "LBP": 2, "KPW": 2, "YER": 2, "SOS": 2,
		"KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3, "LYD": 3,
		"CLF": 4, "UYW": 4,
		"USD": 2, "EUR": 2, "GBP": 2, "RUB": 2, "KZT": 2, "KGS": 2, "TJS": 2, "TRY": 2, "INR": 2, "BYN": 2, "MGA": 2, "MRU": 2,
		// changed since 2018
		"VES": 2, "VED": 2, "SLE": 2, "XCG": 2, "XAD": 2, "STN": 2,
		// withdrawn
		"ANG": 2, "BGN": 2, "BYR": 0, "CUC": 2, "EEK": 2, "HRK": 2, "LTL": 2, "LVL": 2, "MRO": 2, "RUR": 2, "SKK": 2,
		"SLL": 2, "STD": 2, "TMM": 2, "USS": 2, "VEF": 2, "ZMK": 2, "ZWL": 2, "ZWR": 2,
	} {
		digits, ok := iso4217.Digits(code)
		assert.True(t, ok, code)
		assert.Equal(t, want, digits, code)
	}
	for _, code := range []string{
		"", "A", "US", "usd", "USDT", "US ", "AAA", "ZZZ", "784", " 78", "\nAED", "AED ",
		"XAU", "XAG", "XPT", "XPD", "XDR", "XSU", "XUA", "XBA", "XTS", "XXX", // no minor units
		"DEM", "ZWD", "VEB", "GHC", // withdrawn before 2009
		"BTC", "CNH", // not in the list
	} {
		_, ok := iso4217.Digits(code)
		assert.False(t, ok, code)
	}
}

func TestAlphabetic(t *testing.T) {
	t.Parallel()
	for numeric, want := range map[string]string{"784": "AED", "924": "ZWG", "840": "USD", "978": "EUR", "008": "ALL", "643": "RUB", "417": "KGS", "959": "XAU", "975": "BGN", "810": "RUR", "974": "BYR"} {
		code, ok := iso4217.Alphabetic(numeric)
		assert.True(t, ok, numeric)
		assert.Equal(t, want, code)
	}
	for _, numeric := range []string{"", "0", "8", "000", "276", "532", "USD", "84", "0840", "84 "} {
		_, ok := iso4217.Alphabetic(numeric)
		assert.False(t, ok, numeric)
	}
}

// The table is what the search takes it for.
func TestTable(t *testing.T) {
	t.Parallel()
	codes := map[string]bool{}
	units := 0
	for i := range 1000 {
		numeric := string([]byte{byte('0' + i/100), byte('0' + i/10%10), byte('0' + i%10)})
		code, ok := iso4217.Alphabetic(numeric)
		if !ok {
			continue
		}
		require.Regexp(t, "^[A-Z]{3}$", code)
		require.False(t, codes[code], "%s has two numbers", code)
		codes[code] = true
		if digits, ok := iso4217.Digits(code); ok {
			require.Contains(t, []int{0, 2, 3, 4}, digits)
			units++
		}
	}
	assert.Len(t, codes, 178-1+19-1, "active and withdrawn, without the two that share a number")
	assert.Equal(t, 165-1+19-1, units)
}
