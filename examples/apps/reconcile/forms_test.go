package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// in encodes a file.
func in(t *testing.T, of encoding.Encoding, text string) string {
	t.Helper()
	encoded, err := of.NewEncoder().String(text)
	require.NoError(t, err)
	return encoded
}

// Files of many makers are read right with the settings that suit them. The
// database has 1: 1234567.89, 2: 500, 3: -0.10 INR, all paid at noon of 15 January.
func TestFormsThatAreReadRight(t *testing.T) {
	t.Parallel()
	d := sqlite(t)
	for i, amount := range []string{"1234567.89", "500", "-0.10"} {
		d.exec(`INSERT INTO vima_operations (operation_id, operation_update_id, client_operation_id, reference_id, project, method, status,
current_status, payment_status, payment_method_code, amount_text, currency, requested_currency, complete_currency, fee_currency, operation_created_at)
VALUES (?, 1, ?, '', '91game', 'payment.in', 'success', '', '', '', ?, 'INR', '', '', '', '2026-01-15T12:00:00.000000Z')`, i+1, string(rune('1'+i)), amount)
	}
	for name, c := range map[string]struct {
		text string
		args string // with blanks between them; _ is a blank within
	}{
		"lines before the names": {"\"Merchant: \"\"ACME\"\"\n\nPeriod,\"15\n" + header + "1,1234567.89,INR,success\n2,500,INR,success\n3,-0.10,INR,success\n", "-header-line 4"},
		"a footer":               {header + "1,1234567.89,INR,success\n2,500,INR,success\n3,-0.10,INR,success\nTotal,3,1235067.79\n\"Made on 16 January\"\n", "-skip-last 2"},
		"German marks":           {"client_operation_id;amount;currency;status\n1;1.234.567,89;INR;success\n2;500,00;INR;success\n3;-0,10;INR;success\n", "-separator ; -decimal-comma -grouping ."},
		"lakh and signs":         {header + "1,\"₹ 12,34,567.89\",INR,success\n2,Rs. 500.00,INR,success\n3,-₹0.10,INR,success\n", "-grouping , -currency-signs ₹=INR,Rs.=INR,Rs=INR"},
		"signs for currencies":   {"client_operation_id,amount,status\n1,1234567.89 ₹,success\n2,INR500.00,success\n3,₹-0.10,success\n", "-currency-column= -currency-signs ₹=INR,INR=INR"},
		"thin blanks":            {header + "1,\"1\u202f234\u00a0567,89\",INR,success\n2,\"500,00\",INR,success\n3,\"-0,1\",INR,success\n", "-decimal-comma -grouping space"},
		"apostrophes":            {header + "1,1'234’567.89,INR,success\n2,500,INR,success\n3,-0.10,INR,success\n", "-grouping '"},
		"UTF-16 with tabs":       {in(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), strings.ReplaceAll(header+"1,1234567.89,INR,success\r\n2,500,INR,success\r\n3,-0.10,INR,success\r\n", ",", "\t")), "-encoding utf-16 -separator tab"},
		"UTF-16, big-endian":     {in(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), header+"1,1234567.89,INR,success\n2,500,INR,success\n3,-0.10,INR,success\n"), "-encoding utf-16be"},
		"CP1251 in Russian": {
			in(t, charmap.Windows1251, "Номер операции;Сумма;Валюта;Статус\n1;1234567,89;INR;Успешно\n2;500,00;INR;Успешно\n3;-0,10;INR;успешно\n"),
			"-encoding cp1251 -separator ; -decimal-comma -id-column Номер_операции -amount-column Сумма -currency-column Валюта -status-column Статус -status-map Успешно=success",
		},
		"KOI8-R":              {in(t, charmap.KOI8R, header+"1,1234567.89,INR,Оплачен\n2,500,INR,оплачен\n3,-0.10,INR,Оплачен\n"), "-encoding koi8-r -status-map оплачен=success"},
		"sep= and semicolons": {"\ufeffsep=;\r\nclient_operation_id;amount;currency;status\r\n1;1234567.89;INR;success\r\n2;500;INR;success\r\n3;-0.10;INR;success\r\n", "-separator ;"},
		"bars":                {strings.ReplaceAll(header+"1,1234567.89,INR,success\n2,500,INR,success\n3,-0.10,INR,success\n", ",", "|"), "-separator |"},
		"dates of Kolkata":    {"client_operation_id,amount,currency,status,made\n1,1234567.89,INR,success,15.01.2026 17:30\n2,500,INR,success,16.01.2026 00:10\n3,-0.10,INR,success,15.01.2026 17:31\n", "-date-column made -date-layout 02.01.2006_15:04 -date-zone Asia/Kolkata -from 2026-01-15 -to 2026-01-15"},
		"a 12-hour clock":     {"client_operation_id,amount,currency,status,made\n1,1234567.89,INR,success,1/15/26 12:01 PM\n2,500,INR,success,1/15/26 11:59 PM\n3,-0.10,INR,success,1/15/26 12:00 AM\n", "-date-column made -date-layout 1/2/06_3:04_PM -from 2026-01-15 -to 2026-01-15"},
		"types and fees":      {"client_operation_id,kind,amount,currency,status\n1,PAYIN,1234567.89,INR,success\n1,MDR,12.50,INR,success\n2,payin,500,INR,success\n3,Deposit,-0.10,INR,success\n9,PAYOUT,1,INR,success\n", "-type-column kind -type-map MDR=fee -types payment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := []string{"-db", d.where, "-csv", write(t, filepath.Join(t.TempDir(), "p.csv"), c.text)}
			for _, arg := range strings.Fields(c.args) {
				args = append(args, strings.ReplaceAll(arg, "_", " "))
			}
			got := start(t, args...)
			assert.Zero(t, got.code, got.stdout+got.stderr)
			assert.Contains(t, got.stdout, "vima: 3 rows: 3 matched\n")
			assert.Contains(t, got.stdout, "nothing differs\n")
			assert.Empty(t, got.stderr)
		})
	}
}

