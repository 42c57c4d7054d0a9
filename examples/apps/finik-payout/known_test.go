package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
)

func rewrite(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

const twoRows = "reference,service,phone,amount\nr1,mobile,+996000000001,10.00\nr2,mobile,+996000000002,10.01\n"

func TestAmountsThatAreNoSumOfSom(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env := environment(t, srv)
	text := read(t, "testdata/decimals.csv")
	path := write(t, text)
	got := start(t, env, quick(path)...)
	assert.Equal(t, 2, got.code)
	for _, want := range []string{
		"line 2: the amount has 3 decimal places, and the som has 2: if the dot is meant as a thousands mark, leave it out\n",
		"line 3: the amount has 3 decimal places, and the som has 2: if the dot is meant as a thousands mark, leave it out\n",
		"line 4: the amount has 7 decimal places, and the som has 2\n",
	} {
		assert.Contains(t, got.stderr, want)
	}
	assert.Empty(t, srv.Payments())
	assert.Equal(t, 1, strings.Count(read(t, path+".journal"), "\n"), "none was begun")

	// What an older program has begun goes on as it was written.
	key := newJournalKey(srv.URL(), finiktest.DefaultAccountID, finiktest.DefaultUserID)
	rows, err := readRows(strings.NewReader(text))
	require.NoError(t, err)
	journal, _, err := openJournal(path+".journal", key)
	require.NoError(t, err)
	for i, r := range rows {
		require.NoError(t, journal.add(record{Reference: r.reference, State: stateBegun, Transaction: demoID(i), Digest: r.digest}))
	}
	require.NoError(t, journal.close())
	got = start(t, env, quick(path)...)
	assert.NotContains(t, got.stderr, "decimal places")
}

func TestTheSameRecipientAndAmountTwice(t *testing.T) {
	t.Parallel()
	const header = "reference,service,phone,amount,account.value.persacc,total,qp_comment\n"
	for name, c := range map[string]struct {
		rows string
		dup  bool
	}{
		"alike":             {"a,finik,+996000000001,10.5,,,\nb,finik,+996000000001,10.50,,,\n", true},
		"another spelling":  {"a,bank,,,0000000000-00001,5.50,x\nb,bank,,,00000 0000000001,5.5,x\n", true},
		"another comment":   {"a,bank,,,0000000000000001,5,January\nb,bank,,,0000000000000001,5,February\n", true},
		"another amount":    {"a,finik,+996000000001,10.5,,,\nb,finik,+996000000001,10.51,,,\n", false},
		"another recipient": {"a,bank,,,0000000000000001,5,x\nb,bank,,,0000000000000002,5,x\n", false},
		"another service":   {"a,finik,+996000000001,10.5,,,\nb,mobile,+996000000001,10.50,,,\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t)
			env, path := environment(t, srv), write(t, header+c.rows)
			got := start(t, env, quick("-dry-run", path)...)
			if !c.dup {
				assert.Zero(t, got.code, got.stderr)
				return
			}
			assert.Equal(t, 2, got.code)
			assert.Contains(t, got.stderr, "line 3: recipient and amount are those of line 2, under another reference: -allow-duplicates pays both")
			assert.Zero(t, start(t, env, quick("-dry-run", "-allow-duplicates", path)...).code)
		})
	}
}

