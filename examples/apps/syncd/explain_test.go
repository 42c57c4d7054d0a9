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
	"github.com/payclients/payclients-go/examples/apps/internal/explain"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

func TestErrorsAreExplained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err   error
		class explain.Class
		code  int
	}{
		{cli.ErrUsage, explain.Invalid, 2},
		{context.Canceled, explain.Timeout, 130},
		{context.DeadlineExceeded, explain.Timeout, 1},
		{&pgconn.PgError{Code: "42P01"}, explain.Database, 1},
		{fmt.Errorf("vimasync: stream %q: %w", "default", io.EOF), explain.Database, 1},
		{fmt.Errorf("vima: ListOperations: %w", io.EOF), explain.Network, 1},
		{vima.ErrInvalidRequest, explain.Invalid, 2},
		{vimasync.ErrInvalidRequest, explain.Invalid, 2},
		{vima.ErrUnauthorized, explain.Credentials, 1},
		{&vima.Error{StatusCode: 403}, explain.Credentials, 1},
		{&vima.Error{StatusCode: 404}, explain.Refused, 1},
		{&vima.Error{StatusCode: 302}, explain.Refused, 1},
		{&vima.Error{StatusCode: 503}, explain.Unavailable, 1},
		{&vima.Error{StatusCode: 429, RetryAfter: time.Hour}, explain.Unavailable, 1},
		{&vima.DecodeError{}, explain.Unreadable, 1},
		{vimasync.ErrRejected, explain.Unreadable, 1},
		{vima.ErrPaginationStalled, explain.Stalled, 1},
		{fmt.Errorf("ecommpaysync: stream %q: %w", "default", io.EOF), explain.Database, 1},
		{fmt.Errorf("ecommpay: ListOperations: %w", io.EOF), explain.Network, 1},
		{ecommpay.ErrInvalidRequest, explain.Invalid, 2},
		{ecommpaysync.ErrInvalidRequest, explain.Invalid, 2},
		{ecommpay.ErrBadSignature, explain.Unreadable, 1},
		{&ecommpay.Error{StatusCode: 401}, explain.Credentials, 1},
		{&ecommpay.Error{StatusCode: 404}, explain.Refused, 1},
		{&ecommpay.Error{StatusCode: 302}, explain.Refused, 1},
		{&ecommpay.Error{StatusCode: 500}, explain.Unavailable, 1},
		{&ecommpay.DecodeError{}, explain.Unreadable, 1},
		{ecommpaysync.ErrRejected, explain.Unreadable, 1},
		{ecommpay.ErrPaginationStalled, explain.Stalled, 1},
		{fmt.Errorf("transactionssync: stream %q: %w", "default", io.EOF), explain.Database, 1},
		{fmt.Errorf("transactions: ListTransactions: %w", io.EOF), explain.Network, 1},
		{transactions.ErrInvalidRequest, explain.Invalid, 2},
		{transactionssync.ErrInvalidRequest, explain.Invalid, 2},
		{&transactions.Error{StatusCode: 401}, explain.Credentials, 1},
		{&transactions.Error{StatusCode: 403}, explain.Credentials, 1},
		{&transactions.Error{StatusCode: 404}, explain.Refused, 1},
		{&transactions.Error{StatusCode: 400}, explain.Refused, 1},
		{&transactions.Error{StatusCode: 502}, explain.Unavailable, 1},
		{&transactions.DecodeError{}, explain.Unreadable, 1},
		{transactionssync.ErrRejected, explain.Unreadable, 1},
		{transactions.ErrPaginationStalled, explain.Stalled, 1},
		{transactions.ErrFilterIgnored, explain.Stalled, 1},
	} {
		got := diagnose(c.err)
		assert.Equal(t, c.class, got.Class, "%v", c.err)
		assert.NotEmpty(t, got.Advice, "%v", c.err)
		assert.Contains(t, explain.Classes(), got.Class)
		assert.Equal(t, c.code, program().ExitCode(c.err), "%v", c.err)
		assert.Contains(t, program().Explain(c.err), "\n  "+got.Advice)
	}
	assert.Equal(t, explain.Other, diagnose(errors.New("x")).Class)
	assert.Equal(t, "x", program().Explain(errors.New("x")))
	assert.Zero(t, program().ExitCode(nil))
	assert.Contains(t, program().Explain(&vima.Error{RetryAfter: time.Hour}), "come back in 1h0m0s")
}
