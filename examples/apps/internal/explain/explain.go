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

// Class is the kind of an error, for metrics and logs. The constants are complete; "" means that
// the kind is not known.
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

// Trouble is what an error means. The zero value means that nothing is known.
type Trouble struct {
	Class  Class
	Advice string // what to do about the error, as a sentence
}

// Provider returns what err means: the first result of Vima, Ecommpay and Transactions, in this
// order, that is not zero. It returns the zero Trouble if err is from none of these providers.
// err must not be nil.
func Provider(err error) Trouble {
	for _, explain := range []func(error) Trouble{Vima, Ecommpay, Transactions} {
		if t := explain(err); t.Class != "" {
			return t
		}
	}
	return Trouble{}
}

// begins reports whether the text of err begins with pkg, the name of a package, and ": ". Every
// error that the package makes begins with these characters. err must not be nil.
func begins(err error, pkg string) bool { return strings.HasPrefix(err.Error(), pkg+": ") }

// from reports whether err comes from the package that pkg names. The text of err then begins with
// pkg and ": ". If a program has put words such as "after 3 rows: " in front, the text has ": ",
// pkg and ": " further on. err must not be nil.
func from(err error, pkg string) bool {
	return begins(err, pkg) || strings.Contains(err.Error(), ": "+pkg+": ")
}

// unreachable returns the Trouble, of class Network, of a call that got no answer. variable is
// the environment variable with the URL of the service; the advice names it.
func unreachable(variable string) Trouble {
	return Trouble{Network, "The service could not be reached: check the network, a proxy, and the host in " + variable + "."}
}

// brokenDatabase returns the Trouble, of class Database, of a sync that lost the connection to
// its database.
func brokenDatabase() Trouble {
	return Trouble{Database, "The connection to the database broke; the next pass tries again."}
}

// rejects returns the Trouble, of class Unreadable, of rows that a sync could not read. table is
// the table that lacks these rows.
func rejects(table string) Trouble {
	return Trouble{Unreadable, "Look at sync_rejects: these rows are not in " + table + "."}
}

// refused returns the Trouble of an HTTP status that has no case of its own. The class is
// Unavailable if retryAfter is above 0, or if status is 429 or at least 500. For any other
// status the class is Refused, and the advice names variable, the environment variable with the
// URL of the service. retryAfter is how long the service asks to wait; 0 means that it does not
// ask.
func refused(status int, retryAfter time.Duration, variable string) Trouble {
	switch {
	case retryAfter > 0:
		return Trouble{Unavailable, fmt.Sprintf("The service asks to come back in %s.", retryAfter.Round(time.Second))}
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return Trouble{Unavailable, "The service is in trouble; the request has been repeated without success. Try again later."}
	}
	return Trouble{Refused, "The service refused the request: check what is asked for, and " + variable + " for a redirect."}
}
