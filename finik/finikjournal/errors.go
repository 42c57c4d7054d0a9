package finikjournal

import (
	"errors"
	"fmt"
	"strings"

	"github.com/payclients/payclients-go/internal/sqldb"
)

// The sentinels of this package, for errors.Is. Errors of the database, of a Sealer and of
// OnSettle are wrapped and match their own sentinels.
var (
	// ErrInvalidRequest is bad input, found before any I/O. The text names each field
	// and its rule.
	ErrInvalidRequest = errors.New("finikjournal: invalid request")
	// ErrConflict is an Add of a Reference that the book knows with another content. See
	// [ConflictError].
	ErrConflict = errors.New("finikjournal: the reference has another payout")
	// ErrNotFound is a Reference that the book does not have.
	ErrNotFound = errors.New("finikjournal: no such payout")
	// ErrState is a call that the payout's state does not allow. The text names the
	// state. Nothing was changed.
	ErrState = errors.New("finikjournal: the state does not allow it")
	// ErrBusy is a payout that a process is working on. Repeat the call in a minute;
	// after a kill the process's claim ends by itself, within Params.StepTimeout and a
	// sixth of it.
	ErrBusy = errors.New("finikjournal: a process is working on the payout")
	// ErrStopped ends Run if every account with work left is closed, by Pause or by
	// refusals of the provider. The text names the reason. See Resume.
	ErrStopped = errors.New("finikjournal: every account with work is closed")
	// ErrOtherService is a book that was begun with a client of another base URL.
	ErrOtherService = errors.New("finikjournal: the book belongs to another service")
	// ErrKey is a book that was begun with another digest key, or without one.
	ErrKey = errors.New("finikjournal: the book has another digest key")
	// ErrErased is a Reissue of a payout whose request was erased.
	ErrErased = errors.New("finikjournal: the request was erased")
	// ErrSchema ends Migrate if the database has a table that this package cannot
	// write to. The text names tables, columns and types. Nothing was changed.
	ErrSchema = errors.New("finikjournal: the database has another schema")

	errFenced = errors.New("finikjournal: another process has moved the payout on")
)

// ConflictError names the payouts that Add and AddAll refuse: each Reference is known
// with another account, service, user, recipient or field. It matches ErrConflict.
type ConflictError struct {
	References []string // in ascending order
}

// Error returns a text with up to ten references.
func (e *ConflictError) Error() string {
	names := e.References
	more := ""
	if len(names) > 10 {
		names, more = names[:10], fmt.Sprintf(" and %d more", len(names)-10)
	}
	return ErrConflict.Error() + ": " + strings.Join(names, ", ") + more
}

// Is reports whether target is ErrConflict.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

func invalid(problems ...string) error {
	return fmt.Errorf("%w: %s", ErrInvalidRequest, strings.Join(problems, "; "))
}

// failure adds the name of the package and what failed to an error from the database. It
// returns nil for nil.
func failure(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sqldb.ErrSchema):
		return fmt.Errorf("%w: %s", ErrSchema, strings.TrimPrefix(err.Error(), sqldb.ErrSchema.Error()+": "))
	case strings.HasPrefix(err.Error(), "finikjournal: "):
		return err
	}
	return fmt.Errorf("finikjournal: %s: %w", what, err)
}

// stopped returns ErrStopped with the reasons why gates are closed.
func stopped(gates []Gate) error {
	var why []string
	for _, g := range gates {
		if g.Open {
			continue
		}
		name := "account " + g.Account
		if g.Account == "" {
			name = "the book"
		}
		if g.ClosedBy != "" {
			why = append(why, fmt.Sprintf("%s was paused by %s: %s", name, g.ClosedBy, g.Reason))
		} else {
			why = append(why, fmt.Sprintf("%s: %d refusals, the last with status %d", name, g.Strikes, g.Code))
		}
	}
	return fmt.Errorf("%w: %s", ErrStopped, strings.Join(why, "; "))
}
