package explain

import (
	"errors"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// Vima explains an error of package vima or vimasync: the result has a class, and an advice with
// the names of VIMA_ variables, not their values. It returns the zero Trouble for any other
// error. err must not be nil.
func Vima(err error) Trouble {
	var refusal *vima.Error
	var unreadable *vima.DecodeError
	switch {
	case errors.Is(err, vima.ErrUnauthorized), errors.Is(err, vima.ErrForbidden):
		return Trouble{Credentials, "Check VIMA_API_KEY, or VIMA_USERNAME and VIMA_PASSWORD, and from which addresses they are let in."}
	case errors.Is(err, vima.ErrNotFound):
		return Trouble{Refused, "VIMA_URL must be the whole URL of the operation list, as " + vima.ProductionURL}
	case errors.Is(err, vima.ErrInvalidRequest):
		return Trouble{Invalid, "VIMA_URL must be a URL with https, as " + vima.ProductionURL}
	case errors.Is(err, vimasync.ErrInvalidRequest):
		return Trouble{Invalid, "A stream keeps the VIMA_PROJECT and the -vima-from that it was begun with, and -vima-from must not be after today: use another database for others."}
	case errors.Is(err, vima.ErrPaginationStalled):
		return Trouble{Stalled, "The newest operation has no cursor, or the collector ignores cursors: report it to the support of the collector."}
	case errors.As(err, &refusal):
		return refused(refusal.StatusCode, refusal.RetryAfter, "VIMA_URL")
	case errors.As(err, &unreadable), errors.Is(err, vima.ErrResponseTooLarge):
		return Trouble{Unreadable, "The answer is not a list of operations: check VIMA_URL, and whether a proxy answers in its place."}
	case errors.Is(err, vimasync.ErrRejected):
		return rejects("vima_operations")
	case begins(err, "vimasync"):
		return brokenDatabase()
	case from(err, "vima"):
		return unreachable("VIMA_URL")
	}
	return Trouble{}
}

// Ecommpay explains an error of package ecommpay or ecommpaysync: the result has a class, and an
// advice with the names of ECOMMPAY_ variables, not their values. It returns the zero Trouble for
// any other error. err must not be nil.
func Ecommpay(err error) Trouble {
	var refusal *ecommpay.Error
	var unreadable *ecommpay.DecodeError
	switch {
	case errors.Is(err, ecommpay.ErrUnauthorized):
		return Trouble{Credentials, "Check ECOMMPAY_TOKEN and ECOMMPAY_SECRET, which must be of one issue and the newest one, and that the token reaches the projects."}
	case errors.Is(err, ecommpay.ErrForbidden):
		return Trouble{Credentials, "The account of the token has no rights to this section: ask for the role in the Dashboard."}
	case errors.Is(err, ecommpay.ErrBadSignature):
		return Trouble{Unreadable, "Do not use the data: the answer is not signed with ECOMMPAY_SECRET. Check the secret, and whether a proxy changes answers."}
	case errors.Is(err, ecommpay.ErrNotFound):
		return Trouble{Refused, "ECOMMPAY_URL must be the base URL, as " + ecommpay.ProductionURL}
	case errors.Is(err, ecommpay.ErrInvalidRequest):
		return Trouble{Invalid, "Check ECOMMPAY_URL (a URL with https, as " + ecommpay.ProductionURL + "), ECOMMPAY_TOKEN and ECOMMPAY_SECRET."}
	case errors.Is(err, ecommpaysync.ErrInvalidRequest):
		return Trouble{Invalid, "A stream keeps the ECOMMPAY_PROJECTS and the ECOMMPAY_FROM that it was begun with: use another database for others."}
	case errors.Is(err, ecommpay.ErrPaginationStalled):
		return Trouble{Stalled, "The rows move faster than they can be read: ask for an interval that is over, or try again later."}
	case errors.As(err, &refusal):
		return refused(refusal.StatusCode, refusal.RetryAfter, "ECOMMPAY_URL")
	case errors.As(err, &unreadable), errors.Is(err, ecommpay.ErrResponseTooLarge):
		return Trouble{Unreadable, "The answer is not from the Data API: check ECOMMPAY_URL, and whether a proxy answers in its place."}
	case errors.Is(err, ecommpaysync.ErrRejected):
		return rejects("ecommpay_operations")
	case begins(err, "ecommpaysync"):
		return brokenDatabase()
	case from(err, "ecommpay"):
		return unreachable("ECOMMPAY_URL")
	}
	return Trouble{}
}

// Transactions explains an error of package transactions or transactionssync: the result has a
// class, and an advice with the names of TRANSACTIONS_ variables, not their values. It returns
// the zero Trouble for any other error. err must not be nil.
func Transactions(err error) Trouble {
	var refusal *transactions.Error
	var unreadable *transactions.DecodeError
	switch {
	case errors.Is(err, transactions.ErrUnauthorized):
		return Trouble{Credentials, "Check TRANSACTIONS_USERNAME and TRANSACTIONS_PASSWORD, or the age of TRANSACTIONS_TOKEN."}
	case errors.Is(err, transactions.ErrForbidden):
		return Trouble{Credentials, "The user has no rights to transactions: ask the administrator of the service."}
	case errors.Is(err, transactions.ErrNotFound):
		return Trouble{Refused, "TRANSACTIONS_URL must be a base URL without /api."}
	case errors.Is(err, transactions.ErrInvalidRequest):
		return Trouble{Invalid, "TRANSACTIONS_URL must be a base URL with https and without /api."}
	case errors.Is(err, transactionssync.ErrInvalidRequest):
		return Trouble{Invalid, "A stream keeps the TRANSACTIONS_FROM that it was begun with: use another database for an earlier one."}
	case errors.Is(err, transactions.ErrFilterIgnored), errors.Is(err, transactions.ErrPaginationStalled):
		return Trouble{Stalled, "The service does not filter or sort as it was asked to, without which a list cannot be read: report it to its administrator."}
	case errors.As(err, &refusal):
		return refused(refusal.StatusCode, refusal.RetryAfter, "TRANSACTIONS_URL")
	case errors.As(err, &unreadable), errors.Is(err, transactions.ErrResponseTooLarge):
		return Trouble{Unreadable, "The answer holds no transactions: check TRANSACTIONS_URL, and whether a proxy answers in its place."}
	case errors.Is(err, transactionssync.ErrRejected):
		return rejects("transactions_transactions")
	case begins(err, "transactionssync"):
		return brokenDatabase()
	case from(err, "transactions"):
		return unreachable("TRANSACTIONS_URL")
	}
	return Trouble{}
}
