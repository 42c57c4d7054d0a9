package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/csv"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik/finiktest"
)

const child = "FINIK_PAYOUT_TEST_CHILD"

// TestMain makes the test binary the program itself where a test starts it so.
func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		interrupted := make(chan os.Signal, 1)
		signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
		go func() {
			<-interrupted
			fmt.Fprintln(os.Stderr, child)
		}()
		main()
	}
	os.Exit(m.Run())
}

// quick is the patience that loopback deserves.
func quick(more ...string) []string {
	return append([]string{"-first-look", "1ms", "-pause", "4ms", "-wait", "30s"}, more...)
}

// serve has an account that is rich enough.
func serve(t *testing.T, opts ...finiktest.Option) *finiktest.Server {
	t.Helper()
	srv := finiktest.NewServer(opts...)
	t.Cleanup(srv.Close)
	srv.AddAccount(finiktest.Account{ID: finiktest.DefaultAccountID, UserIDs: []string{finiktest.DefaultUserID}, Balance: decimal.MustNew(1_000_000_000, 0)})
	return srv
}

// environment is that of srv, with keys in files.
func environment(t *testing.T, srv *finiktest.Server) map[string]string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, kind string, der []byte, err error) string {
		require.NoError(t, err)
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return path
	}
	private, err := x509.MarshalPKCS8PrivateKey(finiktest.ClientKey())
	privatePath := write("key.pem", "PRIVATE KEY", private, err)
	public, err := x509.MarshalPKIXPublicKey(finiktest.PublicKey())
	return map[string]string{
		"FINIK_URL": srv.URL(), "FINIK_API_KEY": finiktest.DefaultAPIKey, "FINIK_PRIVATE_KEY_FILE": privatePath,
		"FINIK_ACCOUNT": finiktest.DefaultAccountID, "FINIK_USER": finiktest.DefaultUserID,
		"FINIK_WEBHOOK_KEY_FILE": write("callbacks.pem", "PUBLIC KEY", public, err),
	}
}

type result struct {
	code           int
	stdout, stderr string
}

// start runs the program in this process.
func start(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	return startWith(t.Context(), env, args...)
}

func startWith(ctx context.Context, env map[string]string, args ...string) result {
	var stdout, stderr bytes.Buffer
	code := run(ctx, &cli.Call{Args: args, Env: func(name string) string { return env[name] }, Out: &stdout, Err: &stderr})
	return result{code, stdout.String(), stderr.String()}
}

// command is the program in a process of its own.
func command(t *testing.T, env map[string]string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), child+"=1")
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// phone is the recipient of a row, which tells its payments apart in the ledger
// for any transaction.
func phone(n int) string { return fmt.Sprintf("+996%09d", n) }

// file has n rows to a service without a list of recipients.
func file(t *testing.T, n int) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("reference,service,phone,amount\n")
	for i := range n {
		fmt.Fprintf(&text, "row-%d,mobile,%s,%d.%02d\n", i, phone(i), 10+i%90, i%100)
	}
	return write(t, text.String())
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "payouts.csv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// table reads a -report by reference.
func table(t *testing.T, path string) map[string]map[string]string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(read(t, path))).ReadAll()
	require.NoError(t, err)
	out := map[string]map[string]string{}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		out[row["reference"]] = row
	}
	return out
}

func TestOfflinePrintsTheGoldenReport(t *testing.T) {
	t.Parallel()
	for range 3 {
		got := start(t, nil)
		assert.Equal(t, read(t, "testdata/offline.txt"), got.stdout)
		assert.Empty(t, got.stderr)
		assert.Zero(t, got.code)
	}
}

func TestTheDocShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	_, sample, ok := strings.Cut(read(t, "main.go"), "//\t12 rows")
	require.True(t, ok)
	sample, _, ok = strings.Cut("//\t12 rows"+sample, "//\n// The environment")
	require.True(t, ok)
	sample = strings.ReplaceAll(strings.ReplaceAll(sample, "//\t", ""), "//\n", "\n")
	assert.True(t, strings.HasPrefix(read(t, "testdata/offline.txt"), sample+"\n"), sample)
}

