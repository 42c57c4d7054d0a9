package transactions_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

// changes are a page of transactions, each given as id:seconds or
// id:seconds:version, where seconds are those after midnight.
func changes(list ...string) string {
	var out []string
	for _, text := range list {
		id, rest, _ := strings.Cut(text, ":")
		seconds, version, _ := strings.Cut(rest, ":")
		after, err := time.ParseDuration(seconds + "s")
		if err != nil {
			panic(err)
		}
		out = append(out, fmt.Sprintf(`{"id":%s,"comment":%q,"lastModifiedDate":%q}`, id, version, midnight.Add(after).Format(time.RFC3339Nano)))
	}
	return "[" + strings.Join(out, ",") + "]"
}

// badChange is the beginning of a page of changes with a row that does not decode.
func badChange(text string) string {
	row := changes(text)
	return `[{"requestAmount":0.5,` + row[2:len(row)-1] + ","
}

// asked shortens a query of a walk by last modification: >= seconds, < seconds,
// > id.
func asked(t *testing.T, query string) string {
	t.Helper()
	values, err := url.ParseQuery(query)
	require.NoError(t, err)
	var out []string
	for _, c := range []struct{ name, sign string }{
		{"lastModifiedDate.greaterThanOrEqual", ">="}, {"lastModifiedDate.lessThan", "<"}, {"lastModifiedDate.lessThanOrEqual", "<="},
	} {
		if values.Has(c.name) {
			at, err := time.Parse(time.RFC3339Nano, values.Get(c.name))
			require.NoError(t, err)
			out = append(out, c.sign+fmt.Sprint(at.Sub(midnight).Seconds()))
		}
	}
	if values.Has("id.greaterThan") {
		out = append(out, "id>"+values.Get("id.greaterThan"))
	}
	assert.Equal(t, "0", values.Get("page"))
	want := []string{"lastModifiedDate,asc", "id,asc"}
	if len(out) > 1 && strings.HasPrefix(out[1], "<") && values.Get("sort") == "id,asc" {
		want = want[1:]
		out = append(out, "by id")
	}
	assert.Equal(t, want, values["sort"])
	return strings.Join(out, " ")
}

func versions(walk func(func(*transactions.Transaction, error) bool)) (got []string, err error) {
	for t, err := range walk {
		if err != nil {
			return got, err
		}
		text := fmt.Sprintf("%d:%g", t.ID, t.LastModifiedDate.Sub(midnight).Seconds())
		if t.Comment != "" {
			text += ":" + t.Comment
		}
		got = append(got, text)
	}
	return got, nil
}

