package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFilesOfManyForms(t *testing.T) {
	t.Parallel()
	d := sqlite(t).store(paid("1", "1.50"), paid("2", "2"))
	for name, c := range map[string]struct {
		text string
		args []string
	}{
		"as it is":          {header + "2,2,INR,success\n1,1.5,INR,success\n", nil},
		"byte order mark":   {"\ufeff\"client_operation_id\",amount,currency,status\r\n1,1.5,INR,success\r\n2,2,INR,success", nil},
		"other columns":     {"Status;Ref;Mail;Amt\nPAID;1;\"a\n;b\";1.5\n\nPaid;2;payer@example.com;2\n", []string{"-separator", ";", "-id-column", "Ref", "-amount-column", "Amt", "-status-column", "Status", "-currency", "inr"}},
		"tabs, minor units": {"id\tamount\tcurrency\tstatus\n1\t150\tINR\tok\n2\t 200 \tinr\tOK\n", []string{"-separator", "tab", "-id-column", "id", "-minor", "-status-map", "ok=success"}},
	} {
		got, lines := d.reconcile(c.text, c.args...)
		assert.Zero(t, got.code, "%s: %s %s %s", name, got.stdout, got.stderr, lines)
		assert.Contains(t, got.stdout, "payshack: 2 rows: 2 matched\n", name)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	d := sqlite(t).store(paid("1", "1.50"))
	for want, text := range map[string]string{
		"not even a line of column names":                                 "\ufeff",
		"none of the 3 columns of line 1 is called \"status\"":            "client_operation_id,amount,currency\n",
		"none of the 4 columns of line 1 is called \"client_operation_id": "1,2.50,payer@example.com,success\n",
		"two columns of line 1 are called \"amount\"":                     "client_operation_id,amount,amount,currency,status\n",
		"extraneous or missing":                                           header + "1,1,INR,success\n2,\"1,INR,success\n",
		"parse error on line 2":                                           header + "1,pa\"yer@example.com,INR,success\n",
		"is there a quote that is not closed":                             header + "1,\"1,INR,success\n" + strings.Repeat("2,1,payer@example.com,success\n", 100_000),
	} {
		got, _ := d.reconcile(text)
		assert.Equal(t, 3, got.code, want)
		assert.Contains(t, got.stderr, "reconcile: failed: payshack.csv: ", want)
		assert.Contains(t, got.stderr, want)
		assert.NotContains(t, got.stdout+got.stderr, "payer@", "what may be a payer's is not shown")
		assert.Empty(t, got.stdout)
	}
}

func TestRowsThatCannotBeCompared(t *testing.T) {
	t.Parallel()
	d := sqlite(t).store(paid("1", "1"), paid("2", "1"), paid("3", "1"), paid("4", "1"))
	got, lines := d.reconcile("client_operation_id,amount,currency,status,day\n"+
		"1,1,INR,success\n2,one,INR,success,2026-01-15\n3,1,INR,?,2026-01-15\n4,1,INR,success,yesterday\n\xff,1,INR,success,2026-01-15\n,one,INR,?,2026-01-15\n",
		"-from", "2026-01-01", "-date-column", "day")
	require.Equal(t, 1, got.code)
	assert.Equal(t, []string{
		"unreadable,,not as many cells as columns,,,,,,line 2,,,,,,",
		"unreadable,,no key,,,,,,line 7,one,INR,?,2026-01-15T12:00:00Z,,",
		"missing_in_payshack,1,,1,1,INR,success,,,,,,,,",
		"unreadable,2,unreadable amount,2,1,INR,success,,line 3,one,INR,success,2026-01-15T12:00:00Z,,",
		"unreadable,3,unknown status,3,1,INR,success,,line 4,1,INR,?,2026-01-15T12:00:00Z,,",
		"unreadable,4,unreadable date,4,1,INR,success,,line 5,1,INR,success,,,",
		"missing_in_vima+unreadable,\uFFFD,not UTF-8,,,,,,line 6,1,INR,success,2026-01-15T12:00:00Z,,",
	}, lines)
	assert.Contains(t, got.stdout, "vima: 4 rows: 1 missing, 3 unreadable\npayshack: 6 rows: 6 unreadable\n")

	_, lines = d.reconcile("client_operation_id,amount,currency,status,day\n4,1,INR,success,yesterday\n", "-date-column", "day")
	assert.NotContains(t, strings.Join(lines, "\n"), "unreadable", "without a period the date does not matter")
}

// A wrong column is noticed, and what is in it stays out of the table.
func TestAWrongColumnIsNotShown(t *testing.T) {
	t.Parallel()
	d := sqlite(t).store(paid("1", "1"))
	got, _ := d.reconcile("client_operation_id,amount,currency,status\npayer@example.com,1,payer@example.com,payer@example.com\n")
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stdout, "no key is on both sides: is it the right column, and the right project?")
	assert.Regexp(t, `missing in vima +\? +0`, got.stdout)
	assert.NotContains(t, strings.ToLower(got.stdout+got.stderr), "payer@")
}

func TestCellsOfOutAreHarmless(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "plain": "plain", "a=b": "a=b", "100.00": "100.00", "-1": "-1", "-100.00000000": "-100.00000000",
		"=1+1": "'=1+1", "+910000000000": "'+910000000000", "@SUM(A1)": "'@SUM(A1)", "-1+1": "'-1+1", "-": "'-", "-1.": "'-1.", "-.5": "'-.5",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", "'=1": "''=1",
	} {
		assert.Equal(t, want, harmless(cell), "%q", cell)
	}
	d := sqlite(t).store(operation{key: "=1+1", amount: "-1", currency: "INR", status: "success"})
	got, lines := d.reconcile(header + "@x,=2,+INR,-fail\n")
	require.Equal(t, 1, got.code)
	assert.Equal(t, []string{
		"missing_in_payshack,'=1+1,,1,-1,INR,success,,,,,,,,",
		"missing_in_vima+unreadable,'@x,unreadable amount,,,,,,line 2,'=2,'+INR,'-fail,,,",
	}, lines)
}

func TestOutIsWholeOrAsItWas(t *testing.T) {
	t.Parallel()
	d := sqlite(t).store(paid("1", "1"))
	dir := t.TempDir()
	out := write(t, filepath.Join(dir, "out.csv"), "of yesterday")
	file := write(t, filepath.Join(dir, "payshack.csv"), header+"1,1,INR,success\n2,\"")
	got := start(t, "-db", d.where, "-csv", file, "-out", out)
	assert.Equal(t, 3, got.code)
	assert.Equal(t, "of yesterday", read(t, out))

	d.exec("DROP TABLE vima_operations") // noticed when the first line is to be written
	write(t, file, header+"1,1,INR,success\n")
	got = start(t, "-db", d.where, "-csv", file, "-out", out)
	assert.Equal(t, 3, got.code)
	assert.Contains(t, got.stderr, "tables are those of vimasync")
	assert.Equal(t, "of yesterday", read(t, out))
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	hidden, err := filepath.Glob(filepath.Join(dir, ".*"))
	require.NoError(t, err)
	assert.Equal(t, []string{out, file}, append(names, hidden...), "nothing is left behind")

	for _, taken := range []string{file, d.where} {
		got = start(t, "-db", d.where, "-csv", file, "-out", taken)
		assert.Equal(t, 2, got.code)
		assert.Contains(t, got.stderr, "-out must not be a file that is read")
	}
	got = start(t, "-db", d.where, "-csv", file, "-out", dir)
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "is not a file")
}
