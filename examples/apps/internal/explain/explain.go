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

// Class is what went wrong, of a few, for metrics and logs.
type Class string

// The classes of errors.
const (
	Credentials Class = "credentials" // a key, a password or a right is missing or wrong
	Refused     Class = "refused"     // the service understood the request and refused it
	Unavailable Class = "unavailable" // the service is overloaded or broken
	Unreadable  Class = "unreadable"  // the answer, or a row of it, is not what was asked for
	Stalled     Class = "stalled"     // a list that cannot be read to its end
	Network     Class = "network"     // there was no answer
	Database    Class = "database"
	Timeout     Class = "timeout"
	Invalid     Class = "invalid" // a setting is wrong
	Other       Class = "other"
)

// Classes returns all classes.
func Classes() []Class {
	return []Class{Credentials, Refused, Unavailable, Unreadable, Stalled, Network, Database, Timeout, Invalid, Other}
}

// Trouble is what an error means. The zero value means that nothing is known.
type Trouble struct {
	Class  Class
	Advice string // what to do about the error
}

// Provider returns what an error of any provider's client or sync means.
func Provider(err error) Trouble {
	for _, explain := range []func(error) Trouble{Vima, Ecommpay, Transactions} {
		if t := explain(err); t.Class != "" {
			return t
		}
	}
	return Trouble{}
}

// begins reports whether the text of an error begins with the name of a package,
// as the texts of all errors of this module do.
func begins(err error, name string) bool { return strings.HasPrefix(err.Error(), name+": ") }

// from reports whether an error comes from a package, also where a program has put
// words in front, such as "after 3 rows: ".
func from(err error, name string) bool {
	return begins(err, name) || strings.Contains(err.Error(), ": "+name+": ")
}

// unreachable is a call that ended without an answer.
func unreachable(variable string) Trouble {
	return Trouble{Network, "The service could not be reached: check the network, a proxy, and the host in " + variable + "."}
}

// brokenDatabase is a store that failed without a word of the database's.
func brokenDatabase() Trouble {
	return Trouble{Database, "The connection to the database broke; the next pass tries again."}
}

func rejects(table string) Trouble {
	return Trouble{Unreadable, "Look at sync_rejects: these rows are not in " + table + "."}
}

// refused is what a status says that is no more special.
func refused(status int, retryAfter time.Duration, variable string) Trouble {
	switch {
	case retryAfter > 0:
		return Trouble{Unavailable, fmt.Sprintf("The service asks to come back in %s.", retryAfter.Round(time.Second))}
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return Trouble{Unavailable, "The service is in trouble; the request has been repeated without success. Try again later."}
	}
	return Trouble{Refused, "The service refused the request: check what is asked for, and " + variable + " for a redirect."}
}
