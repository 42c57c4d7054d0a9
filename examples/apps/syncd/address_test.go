package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
)

// spellings are values for -db that are neither a URL of PostgreSQL nor plainly a
// path; each has a password.
var spellings = []string{
	"mysql://syncer:to-hide@h/ops", `"postgres://syncer:to-hide@h/ops"`, "'postgres://syncer:to-hide@h/ops'", " postgres://syncer:to-hide@h/ops",
	"Postgres://syncer:to-hide@h/ops", "POSTGRESQL://syncer:to-hide@h/ops", "postgres:/syncer:to-hide@h/ops", "postgres//syncer:to-hide@h/ops",
	"postgre://syncer:to-hide@h/ops", "pgx5://syncer:to-hide@h/ops", "jdbc:postgresql://h/ops?user=u&password=to-hide", "syncer:to-hide@h/ops",
	"//syncer:to-hide@h/ops", "syncer/to-hide@h:1521/ops", "postgres%3A%2F%2Fsyncer%3Ato-hide%40h", "\ufeffpostgres://syncer:to-hide@h/ops",
	"postgres\uff1a//syncer:to-hide@h/ops", "<postgres://syncer:to-hide@h/ops>", "\tpostgres://syncer:to-hide@h/ops", "SYNCD_DB=postgres://syncer:to-hide@h/ops",
	"host=127.0.0.1 user=syncer password=to-hide dbname=ops", "password = 'to-hide' host = h", "PASSWORD=to-hide", "Server=h;Password=to-hide;",
	"file:ops.db?_auth&_auth_pass=to-hide", "file:///ops.db?key=to-hide", "ops.db?_pragma_key=x'to-hide'", "sqlite://:to-hide@/ops.db",
	"ops.db\x00to-hide", "ops.db\nto-hide", "$DATABASE_URL:to-hide", "{to-hide}", "ops.db ", "to-hide|ops.db",
}

func TestPaths(t *testing.T) {
	t.Parallel()
	for _, text := range spellings {
		assert.False(t, isPath(text), text)
		assert.False(t, isPostgres(text), text)
	}
	for _, text := range []string{
		"ops.db", "./ops.db", "/var/lib/sync d/ops-1_2.db", "../Операции (1).db", "~/ops+new,old#1.sqlite3", `C:\data\ops.db`, "C:/data/ops.db", `\\server\share\ops.db`,
	} {
		assert.True(t, isPath(text), text)
	}
}

// The texts of the driver, version 5, and of what is below it.
func TestNoTextHasTheAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"vima: failed to connect to `user=to-hide database=to-hide`:\n\tto-hide:5432 (to-hide): dial error: dial tcp to-hide:5432: connect: connection refused\n\tto-hide (to-hide): timeout": "vima: failed to connect to the database: connection refused",
		"failed to connect to `user=to-hide database=`: hostname resolving error: lookup to-hide on 10.0.0.1:53: no such host":                                                                "failed to connect to the database: no such host",
		"failed to connect to `user=a database=b`: to-hide:5432 (to-hide): server error: FATAL: password authentication failed for user \"to-hide\" (SQLSTATE 28P01)":                         "failed to connect to the database: password authentication failed (SQLSTATE 28P01)",
		"failed to connect to `user=a database=b`: to-hide: tls error: x509: certificate is valid for other, not to-hide":                                                                     "failed to connect to the database: certificate",
		"commit: write tcp to-hide:4000->to-hide:5432: write: broken pipe":                                                                                                                    "commit: write tcp: write: broken pipe",
		"read unix @->/to-hide/.s.PGSQL.5432: use of closed network connection":                                                                                                               "read unix: use of closed network connection",
		"vima: ListOperations: dial tcp 10.0.0.1:443: connect: connection refused":                                                                                                            "vima: ListOperations: dial tcp 10.0.0.1:443: connect: connection refused",
	} {
		assert.Equal(t, want, withoutAddress(text))
	}
}

func TestFaultsOfFlagsHaveNoValue(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`invalid value "postgres://u:to-hide@h\"x" for flag -every: parse error`: `invalid value for flag -every: parse error`,
		`flag provided but not defined: -dbpostgres://u:to-hide@h`:               `flag provided but not defined`,
		`bad flag syntax: --=to-hide`:                                            `bad flag syntax`,
		`flag needs an argument: -db`:                                            `flag needs an argument: -db`,
	} {
		assert.Equal(t, want, withoutValues(text))
	}
}

// Whatever is given for a database, nothing of it is printed, and no file is made.
func TestNoDatabaseIsNamed(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	_, env := collector(t, 1)
	for _, text := range spellings {
		for _, command := range []string{"run", "once", "check", "migrate"} {
			got := start(t, env, command, "-db", text)
			assert.Equal(t, 2, got.code, text)
			assert.Contains(t, got.stderr, "usage: "+databaseRule, text)
			assert.NotContains(t, got.stderr+got.stdout, "to-hide", text)
		}
		offline := start(t, nil, "-db", text)
		assert.Equal(t, 2, offline.code, text)
		assert.NotContains(t, offline.stderr+offline.stdout, "to-hide", text)
		for _, misplaced := range [][]string{{text}, {"once", text}, {"-" + text}, {"once", "-" + text}, {"-every", text}, {"-log", text}, {"check", "-from", text}, {"-migrate=" + text}} {
			got := start(t, env, misplaced...)
			assert.Equal(t, 2, got.code, misplaced)
			assert.NotContains(t, got.stderr+got.stdout, "to-hide", misplaced)
		}
	}
	for _, url := range []string{
		"postgres://to-hide:to-hide@127.0.0.1:1/to-hide", "postgresql://syncer:12/to-hide@h/ops", "postgres://syncer:to-hide@127.0.0.1:1,127.0.0.1:2/ops",
		"postgres://to-hide.invalid/ops", "postgres://syncer:to-hide@h/ops?sslmode=to-hide", "postgres://u:to-hide@[::1/ops", "postgres://%zzto-hide@h/ops",
		"postgres:///ops?host=/to-hide&password=to-hide", "postgres://u@127.0.0.1:1/ops?password=to-hide&service=to-hide",
	} {
		for _, command := range []string{"once", "migrate"} {
			got := start(t, env, command, "-db", url)
			assert.NotZero(t, got.code, url)
			assert.NotRegexp(t, `to-hide|127\.0\.0\.1`, got.stderr+got.stdout, url)
		}
	}
	made, err := os.ReadDir(dir)
	assert.NoError(t, err)
	assert.Empty(t, made)
}

func TestTheLogHasNoAddress(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := newLogger(&out, slog.LevelDebug)
	const text = "failed to connect to `user=to-hide database=x`: to-hide (to-hide): dial error: timeout"
	log.Warn(text, slog.Any("error", errors.New(text)), slog.String("err", text))
	assert.NotContains(t, out.String(), "user=to-hide")
	assert.Contains(t, out.String(), `"error":"failed to connect to the database: timeout","err":"failed to connect to the database: timeout"`)
}