func TestAllIsCheckedBeforeAnyMoneyMoves(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env := environment(t, srv)
	path := write(t, "reference,service,phone,amount,field:code\n"+
		"a,mobile,+996000000001,10,\n"+
		"b,mobile,+996000000001,9.99,\n"+
		"c,mobile,,10,\n"+
		"d,mobile,+996000000001,ten,\n"+
		"e,nowhere,+996000000001,10,\n"+
		"f,service-5,+996000000001,10,\n"+
		"g,mobile,+996000000001,10,78\n"+
		"h,mobile,+996000000001,010,\n")
	got := start(t, env, quick(path)...)
	assert.Equal(t, 2, got.code)
	for _, want := range []string{
		"line 3: Fields[\"amount\"]: must be at least 10",
		"line 4: Fields[\"phone\"]: the service requires it",
		"line 5: amount must be a plain number",
		"line 6: there is no such service",
		"line 7: the service is not enabled",
		"line 8: Fields[\"code\"]: must have the value that the service fixes",
		"line 9: amount must be a plain number",
		"nothing was sent",
	} {
		assert.Contains(t, got.stderr, want)
	}
	assert.NotContains(t, got.stderr, "line 2:")
	assert.NotContains(t, got.stderr, "+996")
	assert.Empty(t, srv.Ledger())
}

func TestAWrongCommandLineIsToldAtOnce(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	full := environment(t, srv)
	path := file(t, 1)
	with := func(pairs ...string) map[string]string {
		env := map[string]string{}
		for name, value := range full {
			env[name] = value
		}
		for i := 0; i < len(pairs); i += 2 {
			env[pairs[i]] = pairs[i+1]
		}
		return env
	}
	for want, c := range map[string]struct {
		env  map[string]string
		args []string
	}{
		"credentials but no FINIK_URL":    {with("FINIK_URL", ""), []string{path}},
		"a file but no FINIK_URL":         {nil, []string{path}},
		"FINIK_URL needs a file":          {full, nil},
		"needs FINIK_API_KEY":             {with("FINIK_API_KEY", ""), []string{path}},
		"-account and -user":              {with("FINIK_USER", ""), []string{path}},
		"there must be one file":          {full, []string{path, path}},
		"-workers must be":                {full, []string{"-workers", "0", path}},
		"-first-look, -wait and":          {full, []string{"-wait", "-1s", path}},
		"-listen and -public-url":         {full, []string{"-listen", "127.0.0.1:0", path}},
		"-public-url must be":             {full, []string{"-listen", "127.0.0.1:0", "-public-url", "pay", path}},
		"no key is published":             {with("FINIK_WEBHOOK_KEY_FILE", ""), []string{"-listen", "127.0.0.1:0", "-public-url", "https://pay.example.com/f", path}},
		"FINIK_WEBHOOK_KEY_FILE: open":    {with("FINIK_WEBHOOK_KEY_FILE", "nowhere"), []string{"-listen", "127.0.0.1:0", "-public-url", "https://pay.example.com/f", path}},
		"public key: must be":             {with("FINIK_WEBHOOK_KEY_FILE", path), []string{"-listen", "127.0.0.1:0", "-public-url", "https://pay.example.com/f", path}},
		"FINIK_PRIVATE_KEY_FILE: open":    {with("FINIK_PRIVATE_KEY_FILE", "nowhere"), []string{path}},
		"private key: must be":            {with("FINIK_PRIVATE_KEY_FILE", path), []string{path}},
		"no such file":                    {full, []string{"nowhere.csv"}},
		"flag provided but not defined":   {full, []string{"-pay-now", path}},
		"finik: invalid request: baseURL": {with("FINIK_URL", "http://api.example.com"), []string{path}},
		"is no line of column names":      {full, []string{write(t, "")}},
	} {
		got := start(t, c.env, c.args...)
		assert.Equal(t, 2, got.code, want)
		assert.Contains(t, got.stderr, want)
		assert.Empty(t, got.stdout, want)
	}
	assert.Empty(t, srv.Requests())
	assert.NoFileExists(t, filepath.Join(filepath.Dir(path), "payouts.db"))
	help := start(t, full, "-h", path)
	assert.Zero(t, help.code)
	for _, want := range []string{"-allow-duplicates", "FINIK_API_KEY", "reference,service,phone,amount", "130  interrupted", "-dry-run payouts.csv\n"} {
		assert.Contains(t, help.stdout, want)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for want, fault := range map[string]finiktest.Fault{
		"Check FINIK_API_KEY":      {Status: 401, Body: `{"statusCode":401,"errorMessage":"x"}`},
		"Check -account and -user": {Status: 403, Body: `{"statusCode":403,"errorMessage":"x"}`},
		"is in trouble":            {Status: 503},
		"could not be reached":     {Kind: finiktest.FaultResetBefore},
	} {
		srv := serve(t)
		fault.Operation, fault.Times = "ListServices", -1
		srv.Inject(fault)
		got := start(t, environment(t, srv), quick(file(t, 1))...)
		assert.Equal(t, 1, got.code)
		assert.Contains(t, got.stderr, want)
		assert.NotContains(t, got.stderr, finiktest.DefaultAPIKey)
	}
}