// What cannot be read is named, with the setting that may read it.
func TestFormsThatAreRefused(t *testing.T) {
	t.Parallel()
	d := sqlite(t).store(paid("1", "1.50"))
	for name, c := range map[string]struct {
		text, want string
		args       []string
	}{
		"UTF-16":                 {"\xff\xfec\x00l\x00", "it is UTF-16, little-endian: -encoding utf-16le reads it", nil},
		"UTF-16, big-endian":     {"\xfe\xff\x00c\x00l", "it is UTF-16, big-endian: -encoding utf-16be reads it", nil},
		"the other UTF-16":       {"\xfe\xff\x00c\x00l", "-encoding utf-16be reads it", []string{"-encoding", "utf-16le"}},
		"UTF-16 without a mark":  {in(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), header+"1,1.50,INR,success\n"), "-encoding utf-16le reads it", nil},
		"UTF-16 that is not":     {header, "not UTF-16: leave out -encoding", []string{"-encoding", "utf-16le"}},
		"UTF-32":                 {"\xff\xfe\x00\x00c\x00\x00\x00", "it is UTF-32", nil},
		"XLSX":                   {"PK\x03\x04\x14\x00", "it is an XLSX workbook", nil},
		"XLS":                    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "it is an XLS workbook", nil},
		"gzip":                   {"\x1f\x8b\x08\x00", "it is gzip: unpack it", nil},
		"PDF":                    {"%PDF-1.7\n", "it is PDF", nil},
		"HTML":                   {"\ufeff\n <!DOCTYPE html><table>\n", "it is HTML or XML", nil},
		"JSON":                   {"[{\"amount\":1}]\n", "it is JSON", nil},
		"binary":                 {"ab\x00\x00\x00\x01abc\x00", "it is binary", nil},
		"an old Mac":             {strings.ReplaceAll(header+"1,1.50,INR,success\n", "\n", "\r"), "by CR alone", nil},
		"sep=":                   {"sep=;\n" + strings.ReplaceAll(header, ",", ";"), `line 1 is sep=, for a spreadsheet: -separator ";" reads it`, nil},
		"lines before the names": {"Merchant: ACME\nPeriod: 15-01-2026\n\n" + header, "line 4 has the names: -header-line 4", nil},
		"another separator":      {strings.ReplaceAll(header, ",", "\t"), "line 1 has the names: -separator tab", nil},
		"both":                   {"\n\"a\"\n" + strings.ReplaceAll(header, ",", ";"), `line 3 has the names: -separator ";", -header-line 3`, nil},
		"case and blanks":        {"Client Operation ID,amount ,currency,STATUS\n", `-id-column "Client Operation ID", which differs by case or spaces, -amount-column "amount ", which differs by case or spaces, -status-column "STATUS"`, nil},
		"one name of them":       {"Client_Operation_Id,sum,currency,status\n", `is called "client_operation_id", but "Client_Operation_Id", which differs by case or spaces: -id-column "Client_Operation_Id"`, nil},
		"names in CP1251":        {in(t, charmap.Windows1251, "Номер,Сумма,Валюта,Статус\n"), "the line is not UTF-8: -encoding says what it is, such as windows-1251", nil},
		"a header behind":        {header, "it has only 2 lines, and -header-line is 5", []string{"-header-line", "5"}},
		"a quote, line and all":  {"a\nb\n" + header + "1,1\"5,INR,success\n", "parse error on line 4, column 4", []string{"-header-line", "3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := start(t, append([]string{"-db", d.where, "-csv", write(t, filepath.Join(t.TempDir(), "p.csv"), c.text)}, c.args...)...)
			assert.Equal(t, 3, got.code)
			assert.Contains(t, got.stderr, c.want)
			assert.Empty(t, got.stdout)
		})
	}
}

