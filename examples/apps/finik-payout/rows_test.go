package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

func TestRowsAreFieldsOfTheirService(t *testing.T) {
	t.Parallel()
	rows, err := readRows(strings.NewReader("\ufeffreference,service,amount,phone,field:service,account.value\r\n" +
		"a-1,mobile,10.50,+996000000001,,\r\n" +
		"\r\n" +
		"\"a,2\",bank,7,,101,\"000 \"\"x\"\"\"\r\n"))
	require.NoError(t, err)
	assert.Equal(t, []row{
		{line: 2, reference: "a-1", service: "mobile", fields: finik.Fields{"amount": "10.50", "phone": "+996000000001"}},
		{line: 4, reference: "a,2", service: "bank", fields: finik.Fields{"amount": "7", "service": "101", "account.value": `000 "x"`}},
	}, rows)
}

func TestEveryFaultOfAFileIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"empty":           {"", []string{"line 1: there is no line of column names"}},
		"no rows":         {"reference,service,amount\n", []string{"line 1: there are no rows"}},
		"no reference":    {"service,amount\nx,1\n", []string{"line 1: there is no column reference"}},
		"no service":      {"reference,amount\nx,1\n", []string{"line 1: there is no column service"}},
		"column twice":    {"reference,service,amount,amount\n", []string{"line 1: column 4 is there twice"}},
		"field twice":     {"reference,service,amount,field:amount\n", []string{"line 1: column 4 is there twice"}},
		"nameless column": {"reference,service,,field:, x\n", []string{"column 3 has no", "column 4 has no", "column 5 has no"}},
		"Latin-1":         {"reference,service,n\na,b,\xe9\n", []string{"the file is not UTF-8"}},
		"semicolons":      {"reference;service;amount\na;b;1\n", []string{"there is no column reference", "there is no column service"}},
		"several": {
			"reference,service,amount\na,m,1\nb,m\n,m,2\na,m,3\nc,, 4\nd,m,\"5\n\"\n" + strings.Repeat("é", 101) + ",m,1\n",
			[]string{
				"6 problems in the file, nothing was sent", "line 3: 2 cells in place of 3", "line 4: reference must have 1 to 100",
				"line 5: the reference is that of line 2", "line 6: service is empty", "line 6: amount has blanks", "line 7: amount has blanks",
				"line 9: reference must",
			},
		},
		"unseen":     {"reference,service,amount\na\u202eb,m,1\n\u200b,m,1\n", []string{"line 2: reference must", "line 3: reference must"}},
		"lost quote": {"reference,service,amount\na,m\nb,m,\"1\n", []string{"line 2: 2 cells", "line 3: extraneous or missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := readRows(strings.NewReader(c.text))
			assert.Nil(t, rows, name)
			var found problems
			require.ErrorAs(t, err, &found, name)
			for _, want := range c.want {
				if name == "several" {
					want = strings.Replace(want, "6 problems", "7 problems", 1)
				}
				assert.ErrorContains(t, err, want, name)
			}
		})
	}
	_, err := readRows(strings.NewReader("reference,service\n" + strings.Repeat("a\n", 60)))
	assert.ErrorContains(t, err, "60 problems")
	assert.ErrorContains(t, err, "and 10 more")
	_, err = readRows(failing{})
	assert.ErrorIs(t, err, errDisk)
}

var errDisk = errors.New("disk")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errDisk }

func FuzzReadRows(f *testing.F) {
	for _, seed := range []string{"", "reference,service,amount\na,m,1\n", "\ufeffreference,service,\"", "reference,service,a\nx,y,\"z\"\"\"\r\n\r\n1,2\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := readRows(strings.NewReader(text))
		if err != nil {
			require.Empty(t, rows)
			return
		}
		seen := map[string]bool{}
		for _, r := range rows {
			require.NotEmpty(t, r.reference)
			require.NotEmpty(t, r.service)
			require.False(t, seen[r.reference])
			seen[r.reference] = true
			for name, value := range r.fields {
				require.NotEmpty(t, name)
				require.NotEmpty(t, value)
			}
		}
	})
}