// A row is in doubt, and the file says otherwise by the next run.
func TestWhatIsInDoubtIsNotPaidByAnotherName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		flags []string
		code  int
		want  string
	}{
		"unchanged":               {twoRows, nil, 1, "UNKNOWN"},
		"removed":                 {strings.Split(twoRows, "r2")[0], nil, 1, "no longer in the file, put it back"},
		"renamed":                 {strings.Replace(twoRows, "r2", "r2-new", 1), nil, 2, "line 3: this may have been paid under the reference r2"},
		"renamed, and duplicates": {strings.Replace(twoRows, "r2", "r2-new", 1), []string{"-allow-duplicates"}, 2, "line 3: this may have been paid"},
		"a paid one is renamed":   {strings.Replace(twoRows, "r1", "r1-new", 1), nil, 2, "line 2: this was paid under the reference r1"},
		"another amount, renamed": {strings.Replace(strings.Replace(twoRows, "r2", "r3", 1), "10.01", "10.02", 1), nil, 1, "no longer in the file"},
		"renamed with a blank":    {strings.Replace(twoRows, "r2", "r2 ", 1), nil, 2, "reference has blanks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t) // 409 names nothing
			env, path := environment(t, srv), write(t, twoRows)
			srv.Inject(finiktest.Fault{Kind: finiktest.FaultResetAfter, Times: -1, Operation: "CreatePayment", Match: func(r finiktest.Request) bool {
				return strings.Contains(string(r.Body), "10.01")
			}})
			got := start(t, env, quick("-pause", "1ms", path)...)
			require.Equal(t, 1, got.code)
			require.Contains(t, got.stdout, "UNKNOWN")
			srv.ClearFaults()
			rewrite(t, path, c.text)
			got = start(t, env, quick(append(c.flags, path)...)...)
			assert.Equal(t, c.code, got.code)
			assert.Contains(t, got.stdout+got.stderr, c.want)
			amounts := map[string]int{}
			for _, p := range srv.Payments() {
				amount, _ := p.Field("amount")
				amounts[amount]++
			}
			assert.Equal(t, 1, amounts["10.00"])
			assert.Equal(t, 1, amounts["10.01"])
		})
	}
}

// After a run everything is paid. Whatever becomes of paths and of the journal, it
// is not paid again.
func TestAKnownFileIsNotPaidAgain(t *testing.T) {
	t.Parallel()
	first := func(text string) string { return text[:strings.Index(text, "\n")+1] }
	for name, c := range map[string]struct {
		change func(t *testing.T, path string) (args []string)
		code   int
		want   string
	}{
		"a link": {func(t *testing.T, path string) []string {
			t.Helper()
			require.NoError(t, os.Symlink(path, filepath.Dir(path)+"/link.csv"))
			return []string{filepath.Dir(path) + "/link.csv"}
		}, 0, "2 ended before"},
		"a link to the folder": {func(t *testing.T, path string) []string {
			t.Helper()
			link := filepath.Join(t.TempDir(), "folder")
			require.NoError(t, os.Symlink(filepath.Dir(path), link))
			return []string{filepath.Join(link, filepath.Base(path))}
		}, 0, "2 ended before"},
		"a hard link": {func(t *testing.T, path string) []string {
			t.Helper()
			require.NoError(t, os.Link(path, filepath.Dir(path)+"/hard.csv"))
			return []string{filepath.Dir(path) + "/hard.csv"}
		}, 2, "line 2: this was paid under the same reference by the journal payouts.csv.journal"},
		"the file is moved": {func(t *testing.T, path string) []string {
			t.Helper()
			require.NoError(t, os.Rename(path, filepath.Dir(path)+"/moved.csv"))
			return []string{filepath.Dir(path) + "/moved.csv"}
		}, 2, "line 3: this was paid under the same reference by the journal payouts.csv.journal"},
		"another state": {func(t *testing.T, path string) []string {
			t.Helper()
			return []string{"-state", filepath.Join(t.TempDir(), "j"), path}
		}, 2, "were begun by the journal"},
		"the journal is moved, and named": {func(t *testing.T, path string) []string {
			t.Helper()
			moved := filepath.Join(t.TempDir(), "j")
			require.NoError(t, os.Rename(path+".journal", moved))
			return []string{"-state", moved, path}
		}, 0, "2 ended before"},
		"the journal is removed": {func(t *testing.T, path string) []string {
			t.Helper()
			require.NoError(t, os.Remove(path+".journal"))
			return []string{path}
		}, 2, "were begun by the journal"},
		"the journal is emptied": {func(t *testing.T, path string) []string {
			t.Helper()
			rewrite(t, path+".journal", "")
			return []string{path}
		}, 2, "were begun by the journal"},
		"of the journal the first line": {func(t *testing.T, path string) []string {
			t.Helper()
			rewrite(t, path+".journal", first(read(t, path+".journal")))
			return []string{path}
		}, 2, "were begun by the journal"},
		"of the journal half a line": {func(t *testing.T, path string) []string {
			t.Helper()
			rewrite(t, path+".journal", read(t, path+".journal")[:20])
			return []string{path}
		}, 2, "were begun by the journal"},
		"the mark is damaged": {func(t *testing.T, path string) []string {
			t.Helper()
			marks, err := filepath.Glob(path + ".begun-*")
			require.NoError(t, err)
			require.Len(t, marks, 1)
			rewrite(t, marks[0], "")
			return []string{path}
		}, 2, "is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t)
			env, path := environment(t, srv), write(t, twoRows)
			require.Zero(t, start(t, env, quick(path)...).code)
			args := c.change(t, path)
			for _, more := range []string{"-dry-run", "-workers=4"} {
				got := start(t, env, quick(append([]string{more}, args...)...)...)
				assert.Equal(t, c.code, got.code, got.stderr)
				if more == "-dry-run" && c.code == 0 {
					continue
				}
				assert.Contains(t, got.stdout+got.stderr, c.want)
			}
			assert.Len(t, srv.Ledger(), 2)
		})
	}
}

