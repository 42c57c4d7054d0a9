package transactions

import (
	"context"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// TokenSource returns bearer tokens. The client calls Token before every attempt,
// so an implementation must be safe for concurrent use, and should keep its token.
//
// With rejected "", Token returns the token to use, without the word Bearer. An
// error, an empty token or a token that is not printable ASCII ends the call
// without a retry, and nothing is sent.
//
// With rejected not "", the service has just refused that token with 401, in the
// status line or inside a 200. Token should then return another token, and the
// client sends the attempt once more with it: an attempt takes at most two
// requests. If several calls wait, the client calls Token once for all of them. If
// Token returns the same token again, an unusable token or an error, the 401 is the
// result. A source may also keep returning a refused token for later attempts: the
// client then sends the token that replaced it.
type TokenSource interface {
	Token(ctx context.Context, rejected string) (string, error)
}

// StaticToken returns a source that always returns token, which is never renewed.
// Write token without the word Bearer. If token is empty, or has spaces, line ends
// or characters outside ASCII, [NewClient] returns ErrInvalidRequest. Printing the
// source does not show the token.
func StaticToken(token string) TokenSource {
	return staticToken{func() string { return token }}
}

// staticToken keeps its secret in a closure, where no verb of fmt reaches it.
type staticToken struct{ transport.StaticToken }

// problems returns what is wrong with the token.
func (t staticToken) problems() []string {
	other := func(r rune) bool { return r <= ' ' || r > '~' }
	switch token := t.StaticToken(); {
	case token == "":
		return []string{"StaticToken: must not be empty"}
	case strings.ContainsFunc(token, other): // for example the newline of a file, or "Bearer " in front
		return []string{"StaticToken: must be printable ASCII without spaces"}
	}
	return nil
}
