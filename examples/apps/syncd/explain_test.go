package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

func TestErrorsAreExplained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err   error
		class class
		code  int
	}{
		{errUsage, classInvalid, 2},
		{context.Canceled, classTimeout, 130},
		{context.DeadlineExceeded, classTimeout, 1},
		{&pgconn.PgError{Code: "42P01"}, classDatabase, 1},
		{fmt.Errorf("vimasync: stream %q: %w", "default", io.EOF), classDatabase, 1},
		{fmt.Errorf("vima: ListOperations: %w", io.EOF), classNetwork, 1},
		{vima.ErrInvalidRequest, classInvalid, 2},
		{vimasync.ErrInvalidRequest, classInvalid, 2},
		{vima.ErrUnauthorized, classCredentials, 1},
		{&vima.Error{StatusCode: 403}, classCredentials, 1},
		{&vima.Error{StatusCode: 404}, classRefused, 1},
		{&vima.Error{StatusCode: 302}, classRefused, 1},
		{&vima.Error{StatusCode: 503}, classUnavailable, 1},
		{&vima.Error{StatusCode: 429, RetryAfter: time.Hour}, classUnavailable, 1},
		{&vima.DecodeError{}, classUnreadable, 1},
		{vimasync.ErrRejected, classUnreadable, 1},
		{vima.ErrPaginationStalled, classStalled, 1},
		{fmt.Errorf("ecommpaysync: stream %q: %w", "default", io.EOF), classDatabase, 1},
		{fmt.Errorf("ecommpay: ListOperations: %w", io.EOF), classNetwork, 1},
		{ecommpay.ErrInvalidRequest, classInvalid, 2},
		{ecommpaysync.ErrInvalidRequest, classInvalid, 2},
		{ecommpay.ErrBadSignature, classUnreadable, 1},
		{&ecommpay.Error{StatusCode: 401}, classCredentials, 1},
		{&ecommpay.Error{StatusCode: 404}, classRefused, 1},
		{&ecommpay.Error{StatusCode: 302}, classRefused, 1},
		{&ecommpay.Error{StatusCode: 500}, classUnavailable, 1},
		{&ecommpay.DecodeError{}, classUnreadable, 1},
		{ecommpaysync.ErrRejected, classUnreadable, 1},
		{ecommpay.ErrPaginationStalled, classStalled, 1},
		{fmt.Errorf("transactionssync: stream %q: %w", "default", io.EOF), classDatabase, 1},
		{fmt.Errorf("transactions: ListTransactions: %w", io.EOF), classNetwork, 1},
		{transactions.ErrInvalidRequest, classInvalid, 2},
		{transactionssync.ErrInvalidRequest, classInvalid, 2},
		{&transactions.Error{StatusCode: 401}, classCredentials, 1},
		{&transactions.Error{StatusCode: 403}, classCredentials, 1},
		{&transactions.Error{StatusCode: 404}, classRefused, 1},
		{&transactions.Error{StatusCode: 400}, classRefused, 1},
		{&transactions.Error{StatusCode: 502}, classUnavailable, 1},
		{&transactions.DecodeError{}, classUnreadable, 1},
		{transactionssync.ErrRejected, classUnreadable, 1},
		{transactions.ErrPaginationStalled, classStalled, 1},
		{transactions.ErrFilterIgnored, classStalled, 1},
	} {
		got := diagnose(c.err)
		assert.Equal(t, c.class, got.class, "%v", c.err)
		assert.NotEmpty(t, got.advice, "%v", c.err)
		assert.Contains(t, classes(), got.class)
		assert.Equal(t, c.code, exitCode(c.err), "%v", c.err)
		assert.Contains(t, explain(c.err), "\n  "+got.advice)
	}
	assert.Equal(t, classOther, diagnose(errors.New("x")).class)
	assert.Equal(t, "x", explain(errors.New("x")))
	assert.Zero(t, exitCode(nil))
	assert.Contains(t, explain(&vima.Error{RetryAfter: time.Hour}), "come back in 1h0m0s")
}