func TestAWalkByLastModification(t *testing.T) {
	t.Parallel()
	list := func(texts ...string) []string { return texts }
	ignored := []error{transactions.ErrPaginationStalled, transactions.ErrFilterIgnored}
	stalled := []error{transactions.ErrPaginationStalled}
	for name, c := range map[string]struct {
		pages []string
		want  []string
		asked []string
		err   string
		is    []error
	}{
		"nothing":            {pages: list("[]"), asked: list(">=0")},
		"short, counted":     {pages: list("2:" + changes("7:1", "3:2")), want: list("7:1", "3:2"), asked: list(">=0")},
		"cut by the service": {pages: list("3:"+changes("7:1", "3:2"), "2:"+changes("3:2", "4:5")), want: list("7:1", "3:2", "4:5"), asked: list(">=0", ">=2")},
		"not counted": {
			pages: list(changes("7:1", "3:2"), changes("3:2"), changes("3:2"), "[]", "[]"), want: list("7:1", "3:2"),
			asked: list(">=0", ">=2", ">=2 <3 by id", ">=2 <3 id>3 by id", ">=3"),
		},
		"changed meanwhile":              {pages: list(changes("7:1", "3:2"), "2:"+changes("3:2", "7:4:b")), want: list("7:1", "3:2", "7:4:b"), asked: list(">=0", ">=2")},
		"changed within the instant":     {pages: list(changes("7:1", "3:2"), "2:"+changes("3:2:b", "4:3")), want: list("7:1", "3:2", "3:2:b", "4:3"), asked: list(">=0", ">=2")},
		"the instant in the digits sent": {pages: list(changes("7:1.5", "3:1.25")), asked: list(">=0"), err: "transaction 3 came after one that was modified later", is: stalled},
		"full of one instant": {
			pages: list(changes("1:1.5", "2:1.5", "3:1.5"), changes("1:1.5", "2:1.5", "3:1.5"), changes("1:1.5", "2:1.5", "3:1.5"), "2:"+changes("4:1.5", "5:1.5"), "2:"+changes("6:2", "7:3")),
			want:  list("1:1.5", "2:1.5", "3:1.5", "4:1.5", "5:1.5", "6:2", "7:3"),
			asked: list(">=0", ">=1.5", ">=1.5 <1.501 by id", ">=1.5 <1.501 id>3 by id", ">=1.501"),
		},
		"whole seconds hide the order within": {
			pages: list(changes("9:1", "8:1", "7:1"), changes("9:1", "8:1", "7:1"), changes("1:1", "7:1", "8:1"), "1:"+changes("9:1"), "0:[]"),
			want:  list("9:1", "8:1", "7:1", "1:1"),
			asked: list(">=0", ">=1", ">=1 <2 by id", ">=1 <2 id>8 by id", ">=2"),
		},
		"late rows push one out of the page": {
			pages: list(changes("1:0", "8:0.5", "9:1"), changes("3:1", "4:1", "5:1"), changes("3:1", "4:1", "5:1"), "1:"+changes("9:1"), "0:[]"),
			want:  list("1:0", "8:0.5", "9:1", "3:1", "4:1", "5:1"),
			asked: list(">=0", ">=1", ">=1 <2 by id", ">=1 <2 id>5 by id", ">=2"),
		},
		"emptied, but counted":   {pages: list("9:"+changes("7:1"), "8:[]"), want: list("7:1"), asked: list(">=0", ">=1"), err: "an empty page although 8 transactions remain", is: stalled},
		"emptied within":         {pages: list(changes("7:0"), "4:[]"), want: list("7:0"), asked: list(">=0", ">=0 <1 by id"), err: "an empty page although 4 transactions remain", is: stalled},
		"a bad row out of order": {pages: list(badChange("7:9") + changes("3:2")[1:]), asked: list(">=0"), err: "transaction 3 came after one that was modified later", is: stalled},
		"bad rows out of order":  {pages: list(changes("3:2")[:len(changes("3:2"))-1] + "," + badChange("7:1")[1:] + changes("8:3")[1:]), asked: list(">=0"), err: "transaction 7 came after one that was modified later", is: stalled},
		"a bad row before since": {pages: list(badChange("7:-1") + changes("3:2")[1:]), asked: list(">=0"), err: "transaction 7 was modified before the requested instant", is: ignored},
		"ids of bad rows":        {pages: list(changes("5:0"), badChange("9:0")+changes("6:0")[1:]), want: list("5:0"), asked: list(">=0", ">=0 <1 by id"), err: "transaction 6 came after 9", is: stalled},
		"out of order":           {pages: list(changes("7:3", "3:2")), asked: list(">=0"), err: "transaction 3 came after one that was modified later, so the service ignored the order", is: stalled},
		"before the instant":     {pages: list(changes("7:3"), changes("3:1", "7:3")), want: list("7:3"), asked: list(">=0", ">=3"), err: "transaction 3 was modified before the requested instant", is: ignored},
		"before since":           {pages: list(changes("7:-3")), asked: list(">=0"), err: "transaction 7 was modified before the requested instant", is: ignored},
		"without a time":         {pages: list(rows(1)), asked: list(">=0"), err: "transaction 1 has no lastModifiedDate that can be read", is: stalled},
		"a time that is none":    {pages: list(`[{"id":1,"lastModifiedDate":"soon"}]`), asked: list(">=0", ">=0 <1 by id"), err: "row 0 of 1"},
		"ids that do not grow":   {pages: list(changes("5:0"), changes("5:0")), want: list("5:0"), asked: list(">=0", ">=0 <1 by id", ">=0 <1 id>5 by id"), err: "transaction 5 came after id 5", is: ignored},
		"ids out of order":       {pages: list(changes("5:0"), changes("5:0", "4:0")), want: list("5:0"), asked: list(">=0", ">=0 <1 by id"), err: "transaction 4 came after 5", is: stalled},
		"bad rows, no progress":  {pages: list(`[{"id":"x"}]`), asked: list(">=0", ">=0 <1 by id"), err: "row 0 of 1"},
	} {
		for _, ahead := range []int{0, 2} {
			t.Run(fmt.Sprint(name, ", ahead=", ahead), func(t *testing.T) {
				client, queries := script(t, c.pages...)
				got, err := versions(client.WalkUpdated(t.Context(), midnight, transactions.Filter{}, transactions.PageSize(3), transactions.Overlap(0), transactions.Prefetch(ahead)))
				assert.Equal(t, c.want, got, name)
				if c.err == "" {
					require.NoError(t, err, name)
				} else {
					require.ErrorContains(t, err, c.err, name)
				}
				for _, is := range c.is {
					require.ErrorIs(t, err, is, name)
				}
				if ahead > 0 || c.err == "row 0 of 1" {
					return
				}
				var order []string
				for _, query := range queries() {
					order = append(order, asked(t, query))
				}
				assert.Equal(t, c.asked, order, name)
			})
		}
	}
}