// Journals of older programs have no id and no payout.
func TestAJournalOfAnOlderProgram(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), write(t, twoRows)
	rows, err := readRows(strings.NewReader(twoRows))
	require.NoError(t, err)
	text := fmt.Sprintf(`{"journal":"finik-payout","version":1,"url":%q,"account":%q,"user":%q}`+"\n", srv.URL(), finiktest.DefaultAccountID, finiktest.DefaultUserID)
	old := func(i int, state state) string {
		return fmt.Sprintf(`{"reference":%q,"state":%q,"transactionId":%q,"digest":%q}`+"\n", rows[i].reference, state, demoID(i), rows[i].digest)
	}
	rewrite(t, path+".journal", text+old(0, statePaid)+old(1, stateUnknown))
	rewrite(t, path, strings.Replace(twoRows, "r2", "r3", 1))
	got := start(t, env, quick(path)...)
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "line 3: this may have been paid under the reference r2")
	rewrite(t, path, twoRows)
	assert.Zero(t, start(t, env, quick(path)...).code)
	assert.Len(t, srv.Ledger(), 1, "the one in doubt was not made")
	rewrite(t, path+".journal", text)
	assert.Equal(t, 2, start(t, env, quick(path)...).code, "the mark is of a journal without an id too")
}

func TestDryRunSendsNothing(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env := environment(t, srv)
	path := write(t, twoRows+"r3,finik,+996000000001,7\n")
	got := start(t, env, quick("-dry-run", path)...)
	assert.Zero(t, got.code, got.stderr)
	assert.Contains(t, got.stdout, ""+
		"Nothing was sent. A run would send:\n\n"+
		"LINE  REFERENCE  SERVICE  AMOUNT  FIELDS\n"+
		"2     r1         mobile   10.00   amount code phone\n"+
		"3     r2         mobile   10.01   amount code phone\n"+
		"4     r3         finik    7       amount phone\n\n"+
		"SERVICE  ROWS    SUM\n"+
		"finik       1   7.00\n"+
		"mobile      2  20.01\n"+
		"TOTAL       3  27.01\n")
	assert.NotContains(t, got.stdout, "+996")
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, entries, 1, "it leaves no file behind")
	for _, r := range srv.Requests() {
		assert.Equal(t, "/v2/services", r.Path)
	}
	require.Zero(t, start(t, env, quick(path)...).code)
	got = start(t, env, quick("-dry-run", path)...)
	assert.Contains(t, got.stdout, "TOTAL       0  0.00\n")
	assert.Zero(t, start(t, nil, "-dry-run").code, "offline too")
}
