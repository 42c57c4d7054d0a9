// Package explain says what an error of a provider's client means and what to do
// about it. A program asks about the providers that it calls, after it has looked
// for errors of its own.
package explain

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Class is the kind of an error, for metrics and logs. A program uses the constants only: Other
// if no other constant fits. "" is the Class of a zero Trouble, see [Provider], and not for
// metrics.
type Class string

// The classes of errors.
const (
	Credentials Class = "credentials" // a key, a password or a right is missing or wrong
	Refused     Class = "refused"     // the service understood the request and refused it
	Unavailable Class = "unavailable" // the service is overloaded or broken
	Unreadable  Class = "unreadable"  // the answer, or a row of it, is not what was asked for
	Stalled     Class = "stalled"     // the service does not let a list be read to the end
	Network     Class = "network"     // there was no answer
	Database    Class = "database"    // the database refused, or could not be reached
	Timeout     Class = "timeout"     // the time was over, or the program was interrupted
	Invalid     Class = "invalid"     // a setting is wrong
	Other       Class = "other"       // any other error
)

// Classes returns the ten constants of type Class, in the order of their declaration. The caller
// owns the slice.
func Classes() []Class {
	return []Class{Credentials, Refused, Unavailable, Unreadable, Stalled, Network, Database, Timeout, Invalid, Other}
}

// Trouble is what an error means. A function returns the zero Trouble, with Class and Advice "",
// if the error is not one that it explains.
type Trouble struct {
	Class  Class
	Advice string // what to do about the error, as a sentence
}

// Provider explains an error of a provider's package: it returns the first Trouble of Vima,
// Ecommpay and Transactions, in this order, that is not zero. If err is from none of these
// packages, Provider returns the zero Trouble. err must not be nil.
func Provider(err error) Trouble {
	for _, explain := range []func(error) Trouble{Vima, Ecommpay, Transactions} {
		if t := explain(err); t.Class != "" {
			return t
		}
	}
	return Trouble{}
}

// begins reports whether the text of err begins with pkg, the name of a package, and ": ". All
// errors that the package itself makes have this beginning. err must not be nil.
func begins(err error, pkg string) bool { return strings.HasPrefix(err.Error(), pkg+": ") }

// from reports whether err comes from the package with the name pkg. It returns true if the text
// of err begins with "PKG: ", or contains ": PKG: " after words that a program has put in front,
// such as "after 3 rows". err must not be nil.
func from(err error, pkg string) bool {
	return begins(err, pkg) || strings.Contains(err.Error(), ": "+pkg+": ")
}

// unreachable returns the Trouble of a call that got no answer: the class is Network, and the
// advice is to check the network, a proxy, and the host in variable. variable is the name of the
// environment variable with the URL of the service.
func unreachable(variable string) Trouble {
	return Trouble{Network, "The service could not be reached: check the network, a proxy, and the host in " + variable + "."}
}

// brokenDatabase returns the Trouble of a sync that lost the connection to its database: the
// class is Database, and the advice says that the next pass tries again.
func brokenDatabase() Trouble {
	return Trouble{Database, "The connection to the database broke; the next pass tries again."}
}

// rejects returns the Trouble of rows that a sync could not read: the class is Unreadable, and
// the advice names the table sync_rejects, which has these rows. missing is the table that lacks
// them; the advice names it too.
func rejects(missing string) Trouble {
	return Trouble{Unreadable, "Look at sync_rejects: these rows are not in " + missing + "."}
}

// refused returns the Trouble of an answer with an HTTP status that the caller has no better
// explanation for. The first line that fits decides:
//
//	retryAfter is above 0              Unavailable; the advice has retryAfter
//	status is 429, or at least 500     Unavailable; the advice is to try again later
//	any other status                   Refused; the advice names variable
//
// retryAfter is how long the service asks to wait; 0 means that it does not ask. variable is the
// name of the environment variable with the URL of the service.
func refused(status int, retryAfter time.Duration, variable string) Trouble {
	switch {
	case retryAfter > 0:
		return Trouble{Unavailable, fmt.Sprintf("The service asks to come back in %s.", retryAfter.Round(time.Second))}
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return Trouble{Unavailable, "The service is in trouble; the request has been repeated without success. Try again later."}
	}
	return Trouble{Refused, "The service refused the request: check what is asked for, and " + variable + " for a redirect."}
}