// first is what a walk by last modification asks first.
func first(t *testing.T, since time.Time, f transactions.Filter, opts ...transactions.CallOption) string {
	t.Helper()
	client, queries := script(t, "[]")
	_, err := versions(client.WalkUpdated(t.Context(), since, f, opts...))
	require.NoError(t, err)
	return queries()[0]
}

func TestWhereAWalkByLastModificationBegins(t *testing.T) {
	t.Parallel()
	const rest = "&page=0&size=2000&sort=lastModifiedDate%2Casc&sort=id%2Casc"
	since := midnight.Add(10*time.Minute + 700*time.Millisecond).In(time.FixedZone("UZT", 5*3600))
	for want, opts := range map[string][]transactions.CallOption{
		"00%3A05%3A00Z": nil, // five minutes, and the whole second
		"00%3A10%3A00Z": {transactions.Overlap(0)},
		"00%3A00%3A00Z": {transactions.Overlap(10 * time.Minute)},
	} {
		assert.Equal(t, "lastModifiedDate.greaterThanOrEqual=2026-01-15T"+want+rest, first(t, since, transactions.Filter{}, opts...))
	}
	for _, early := range []time.Time{{}, time.Unix(0, 0), time.Unix(100, 0), time.Unix(-1<<40, 0)} {
		assert.Equal(t, "lastModifiedDate.greaterThanOrEqual=1970-01-01T00%3A00%3A00Z"+rest, first(t, early, transactions.Filter{}))
	}
	until := midnight.AddDate(0, 0, 1)
	filter := transactions.Filter{LastModifiedDate: transactions.Range[time.Time]{LessThan: &until}, ID: transactions.Range[int64]{GreaterThan: new(int64(7))}}
	assert.Equal(t, "id.greaterThan=7&lastModifiedDate.greaterThanOrEqual=2026-01-15T00%3A05%3A00Z&lastModifiedDate.lessThan=2026-01-16T00%3A00%3A00Z"+rest,
		first(t, since, filter))
}

// The caller's own bounds stay, also where an instant is read by id.
func TestAWalkByLastModificationKeepsTheCallersBounds(t *testing.T) {
	t.Parallel()
	at := func(seconds float64) *time.Time {
		t := midnight.Add(time.Duration(seconds * float64(time.Second)))
		return &t
	}
	for name, c := range map[string]struct {
		filter transactions.Filter
		want   []string
	}{
		"the end within the second": {
			transactions.Filter{LastModifiedDate: transactions.Range[time.Time]{LessThan: at(1.5)}},
			[]string{">=0 <1.5", ">=1 <1.5", ">=1 <1.5 by id", ">=1 <1.5 id>8 by id"},
		},
		"that end included": {
			transactions.Filter{LastModifiedDate: transactions.Range[time.Time]{LessThanOrEqual: at(1.5)}},
			[]string{">=0 <=1.5", ">=1 <=1.5", ">=1 <=1.5 by id", ">=1 <=1.5 id>8 by id"},
		},
		"the end of the second": {
			transactions.Filter{LastModifiedDate: transactions.Range[time.Time]{LessThan: at(2)}},
			[]string{">=0 <2", ">=1 <2", ">=1 <2 by id", ">=1 <2 id>8 by id"},
		},
		"the end behind it": {
			transactions.Filter{LastModifiedDate: transactions.Range[time.Time]{LessThanOrEqual: at(9)}},
			[]string{">=0 <=9", ">=1 <=9", ">=1 <2 by id", ">=1 <2 id>8 by id", ">=2 <=9"},
		},
		"ids": {
			transactions.Filter{ID: transactions.Range[int64]{GreaterThan: new(int64(7))}},
			[]string{">=0 id>7", ">=1 id>7", ">=1 <2 id>7 by id", ">=1 <2 id>8 by id", ">=2 id>7"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, queries := script(t, changes("8:1"), changes("8:1"), changes("8:1"), "[]", "[]")
			_, err := versions(client.WalkUpdated(t.Context(), midnight, c.filter, transactions.Overlap(0)))
			require.NoError(t, err, name)
			var got []string
			for _, query := range queries() {
				got = append(got, asked(t, query))
			}
			assert.Equal(t, c.want, got, name)
		})
	}
}

