package address

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/examples/apps/internal/address/addresstest"
)

func TestPaths(t *testing.T) {
	t.Parallel()
	for _, text := range addresstest.Spellings {
		assert.False(t, IsPath(text), text)
		assert.False(t, IsPostgres(text), text)
	}
	for _, text := range []string{
		"ops.db", "./ops.db", "/var/lib/sync d/ops-1_2.db", "../Операции (1).db", "~/ops+new,old#1.sqlite3", `C:\data\ops.db`, "C:/data/ops.db", `\\server\share\ops.db`,
	} {
		assert.True(t, IsPath(text), text)
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
		assert.Equal(t, want, Redact(text))
	}
}
