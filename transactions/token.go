package transactions

import (
	"context"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// TokenSource gives bearer tokens. It is asked on every attempt and must be safe
// for concurrent use. rejected is the token that the service has just refused,
// or "": a source that can do so gets another one then. A token that is answered
// with status 401, in the status line or inside a 200, is renewed once, by one call
// for all that wait for it, and the attempt is made once more: an attempt takes two
// requests at most. A source may go on giving a token that was refused: what came
// in place of that token is sent at once. An error ends the call without a retry.
type TokenSource interface {
	Token(ctx context.Context, rejected string) (string, error)
}

// StaticToken is a source of one token that is never renewed, without the word
// Bearer. Printing it shows no token.
func StaticToken(token string) TokenSource {
	return staticToken{func() string { return token }}
}

// staticToken keeps its secret in a closure, where no verb of fmt reaches it.
type staticToken struct{ transport.StaticToken }

func (t staticToken) faults() []string {
	other := func(r rune) bool { return r <= ' ' || r > '~' }
	switch token := t.StaticToken(); {
	case token == "":
		return []string{"StaticToken: must not be empty"}
	case strings.ContainsFunc(token, other): // the end of a file's line, or "Bearer " in front
		return []string{"StaticToken: must be printable ASCII without blanks"}
	}
	return nil
}
