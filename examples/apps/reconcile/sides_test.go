package main

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

const header = "client_operation_id,amount,currency,status\n"

// first are the first cells of lines of -out: the kinds, the key, the problem.
func first(t *testing.T, n int, lines []string) (all []string) {
	t.Helper()
	for _, line := range lines {
		cells, err := csv.NewReader(strings.NewReader(line)).Read()
		require.NoError(t, err)
		all = append(all, strings.Join(cells[:n], ","))
	}
	return all
}

// Keys are what their bytes are: no number, no word of a language, not trimmed.
func TestKeysAreBytes(t *testing.T) {
	t.Parallel()
	onEach(t, func(d target) {
		if d.dialect == vimasync.PostgreSQL { // a database whose own order is another one, where it has such
			var there bool
			require.NoError(d.t, d.db.QueryRowContext(d.t.Context(), `SELECT current_setting('server_encoding') = 'UTF8' AND EXISTS (SELECT 1 FROM pg_collation WHERE collname = 'en-x-icu')`).Scan(&there))
			if there {
				d.exec(`DROP VIEW vima_report`) // which holds the types of its columns
				d.exec(`ALTER TABLE vima_operations ALTER COLUMN client_operation_id TYPE text COLLATE "en-x-icu"`)
			}
		}
		long := strings.Repeat("k", 300)
		keys := []string{"9", "10", "010", "1e1", " 10", "10 ", "a", "B", "b", "A", "ä", "z", "Z", "ё", "\U0001F600", "\uFFFD", "\uE000", long, long + "1", "-1", "+1", "1_0", "1.0", "\t1"}
		var file strings.Builder
		file.WriteString(header)
		var stored []operation
		for i := range keys {
			stored = append(stored, paid(keys[i], "1"))
			fmt.Fprintf(&file, "%q,1.00,INR,success\n", keys[len(keys)-1-i])
		}
		text := strings.ReplaceAll(file.String(), `\t`, "\t")
		text = strings.NewReplacer(`\ufffd`, "\uFFFD", `\ue000`, "\uE000").Replace(text)
		d.store(stored...)
		got, lines := d.reconcile(text)
		require.Zero(d.t, got.code, got.stdout+strings.Join(lines, "\n"))
		assert.Contains(d.t, got.stdout, fmt.Sprintf("vima: %d rows: %d matched\npayshack: %d rows: %d matched\n", len(keys), len(keys), len(keys), len(keys)))

		got, lines = d.reconcile(strings.ReplaceAll(text, `"10"`, `"00010"`))
		require.Equal(d.t, 1, got.code)
		assert.Equal(d.t, []string{"missing_in_vima,00010", "missing_in_payshack,10"}, first(d.t, 2, lines))
	})
}

func TestAmountsOfBothSides(t *testing.T) {
	t.Parallel()
	onEach(t, func(d target) {
		d.store(
			paid("1", "100.50000000"), paid("2", "9999999999999999.999"), paid("3", "0.0000000000000000001"), paid("4", "-5"),
			operation{key: "5", currency: "", status: "in_process"}, operation{key: "6", currency: "", status: "in_process"},
			operation{key: "7", amount: "1", currency: "KWD", status: "success"}, operation{key: "8", amount: "1", currency: "XXX", status: "success"},
			paid("9", "12345678901234567890"), paid("", "1"), operation{key: "no status", amount: "1", currency: "INR", status: "refunded"},
		)
		got, lines := d.reconcile(header +
			"1,100.5,inr,success\n2,9999999999999999.998,INR,success\n3,0.00000000000000000010,INR,success\n4,+5,INR,success\n" +
			"5,,INR,pending\n6,0,INR,pending\n7,1.000,KWD,success\n8,1,XXX,success\n9,12345678901234567890,INR,success\n,1,INR,success\n" +
			"no status,1,INR,success\n")
		require.Equal(d.t, 1, got.code)
		assert.Equal(d.t, []string{
			"unreadable,,no key", "unreadable,,no key",
			"amount,2,", "amount,4,", "no_amount,5,", "no_amount,6,", "unreadable,9,unreadable amount; unreadable amount", "unreadable,no status,unknown status",
		}, first(d.t, 3, lines))
		assert.Contains(d.t, got.stdout, "vima: 11 rows: 4 matched, 4 different, 3 unreadable\n")
		assert.Contains(d.t, lines[2], ",9999999999999999.999,INR,success,,line 3,9999999999999999.998,INR,success,")
		_, lines = d.reconcile(header+"no status,1,INR,success\n", "-vima-status-map", " Refunded =failed")
		assert.Contains(d.t, strings.Join(first(d.t, 3, lines), "\n"), "status,no status,")

		// The same in minor units of the file.
		got, lines = d.reconcile(header+
			"1,10050,INR,success\n4,-500,INR,success\n5,,INR,pending\n7,1000,KWD,success\n8,100,XXX,success\n2,1.5,INR,success\n3,9223372036854775808,INR,success\n",
			"-minor")
		require.Equal(d.t, 1, got.code)
		all := strings.Join(first(d.t, 3, lines), "\n")
		assert.Contains(d.t, all, "unreadable,2,unreadable amount\nunreadable,3,unreadable amount\n")
		assert.Contains(d.t, all, "unreadable,8,currency without known minor units\n")
		assert.Contains(d.t, got.stdout, "vima: 11 rows: 3 matched, 1 different, ")
	})
}

func TestAmountsAreExactOrRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{ // none of them empty, which is not an amount and not asked for
		"0", "1", "-1", "+1", "1.50", "001.500", "-0.0000000000000000001", "9999999999999999999", "0.00000000000000000000000", "00000000000000000000001.10",
		"-", ".", "1.", ".5", "1,000", "1 000", "1e3", "0x10", "NaN", "Infinity", "--1", "+-1", "1.2.3", "₹1", "1/2", "٣",
		"10000000000000000000", "1.0000000000000000001", "0.00000000000000000001", strings.Repeat("1", 100),
	} {
		amount, err := exact(text)
		if want, ok := new(big.Rat).SetString(text); err == nil && assert.True(t, ok, text) {
			got, _ := new(big.Rat).SetString(amount.String())
			assert.Zero(t, want.Cmp(got), text)
		}
	}
	for text, readable := range map[string]bool{
		"1.50": true, "-0.0000000000000000001": true, "9999999999999999999": true, "00000000000000000000001.10": true, "+1": true,
		"10000000000000000000": false, "1.0000000000000000001": false, "1e3": false, ".5": false, "1.": false, "1,000": false, "--1": false, "NaN": false,
	} {
		_, err := exact(text)
		assert.Equal(t, readable, err == nil, text)
	}
}

func FuzzExact(f *testing.F) {
	for _, text := range []string{"1.50", "-0.0000000000000000001", "10000000000000000000", "1e3", "+-1", "1/2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" { // which is not an amount, and not asked for
			return
		}
		amount, err := exact(text)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(text)
		require.True(t, ok, text)
		got, _ := new(big.Rat).SetString(amount.String())
		require.Zero(t, want.Cmp(got), text)
	})
}

func TestADuplicatedKeyIsPairedOffByEquality(t *testing.T) {
	t.Parallel()
	onEach(t, func(d target) {
		d.store(paid("a", "1"), paid("a", "2"), paid("b", "1"), paid("c", "1"), paid("c", "1"), paid("d", "5"), paid("d", "6"), paid("e", "1"), paid("e", "1"))
		got, lines := d.reconcile(header +
			"a,2,INR,success\na,1,INR,success\nb,1,INR,success\nb,2,INR,success\nb,1,USD,success\nc,1,INR,success\nd,7,INR,success\ne,1,INR,success\ne,1.0,INR,success\n" +
			"f,1,INR,success\nf,1,INR,success\n")
		require.Equal(d.t, 1, got.code)
		assert.Equal(d.t, []string{
			"duplicate,b,,,,,,,line 5,2,INR,success,,,", "duplicate,b,,,,,,,line 6,1,USD,success,,,",
			"duplicate,c,,5,1,INR,success,,,,,,,,", "duplicate,d,,6,5,INR,success,,,,,,,,", "duplicate,d,,7,6,INR,success,,,,,,,,", "duplicate,d,,,,,,,line 8,7,INR,success,,,",
			"missing_in_vima,f,,,,,,,line 11,1,INR,success,,,", "missing_in_vima,f,,,,,,,line 12,1,INR,success,,,",
		}, lines)
		assert.Contains(d.t, got.stdout, "vima: 9 rows: 6 matched, 3 duplicate\npayshack: 11 rows: 6 matched, 2 missing, 3 duplicate\n6 of the matched pairs have a key that other rows have too\n")
	})
}

