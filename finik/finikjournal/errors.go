package finikjournal

import (
	"errors"
	"fmt"
	"strings"

	"github.com/payclients/payclients-go/internal/sqldb"
)

// The sentinels of this package, for errors.Is. Errors of the database, of a Sealer and of the
// function of OnSettle are wrapped and match their own sentinels. "The book" is the name that
// New got, with all payouts under this name.
var (
	// ErrInvalidRequest reports bad input, found before any I/O. The text names each
	// field and its rule. Correct the input.
	ErrInvalidRequest = errors.New("finikjournal: invalid request")
	// ErrConflict reports a Reference that another payout has already. From Add and AddAll:
	// the stored payout has other values. From Reissue: a payout has newReference. The
	// error is a [*ConflictError]. Roll tx back: AddAll has then added none of its payouts.
	// Use another Reference.
	ErrConflict = errors.New("finikjournal: the reference has another payout")
	// ErrNotFound reports a Reference that no payout of the book has.
	ErrNotFound = errors.New("finikjournal: no such payout")
	// ErrState reports that the payout's state does not allow the call. The text names
	// the state. Nothing was changed.
	ErrState = errors.New("finikjournal: the state does not allow it")
	// ErrBusy reports that a process is working on the payout. Nothing was changed.
	// Repeat the call in a minute. If the process was killed, the payout is free after 7/6
	// of Params.StepTimeout at the latest.
	ErrBusy = errors.New("finikjournal: a process is working on the payout")
	// ErrStopped ends Run if no payment is waiting and every account with work left is
	// closed: by Pause, or by refusals of the provider (Params.Trip), even if it opens by
	// itself later. The text names the reason. Run again once the account is open: after
	// Resume, or after Gate.Until.
	ErrStopped = errors.New("finikjournal: every account with work is closed")
	// ErrOtherService reports that Run, RunOnce, Loop, Step or Check got a client whose
	// base URL is not the one of the book's first client. Nothing was sent. Use that base
	// URL, or another book.
	ErrOtherService = errors.New("finikjournal: the book belongs to another service")
	// ErrKey reports, from Add, AddAll and Reissue, that New got another Privacy than when
	// the book was begun: another digest key, or Plain in place of Sealed, or Sealed in
	// place of Plain. Nothing was added. Give New the first Privacy.
	ErrKey = errors.New("finikjournal: the book has another digest key")
	// ErrErased reports a Reissue of a payout whose request Erase has cleared. Add a new
	// Payout instead.
	ErrErased = errors.New("finikjournal: the request was erased")
	// ErrSchema ends Migrate if a table of this package lacks a column, or has a column
	// of another type than this package needs. The text names tables, columns and types.
	// Nothing was changed.
	ErrSchema = errors.New("finikjournal: the database has another schema")

	errFenced = errors.New("finikjournal: another process has moved the payout on")
)

// ConflictError names the payouts that Add and AddAll refuse, because a stored payout has
// the same Reference and another Account, User, Service, Recipient, AmountField or value in
// Fields. From Reissue it names newReference, which a stored payout has. It matches
// ErrConflict.
type ConflictError struct {
	References []string // in ascending order
}

// Error returns one line with the first ten references, and the number of the others, if
// there are more.
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
