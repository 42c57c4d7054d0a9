package main

import (
	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/vima"
)

// classes are what statuses come to.
type classes = words[class]

// allClasses are the classes in the order in which a user reads them.
func allClasses() []class { return []class{success, failed, pending} }

// vimaClasses are those of vima.Status.Class.
func vimaClasses() classes {
	return classes{means: func(status string) (class, bool) { return classOf(string(vima.Status(status).Class())) }}
}

// fileClasses are words that an export may use. Which ones PayShack does is
// Unverified; what is none of these is told, and not guessed.
func fileClasses() classes {
	return newWords(map[class][]string{
		success: {"success", "successful", "succeeded", "paid", "completed", "complete", "approved"},
		failed:  {"failed", "fail", "failure", "declined", "rejected", "cancelled", "canceled", "expired", "error"},
		pending: {"pending", "in_process", "in process", "processing", "in_progress", "initiated", "created", "user_input_required"},
	})
}

// ecommpayClasses are those of ecommpay.OperationStatus.Class. That the service's own
// "unknown" is on its way is Unverified; it is final for nobody.
func ecommpayClasses() classes {
	all := newWords(map[class][]string{pending: {string(ecommpay.StatusUnknown)}})
	all.means = func(status string) (class, bool) {
		return classOf(string(ecommpay.OperationStatus(status).Class()))
	}
	return all
}

// classOf is the class of a client package.
func classOf(name string) (class, bool) {
	switch name {
	case string(vima.StatusClassSucceeded):
		return success, true
	case string(vima.StatusClassFailed):
		return failed, true
	case string(vima.StatusClassPending):
		return pending, true
	}
	return "", false
}