// Where rows cannot be compared, the reason, the first line, the column and the
// setting are on stderr, and no cell.
func TestFaultsAreCountedByKind(t *testing.T) {
	t.Parallel()
	d := sqlite(t).store(paid("1", "1.50"), operation{key: "9", status: "odd"}, operation{key: "8", status: "odd"})
	const rows = "payshack: 2 rows: "
	for name, c := range map[string]struct {
		text, want string
		args       []string
	}{
		"decimal comma":     {"3,\"1,50\",INR,success\n1,\"10,5\",INR,success\n", rows + `unreadable amount, first in line 2, column "amount": -decimal-comma reads it`, nil},
		"comma or mark":     {"3,\"1,500\",INR,success\n1,\"10,500\",INR,success\n", `: -decimal-comma or -grouping , reads it`, nil},
		"marks":             {"3,\"1,500.00\",INR,success\n1,1 500,INR,success\n", `: -grouping names the mark between groups of digits`, nil},
		"wrong groups":      {"3,\"1,2345\",INR,success\n1,\"1234,567\",INR,success\n", rows + `unreadable amount, first in line 2, column "amount": its groups of digits are not those of -grouping`, []string{"-grouping", ","}},
		"signs":             {"3,₹1,INR,success\n1,Rs. 1,INR,success\n", `: -currency-signs names signs and words beside the digits`, nil},
		"another sign":      {"3,€1,INR,success\n1,€1,INR,success\n", rows + `sign of another currency, first in line 2, column "amount": -currency-signs says another`, []string{"-currency-signs", "€=EUR"}},
		"exponent":          {"3,1E+05,INR,success\n1,1.2E+18,INR,success\n", `: an exponent: a spreadsheet has rounded it`, nil},
		"statuses":          {"3,1,INR,HOLD\n1,1,INR,Done\n", rows + `unknown status, first in line 2, column "status": -status-map adds words`, nil},
		"cells":             {"3,1,INR\n1,1\n", rows + "not as many cells as columns, first in line 2: -skip-last leaves out a footer", nil},
		"a status in CP866": {"3,1,INR,\xe3\xe1\n1,1,INR,\xe3\n", rows + `not UTF-8, first in line 2, column "status": -encoding says`, nil},
		"statuses of Vima":  {"1,1.50,INR,success\n", `vima: 2 rows: unknown status, first in operation 3, column "status": -vima-status-map adds words`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := start(t, append([]string{"-db", d.where, "-csv", write(t, filepath.Join(t.TempDir(), "p.csv"), header+c.text)}, c.args...)...)
			assert.Equal(t, 1, got.code)
			assert.Contains(t, got.stderr, c.want)
		})
	}
}

func TestKeysThatASpreadsheetHasSpoilt(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"1.24951359177884E+18": problemExponent, "1,24951359177884e+18": problemExponent, "1E+18": problemExponent,
		"1249513591778830000": problemZeros, "0001249513591778830000": problemZeros, "1249513591778830": problemZeros,
		"1249513591778836480": "", "124951359177800": "", "1E18": "", "E+18": "", "12E+18": "", "1.E+18": "", "1E+": "", "a1E+18": "", "": "", "100000000000000a": "",
	} {
		assert.Equal(t, want, spoilt(key), key)
	}
	d := sqlite(t).store(paid("1249513591778836480", "1"), paid("1249514046978260996", "2"), paid("1000000000000000000", "3"))
	got, out := d.reconcile(header + "1.24951359177884E+18,1,INR,success\n1249514046978260000,2,INR,success\n1000000000000000000,3,INR,success\n")
	assert.Equal(t, 1, got.code)
	assert.Equal(t, []string{
		"missing_in_vima+spoilt_key,1.24951359177884E+18," + problemExponent,
		"missing_in_payshack,1249513591778836480,",
		"missing_in_vima+spoilt_key,1249514046978260000," + problemZeros,
		"missing_in_payshack,1249514046978260996,",
	}, first(t, 3, out), "a key that both sides have is not spoilt")
	assert.Contains(t, got.stderr, "payshack: 1 rows: "+problemExponent+", first in line 2: ask for the file as it was before a spreadsheet opened it")
}

