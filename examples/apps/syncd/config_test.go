package main

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
)

func TestBadFlagsAreToldBeforeAnythingIsTouched(t *testing.T) {
	t.Parallel()
	real := map[string]string{"VIMA_URL": vima.SandboxURL, "VIMA_API_KEY": "a-key-to-hide"}
	with := func(name, value string) map[string]string {
		return map[string]string{"VIMA_URL": vima.SandboxURL, "VIMA_API_KEY": "a-key-to-hide", name: value}
	}
	for _, c := range []struct {
		env  map[string]string
		args string
		want string
	}{
		{nil, "dance", "there is no such command, but run, once, check and migrate"},
		{nil, "-nonsense", "syncd -h lists flags"},
		{nil, "once -every 3s", "syncd -h lists flags"},
		{nil, "run more", "there is an argument behind the flags"},
		{nil, "-every 999ms", "-every must be from 1s to 8h"},
		{nil, "-every 9h", "-every must be from 1s to 8h"},
		{nil, "-for -1s", "-for must not be negative"},
		{nil, "-kill -1s", "-kill must not be negative"},
		{nil, "-processes 0", "-processes must be 1 to 16"},
		{nil, "-processes 17", "-processes must be 1 to 16"},
		{nil, "-processes 2 -http 127.0.0.1:0", "-http is of one process"},
		{nil, "-rows 99", "-rows must be 100 to 1000000"},
		{nil, "-log loud", "syncd -h lists flags"},
		{real, "-processes 2", "start syncd on as many machines as you like"},
		{real, "-kill 1s", "start syncd on as many machines as you like"},
		{real, "check -from 2026-02-30", "must be a day of the calendar as YYYY-MM-DD"},
		{real, "check -from 2026-01-02 -to 2026-01-01", "-from 2026-01-02 is after -to 2026-01-01"},
		{real, "check -to 2026-01-01", "-to needs -from"},
		{map[string]string{"VIMA_API_KEY": "a-key-to-hide"}, "once", "there is VIMA_API_KEY but no VIMA_URL"},
		{map[string]string{"VIMA_URL": vima.SandboxURL}, "once", "VIMA_URL needs VIMA_API_KEY"},
		{with("VIMA_USERNAME", "u"), "once", "but not both"},
		{with("VIMA_URL", "http://collector.example"), "once", "plain http is refused"},
		{with("SYNCD_DB", "postgres://user:a-key-to-hide@localhost:port/x"), "once", "-db is not a URL of a PostgreSQL database"},
		{with("VIMA_REWIND", "soon"), "once", "VIMA_REWIND must be a time such as 10m"},
		{with("VIMA_REWIND", "-1m"), "once", "VIMA_REWIND must be a time such as 10m"},
		{with("ECOMMPAY_TOKEN", "t"), "once", "there is ECOMMPAY_TOKEN but no ECOMMPAY_URL"},
		{with("ECOMMPAY_URL", "https://data.example/v1"), "once", "ECOMMPAY_URL needs ECOMMPAY_TOKEN and ECOMMPAY_SECRET"},
		{map[string]string{"ECOMMPAY_URL": "https://data.example/v1", "ECOMMPAY_TOKEN": "t", "ECOMMPAY_SECRET": "a-key-to-hide"}, "once", "ECOMMPAY_FROM must be the day"},
		{with("TRANSACTIONS_FROM", "2026-01-01"), "once", "there is TRANSACTIONS_FROM but no TRANSACTIONS_URL"},
		{with("TRANSACTIONS_URL", "https://transactions.example"), "once", "TRANSACTIONS_URL needs TRANSACTIONS_USERNAME"},
		{map[string]string{"TRANSACTIONS_URL": "https://transactions.example", "TRANSACTIONS_TOKEN": "a-key-to-hide", "TRANSACTIONS_USERNAME": "u"}, "once", "does not go with a user name"},
		{map[string]string{"TRANSACTIONS_URL": "https://transactions.example", "TRANSACTIONS_TOKEN": "a-key-to-hide", "TRANSACTIONS_FROM": "today"}, "once", "TRANSACTIONS_FROM must be a day"},
		{real, "once -db DIR/none/sync.db", "no such file"},
	} {
		dir := t.TempDir()
		args := strings.Fields(strings.ReplaceAll(c.args, "DIR", dir))
		if !strings.Contains(c.args, "-db") && c.env["SYNCD_DB"] == "" && len(c.env) > 0 {
			args = append(args, "-db", filepath.Join(dir, "sync.db"))
		}
		if runtime.GOOS == "windows" {
			c.want = strings.ReplaceAll(c.want, "no such file", "cannot find")
		}
		got := start(t, c.env, args...)
		assert.Equal(t, 2, got.code, c.args)
		assert.Contains(t, got.stderr, c.want, c.args)
		assert.Contains(t, got.stderr, "\n  ", "advice")
		assert.NotContains(t, got.stderr, "a-key-to-hide")
		assert.Empty(t, got.stdout, c.args)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for command, flag := range map[string]string{"run": "-every time", "once": "-migrate", "check": "-from day", "migrate": "-db file"} {
		got := start(t, map[string]string{"SYNCD_DB": "postgres://user:a-key-to-hide@localhost/x"}, command, "-h")
		assert.Zero(t, got.code)
		assert.Contains(t, got.stdout, flag)
		assert.Contains(t, got.stdout, "syncd migrate  makes the tables")
		assert.NotContains(t, got.stdout, "a-key-to-hide")
	}
	assert.Contains(t, start(t, nil, "-h").stdout, "-kill time")
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	offline, err := parse(&cli.Call{Args: nil, Env: environment(nil)})
	require.NoError(t, err)
	assert.Equal(t, "run", offline.command)
	assert.Equal(t, 2*time.Second, offline.every)
	assert.Empty(t, offline.http)
	assert.Empty(t, offline.db)

	real, err := parse(&cli.Call{Args: []string{"-log", "warn"}, Env: environment(map[string]string{"VIMA_URL": vima.ProductionURL, "VIMA_API_KEY": "k"})})
	require.NoError(t, err)
	assert.Equal(t, 5*time.Minute, real.every)
	assert.Equal(t, "127.0.0.1:9090", real.http)
	assert.Equal(t, "syncd.db", real.db)
	assert.Equal(t, "WARN", real.level.String())

	named, err := parse(&cli.Call{Args: []string{"migrate"}, Env: environment(map[string]string{"SYNCD_DB": "postgres://x"})})
	require.NoError(t, err)
	assert.Equal(t, "postgres://x", named.db)
	both, err := parse(&cli.Call{Args: []string{"-db", "y.db"}, Env: environment(map[string]string{"SYNCD_DB": "postgres://x"})})
	require.NoError(t, err)
	assert.Equal(t, "y.db", both.db)
}
