package explain

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

func TestEachErrorHasAClassAndAdvice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		class  Class
		advice string
	}{
		{vima.ErrUnauthorized, Credentials, "VIMA_API_KEY"},
		{&vima.Error{StatusCode: 404}, Refused, "VIMA_URL"},
		{&vima.Error{StatusCode: 302}, Refused, "redirect"},
		{&vima.Error{StatusCode: 503}, Unavailable, "later"},
		{&vima.Error{StatusCode: 429, RetryAfter: time.Hour}, Unavailable, "1h0m0s"},
		{&vima.DecodeError{}, Unreadable, "VIMA_URL"},
		{vima.ErrInvalidRequest, Invalid, "https"},
		{vima.ErrPaginationStalled, Stalled, "cursor"},
		{vimasync.ErrInvalidRequest, Invalid, "another database"},
		{vimasync.ErrRejected, Unreadable, "vima_operations"},
		{fmt.Errorf("vimasync: stream %q: %w", "default", io.EOF), Database, "next pass"},
		{fmt.Errorf("vima: ListOperations: %w", io.EOF), Network, "VIMA_URL"},
		{ecommpay.ErrUnauthorized, Credentials, "ECOMMPAY_TOKEN"},
		{ecommpay.ErrForbidden, Credentials, "role"},
		{ecommpay.ErrBadSignature, Unreadable, "ECOMMPAY_SECRET"},
		{ecommpay.ErrInvalidRequest, Invalid, "https"},
		{ecommpay.ErrPaginationStalled, Stalled, "over"},
		{&ecommpay.Error{StatusCode: 404}, Refused, "base URL"},
		{&ecommpay.DecodeError{}, Unreadable, "proxy"},
		{ecommpaysync.ErrInvalidRequest, Invalid, "another database"},
		{ecommpaysync.ErrRejected, Unreadable, "ecommpay_operations"},
		{fmt.Errorf("after 3 operations: ecommpay: ListOperations: %w", io.EOF), Network, "ECOMMPAY_URL"},
		{transactions.ErrUnauthorized, Credentials, "TRANSACTIONS_TOKEN"},
		{transactions.ErrForbidden, Credentials, "administrator"},
		{transactions.ErrFilterIgnored, Stalled, "filter"},
		{transactions.ErrInvalidRequest, Invalid, "/api"},
		{&transactions.Error{StatusCode: 500}, Unavailable, "later"},
		{&transactions.DecodeError{}, Unreadable, "proxy"},
		{transactionssync.ErrInvalidRequest, Invalid, "another database"},
		{transactionssync.ErrRejected, Unreadable, "transactions_transactions"},
		{fmt.Errorf("after 3 transactions: transactions: ListTransactions: %w", io.EOF), Network, "TRANSACTIONS_URL"},
	} {
		got := Provider(c.err)
		assert.Equal(t, c.class, got.Class, "%v", c.err)
		assert.Contains(t, got.Advice, c.advice, "%v", c.err)
		assert.Contains(t, Classes(), got.Class)
	}
	for _, err := range []error{errors.New("write out.csv: no space left on device"), io.EOF, errors.New("vimasynced: x")} {
		assert.Zero(t, Provider(err), "%v", err)
	}
}
