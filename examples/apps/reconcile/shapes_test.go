package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
)

// Further files, each as a back office of somebody's might export it. The database has
// one payment of 1250.50 INR at noon of 15 January, UTC.
func TestFurtherShapes(t *testing.T) {
	t.Parallel()
	d := sqlite(t)
	d.exec(`INSERT INTO vima_operations (operation_id, operation_update_id, client_operation_id, reference_id, project, method, status,
current_status, payment_status, payment_method_code, amount_text, currency, requested_currency, complete_currency, fee_currency, operation_created_at)
VALUES (1, 1, 'A-1', '', '91game', 'payment.in', 'success', '', '', '', '1250.50', 'INR', '', '', '', '2026-01-15T12:00:00.000000Z')`)
	const dated = "client_operation_id,amount,currency,status,made\n"
	day := []string{"-date-column", "made", "-from", "2026-01-15", "-to", "2026-01-15"}
	for name, c := range map[string]struct {
		text string
		args []string
		code int
		want string // of both outputs
	}{
		"line breaks within cells":       {"note,client_operation_id,amount,currency,status\r\n\"one\r\ntwo\",A-1,1250.50,INR,success\r\n", nil, 0, "nothing differs"},
		"blank lines between rows":       {header + "\n\nA-1,1250.50,INR,success\n\n\n", nil, 0, "nothing differs"},
		"other columns of one name":      {"x,x,client_operation_id,amount,currency,status\n1,2,A-1,1250.50,INR,success\n", nil, 0, "nothing differs"},
		"offsets in times":               {dated + "A-1,1250.50,INR,success,2026-01-15T17:30:00+05:30\n", day, 0, "nothing differs"},
		"CP1251, a preamble, a footer":   {in(t, charmap.Windows1251, "Отчёт за 15 января\n\nНомер;Сумма;Валюта;Статус\nA-1;1 250,50;INR;Успешно\nИтого;1 250,50;;\n"), []string{"-encoding", "windows-1251", "-header-line", "3", "-skip-last", "1", "-separator", ";", "-decimal-comma", "-grouping", "space", "-id-column", "Номер", "-amount-column", "Сумма", "-currency-column", "Валюта", "-status-column", "Статус", "-status-map", "Успешно=success"}, 0, "nothing differs"},
		"Shift JIS":                      {in(t, japanese.ShiftJIS, "client_operation_id,金額,currency,status\nA-1,1250.50,INR,成功\n"), []string{"-encoding", "shift_jis", "-amount-column", "金額", "-status-map", "成功=success"}, 0, "nothing differs"},
		"minor units":                    {header + "A-1,125050,INR,success\n", []string{"-minor"}, 0, "nothing differs"},
		"a footer within the columns":    {header + "A-1,1250.50,INR,success\nTotal,1250.50,,\n", nil, 1, "unknown status, first in line 3, column \"status\""},
		"parentheses for a minus":        {header + "A-1,(1250.50),INR,success\n", nil, 1, "unreadable amount, first in line 2, column \"amount\""},
		"a minus behind":                 {header + "A-1,1250.50-,INR,success\n", nil, 1, "unreadable amount, first in line 2, column \"amount\""},
		"digits of Devanagari":           {header + "A-1,१२५०.५०,INR,success\n", nil, 1, "unreadable amount, first in line 2, column \"amount\""},
		"days of a spreadsheet":          {dated + "A-1,1250.50,INR,success,46037.5\n", day, 1, "first in line 2, column \"made\": -date-layout"},
		"seconds since 1970":             {dated + "A-1,1250.50,INR,success,1768478400\n", day, 1, "first in line 2, column \"made\": -date-layout"},
		"day and month the other way":    {dated + "A-1,1250.50,INR,success,01/15/2026 12:00:00\n", append([]string{"-date-layout", "02/01/2006 15:04:05"}, day...), 1, "first in line 2, column \"made\""},
		"the clock of another place":     {dated + "A-1,1250.50,INR,success,2026-01-15 17:30:00 IST\n", append([]string{"-date-layout", "2006-01-02 15:04:05 MST"}, day...), 1, "first in line 2, column \"made\""},
		"two columns that are asked for": {"client_operation_id,amount,amount,currency,status\n", nil, 3, "two columns of line 1 are called \"amount\""},
		"a quote that is not closed":     {header + "A-1,\"1250.50,INR,success\n", nil, 3, "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := start(t, append([]string{"-db", d.where, "-csv", write(t, filepath.Join(t.TempDir(), "p.csv"), c.text)}, c.args...)...)
			assert.Equal(t, c.code, got.code, got.stdout+got.stderr)
			assert.Contains(t, got.stdout+got.stderr, c.want)
			if c.code == 3 {
				assert.Empty(t, got.stdout)
			}
			if c.code > 0 {
				assert.NotContains(t, got.stdout, "nothing differs")
			}
		})
	}
}