// What -out holds is UTF-8, whatever the file was.
func TestOutIsUTF8(t *testing.T) {
	t.Parallel()
	got, out := onCase(t, "case-10", "cp1251.csv")
	assert.Equal(t, 1, got.code)
	require.Len(t, out, 1)
	assert.Contains(t, out[0], "unreadable,A1,not UTF-8,")
	assert.Contains(t, out[0], "\ufffd")
	assert.Equal(t, out[0], strings.ToValidUTF8(out[0], ""))
	assert.Equal(t, "a\ufffdb", valid("a\x00b"))
	got, _ = onCase(t, "case-10", "cp1251.csv", "-encoding", "windows-1251", "-status-map", "Успешно=success")
	assert.Zero(t, got.code, got.stdout+got.stderr)
}

// The files of case-09 are named, and are read with what is said of them.
func TestTheFilesOfOthers(t *testing.T) {
	t.Parallel()
	for file, c := range map[string]struct {
		code int
		want string
		args []string
	}{
		"preamble.csv":      {3, "-header-line 4", []string{"-header-line", "4"}},
		"decimal-comma.csv": {3, `-separator ";"`, []string{"-separator", ";", "-decimal-comma"}},
		"utf16le-bom.csv":   {3, "-encoding utf-16le", []string{"-encoding", "utf-16le"}},
		"cp1251-header.csv": {3, "windows-1251", []string{"-encoding", "windows-1251", "-separator", ";", "-id-column", "Номер операции", "-amount-column", "Сумма", "-currency-column", "Валюта", "-status-column", "Статус"}},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			got, _ := onCase(t, "case-09", file)
			assert.Equal(t, c.code, got.code)
			assert.Contains(t, got.stderr, c.want)
			got, _ = onCase(t, "case-09", file, c.args...)
			assert.Zero(t, got.code, got.stdout+got.stderr)
			assert.Contains(t, got.stdout, "vima: 8 rows: 8 matched")
		})
	}
}

func TestAmountsOfManyForms(t *testing.T) {
	t.Parallel()
	rupees := map[string]string{"₹": "INR", "Rs.": "INR", "Rs": "INR", "€": "EUR"}
	for _, c := range []struct {
		form             amountForm
		text, want, sign string
	}{
		{amountForm{}, " 1234.50 ", "1234.50", ""},
		{amountForm{}, "1,234.50", "1,234.50", ""},
		{amountForm{grouping: ","}, "1,234,567.50", "1234567.50", ""},
		{amountForm{grouping: ","}, "12,34,567.50", "1234567.50", ""},
		{amountForm{grouping: ","}, "1,00,00,000", "10000000", ""},
		{amountForm{grouping: ","}, "-1,00,000", "-100000", ""},
		{amountForm{grouping: ","}, "100,000", "100000", ""},
		{amountForm{grouping: ","}, "1234", "1234", ""},
		{amountForm{grouping: ","}, "123,45,678", "123,45,678", ""},
		{amountForm{grouping: ","}, "1,2345", "1,2345", ""},
		{amountForm{grouping: ","}, "1,,234", "1,,234", ""},
		{amountForm{grouping: ","}, ",234", ",234", ""},
		{amountForm{grouping: ","}, "1,234,56", "1,234,56", ""},
		{amountForm{grouping: ","}, "1,23,456,789", "1,23,456,789", ""},
		{amountForm{grouping: ","}, "1.234,567", "1.234,567", ""},
		{amountForm{decimalComma: true}, "1234,50", "1234.50", ""},
		{amountForm{decimalComma: true}, "1234.50", "1234.50", ""},
		{amountForm{decimalComma: true, grouping: "."}, "1.234,50", "1234.50", ""},
		{amountForm{signs: rupees}, "₹5", "5", "INR"},
		{amountForm{signs: rupees}, "Rs. 5.00", "5.00", "INR"},
		{amountForm{signs: rupees}, "-5 €", "-5", "EUR"},
		{amountForm{signs: rupees}, "₹-5", "-5", "INR"},
		{amountForm{signs: rupees}, "-₹-5", "-₹-5", "INR"},
		{amountForm{signs: rupees}, "$5", "$5", ""},
	} {
		got, sign := c.form.read(c.text)
		assert.Equal(t, []string{c.want, c.sign}, []string{got, sign}, "%+v %q", c.form, c.text)
	}
}