func TestThePeriodAndItsEdges(t *testing.T) {
	t.Parallel()
	at := func(hour float64) time.Time { return noon.Add(time.Duration((hour - 12) * float64(time.Hour))) }
	onEach(t, func(d target) {
		stamp := func(t time.Time) any { return t.Format(storedTime) }
		dated := func(key string, hour float64) operation {
			return operation{key: key, amount: "1", currency: "INR", status: "success", at: stamp(at(hour))}
		}
		d.store(
			dated("both", 12), dated("day before here", -0.5), dated("day after here", 24.2), dated("before here only", -0.5), dated("far before, here only", -3),
			dated("begins", 0), dated("ends", 24), dated("mid, here only", 12), dated("edge, here only", 23.5), dated("both outside", 24.5),
			operation{key: "undated, here only", amount: "1", currency: "INR", status: "success"},
		)
		file := "client_operation_id,amount,currency,status,made\n"
		for _, r := range []struct {
			key  string
			hour float64
		}{
			{"both", 12},
			{"day before here", 0.1},
			{"day after here", 23.9},
			{"begins", 0},
			{"ends", 23.99},
			{"both outside", 24.4},
			{"mid, there only", 12},
			{"edge, there only", 0.5},
			{"outside, there only", -0.5},
		} {
			file += fmt.Sprintf("%q,1,INR,success,%s\n", r.key, at(r.hour).In(time.FixedZone("", 19800)).Format("02/01/2006 15:04:05"))
		}
		flags := []string{"-from", "2026-01-15", "-to", "2026-01-15", "-date-column", "made", "-date-layout", "02/01/2006 15:04:05", "-date-zone", "Asia/Kolkata"}
		got, lines := d.reconcile(file, append(flags, "-edge", "1h")...)
		require.Equal(d.t, 1, got.code, got.stderr)
		assert.Equal(d.t, []string{
			"waiting,edge, here only", "missing_in_vima,edge, there only", "missing_in_payshack,mid, here only", "missing_in_vima,mid, there only",
			"missing_in_payshack,undated, here only",
		}, first(d.t, 2, lines))
		assert.Contains(d.t, got.stdout, "2026-01-15 UTC\n")
		assert.Contains(d.t, got.stdout, "vima: 10 rows: 5 matched, 2 missing, 1 waiting, 2 outside\npayshack: 9 rows: 5 matched, 2 missing, 2 outside\n")
		assert.Contains(d.t, got.stdout, "payshack reaches from 2026-01-14T23:30:00Z to 2026-01-16T00:23:59Z; compare the same days again when it reaches to 2026-01-16T00:30:00Z\n")

		// Without -edge both sides end at midnight.
		got, lines = d.reconcile(file, flags...)
		require.Equal(d.t, 1, got.code)
		assert.Equal(d.t, []string{
			"missing_in_vima,day after here", "missing_in_vima,day before here", "missing_in_payshack,edge, here only", "missing_in_vima,edge, there only",
			"missing_in_vima,ends", "missing_in_payshack,mid, here only", "missing_in_vima,mid, there only", "missing_in_payshack,undated, here only",
		}, first(d.t, 2, lines))
		assert.Contains(d.t, got.stdout, "-edge 1h separates them")
	})
	onEach(t, func(d target) { // rows that wait are not a difference, and not the same on both sides either
		d.store(operation{key: "1", amount: "1", currency: "INR", status: "success", at: at(0.5).Format(storedTime)})
		got, lines := d.reconcile(header, "-from", "2026-01-15", "-edge", "30m")
		assert.Equal(d.t, 4, got.code, got.stderr)
		assert.Equal(d.t, []string{"waiting,1"}, first(d.t, 2, lines))
		assert.Contains(d.t, got.stdout, "days from 2026-01-15 UTC")
		assert.NotContains(d.t, got.stdout, "nothing differs")
		assert.Contains(d.t, got.stdout, "1 of the rows of vima wait: payshack has no row with a time; compare the same days again when it reaches from 2026-01-15T00:00:00Z\n")
		assert.Contains(d.t, got.stderr, "waits: 1 rows, which are in ")
		got, _ = d.reconcile(header, "-from", "2026-01-15", "-edge", "29m")
		assert.Equal(d.t, 1, got.code)
		got, _ = d.reconcile(header, "-to", "2026-01-14", "-edge", "29m")
		assert.Zero(d.t, got.code)
		assert.Contains(d.t, got.stdout, "days to 2026-01-14 UTC")
	})
}