func TestNextModifiedIsWhereAWalkGoesOn(t *testing.T) {
	t.Parallel()
	client, _ := script(t,
		changes("1:1.5", "2:2.5"), // 2.5 may have more
		changes("2:2.5", "3:2.5"),
		changes("3:2.5"),    // by id
		changes("4:2.5009"), // and one behind
		"[]",                // the end of that instant
		"1:"+changes("5:4"), //
	)
	var got []float64
	for page, err := range client.WalkUpdatedPages(t.Context(), midnight, transactions.Filter{}, transactions.Overlap(0)) {
		require.NoError(t, err)
		got = append(got, page.NextModified.Sub(midnight).Seconds())
		assert.Zero(t, page.NextID)
	}
	assert.Equal(t, []float64{2.5, 2.5, 2.5, 4}, got, "the instant is not over until all of it was given")
}

// Rows that do not decode have keys too, as far as these can be read.
func TestBadRowsOfAWalkByLastModification(t *testing.T) {
	t.Parallel()
	bad := func(seconds string) string {
		return `[{"requestAmount":0.5,"comment":"bad",` + changes("7:" + seconds)[2:]
	}
	client, queries := script(t, changes("1:1"), bad("2"), bad("2"), bad("2"), "[]", "[]")
	var delivered []string
	for page, err := range client.WalkUpdatedPages(t.Context(), midnight, transactions.Filter{}, transactions.Overlap(0)) {
		require.NoError(t, err)
		for _, row := range page.Transactions {
			delivered = append(delivered, row.LastModifiedDate.Format(time.TimeOnly))
		}
		for _, b := range page.Bad {
			delivered = append(delivered, fmt.Sprint("bad ", b.Index))
		}
	}
	assert.Equal(t, []string{"00:00:01", "bad 0"}, delivered)
	var got []string
	for _, query := range queries() {
		got = append(got, asked(t, query))
	}
	assert.Equal(t, []string{">=0", ">=1", ">=2", ">=2 <3 by id", ">=2 <3 id>7 by id", ">=3"}, got)
}

// A row stamped in the future is delivered and does not keep a sync from what
// comes until then.
func TestNextModifiedIsNotLaterThanTheAnswer(t *testing.T) {
	t.Parallel()
	const now, ahead = 60, "3162240000" // seconds after midnight: a minute, and a century
	date := midnight.Add(now * time.Second).Format(http.TimeFormat)
	for name, header := range map[string]http.Header{
		"date": {"Date": {date}}, "no date": nil, "no time": {"Date": {"soon"}},
	} {
		t.Run(name, func(t *testing.T) {
			pages := []string{changes("1:1", "2:2"), "2:" + changes("2:2", "3:"+ahead), "1:" + changes("3:"+ahead)}
			n := 0
			client := newClient(t, baseURL, transactions.WithHTTPClient(&http.Client{Transport: wire(func(*http.Request) (*http.Response, error) {
				page, head := pages[n], header.Clone()
				if n++; head == nil {
					head = http.Header{}
				}
				if total, rest, ok := strings.Cut(page, ":["); ok {
					head.Set("X-Total-Count", total)
					page = "[" + rest
				}
				return newResponse(200, head, page), nil
			})}))
			var next []time.Time
			var got []int64
			before := time.Now()
			for page, err := range client.WalkUpdatedPages(t.Context(), midnight, transactions.Filter{}, transactions.Overlap(0)) {
				require.NoError(t, err, name)
				next = append(next, page.NextModified)
				for _, row := range page.Transactions {
					got = append(got, row.ID)
				}
			}
			assert.Equal(t, []int64{1, 2, 3}, got, name)
			require.Len(t, next, 2, name)
			assert.Equal(t, midnight.Add(2*time.Second), next[0], name)
			if header.Get("Date") == date {
				assert.Equal(t, midnight.Add(now*time.Second), next[1])
				return
			}
			assert.WithinRange(t, next[1], before, time.Now(), name)
		})
	}
}

// Bounds may point to variables that change.
func TestBoundsOfAWalkByLastModificationAreItsOwn(t *testing.T) {
	t.Parallel()
	client, queries := script(t, changes("8:1"), "1:"+changes("9:2"))
	id, until := int64(7), midnight.Add(time.Hour)
	filter := transactions.Filter{ID: transactions.Range[int64]{GreaterThan: &id}, LastModifiedDate: transactions.Range[time.Time]{LessThan: &until}}
	for row, err := range client.WalkUpdated(t.Context(), midnight, filter, transactions.Overlap(0)) {
		require.NoError(t, err)
		id, until = row.ID+100, midnight
	}
	var got []string
	for _, query := range queries() {
		got = append(got, asked(t, query))
	}
	assert.Equal(t, []string{">=0 <3600 id>7", ">=1 <3600 id>7"}, got)
}
