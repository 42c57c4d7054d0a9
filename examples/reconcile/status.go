package main

import (
	"fmt"
	"maps"
	"strings"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/vima"
)

// classes are what statuses come to. Case, and blanks around them, mean nothing.
type classes struct {
	said  map[string]class           // in plain words, and before what a package means
	means func(status string) string // what a client package says of a status; nil is nothing
}

func (c classes) of(status string) (class, bool) {
	status = plainStatus(status)
	if found, known := c.said[status]; known || c.means == nil {
		return found, known
	}
	switch c.means(status) {
	case string(vima.StatusClassSucceeded):
		return success, true
	case string(vima.StatusClassFailed):
		return failed, true
	case string(vima.StatusClassPending):
		return pending, true
	}
	return "", false
}

// with are c and those that text adds to or puts in the place of it:
// "SETTLED=success,REVERSED=failed".
func (c classes) with(flag, text string) (classes, error) {
	all := classes{said: map[string]class{}, means: c.means}
	maps.Copy(all.said, c.said)
	for pair := range strings.SplitSeq(text, ",") {
		if text == "" {
			break
		}
		status, to, ok := strings.Cut(pair, "=")
		into := class(strings.TrimSpace(to))
		if !ok || plainStatus(status) == "" || into != success && into != failed && into != pending {
			return classes{}, fmt.Errorf("%w: %s must be pairs such as SETTLED=success,REVERSED=failed, of success, failed or pending", errUsage, flag)
		}
		all.said[plainStatus(status)] = into
	}
	return all, nil
}

func plainStatus(status string) string { return strings.ToLower(strings.TrimSpace(status)) }

// vimaClasses are those of vima.Status.Class.
func vimaClasses() classes {
	return classes{means: func(status string) string { return string(vima.Status(status).Class()) }}
}

// fileClasses are words that an export may use. Which ones PayShack does is
// Unverified; what is none of these is told, and not guessed.
func fileClasses() classes {
	all := classes{said: map[string]class{}}
	for class, words := range map[class][]string{
		success: {"success", "successful", "succeeded", "paid", "completed", "complete", "approved"},
		failed:  {"failed", "fail", "failure", "declined", "rejected", "cancelled", "canceled", "expired", "error"},
		pending: {"pending", "in_process", "in process", "processing", "in_progress", "initiated", "created", "user_input_required"},
	} {
		for _, word := range words {
			all.said[word] = class
		}
	}
	return all
}

// ecommpayClasses are those of ecommpay.OperationStatus.Class. That the service's own
// "unknown" is on its way is Unverified; it is final for nobody.
func ecommpayClasses() classes {
	return classes{
		said:  map[string]class{string(ecommpay.StatusUnknown): pending},
		means: func(status string) string { return string(ecommpay.OperationStatus(status).Class()) },
	}
}