func TestDatesOfAFile(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 19800)
	for text, want := range map[string]string{
		"2026-01-15T10:00:00Z": "2026-01-15T10:00:00Z", "2026-01-15T10:00:00.5+03:00": "2026-01-15T07:00:00.5Z",
		"2026-01-15 10:00:00": "2026-01-15T04:30:00Z", "2026-01-15T10:00:00.25": "2026-01-15T04:30:00.25Z", " 2026-01-15 ": "2026-01-15T06:30:00Z",
		"15.01.2026": "", "": "", "2026-02-30": "",
	} {
		got, ok := dates{zone: zone}.read(text)
		assert.Equal(t, want, instant(got), text)
		assert.Equal(t, want != "", ok, text)
	}
	got, ok := dates{layout: "02.01.2006", zone: zone}.read("15.01.2026")
	assert.True(t, ok)
	assert.Equal(t, "2026-01-15T06:30:00Z", instant(got), "a day is its noon")
	_, ok = dates{layout: "02.01.2006", zone: zone}.read("2026-01-15")
	assert.False(t, ok)
}

func TestTheProjectIsChosen(t *testing.T) {
	t.Parallel()
	onEach(t, func(d target) {
		d.store(paid("1", "1"), paid("2", "1"), paid("3", "1"))
		d.exec("UPDATE vima_operations SET project = 'monetix' WHERE client_operation_id = ?", "2")
		d.exec("UPDATE vima_operations SET project = 'caroussel' WHERE client_operation_id = ?", "3")
		got, _ := d.reconcile(header+"1,1,INR,success\n", "-project", vima.Project91Game)
		assert.Zero(d.t, got.code, got.stdout)
		got, lines := d.reconcile(header+"1,1,INR,success\n", "-project", "91game, monetix")
		assert.Equal(d.t, 1, got.code)
		assert.Equal(d.t, []string{"missing_in_payshack,2"}, first(d.t, 2, lines))
	})
}

func TestKnownStatusesHaveAClass(t *testing.T) {
	t.Parallel()
	for _, status := range []vima.Status{
		vima.StatusSuccess, vima.StatusFail, vima.StatusFailed, vima.StatusInProcess, vima.StatusInProcessSpaced, vima.StatusUserInputRequired, vima.StatusPending,
	} {
		class, known := vimaClasses().of(string(status))
		assert.True(t, known, status)
		assert.Equal(t, status.Final(), class != pending, status)
		_, known = fileClasses().of(strings.ToUpper(string(status)))
		assert.True(t, known, "a file may use the words of Vima")
	}
	for _, status := range []ecommpay.OperationStatus{ecommpay.StatusSuccess, ecommpay.StatusDecline, ecommpay.StatusAwaitingPayment, ecommpay.StatusUnknown} {
		class, known := ecommpayClasses().of(string(status))
		assert.True(t, known, status)
		assert.Equal(t, status.Final(), class != pending, status)
	}
	_, known := ecommpayClasses().of("novel")
	assert.False(t, known)
	all, err := fileClasses().with("-status-map", "Settled = success,PENDING=failed", allClasses())
	require.NoError(t, err)
	for status, want := range map[string]class{" settled": success, "pending": failed, "Paid": success} {
		got, known := all.of(status)
		assert.True(t, known)
		assert.Equal(t, want, got)
	}
	got, known := fileClasses().of("pending")
	assert.True(t, known)
	assert.Equal(t, pending, got, "the defaults stay")
}
