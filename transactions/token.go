package transactions

import (
	"context"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// TokenSource returns bearer tokens. The client calls Token before every attempt with
// rejected "", and again after a 401. Token must be safe for concurrent use, and
// should keep its token.
//
// If rejected is "", Token returns the token to use, without the word Bearer. If
// Token returns an error, the call ends without a retry, nothing is sent, and
// errors.Is finds Token's error in the error of the call. An empty token, or a token
// that is not printable ASCII, ends the call in the same way, with an error that
// matches no exported error.
//
// If rejected is not "", the service has just refused this token with 401, in the
// status line or inside a 200. Token should return another token. The client sends
// the attempt once more with the new token: an attempt takes at most two requests. If
// several calls were refused with the same token, the client calls Token once for all
// of them. If Token returns rejected again, an unusable token or an error, the call
// returns the 401, an *Error that matches ErrUnauthorized.
//
// A source may keep returning a refused token for later attempts. The client then
// sends the token that replaced it.
type TokenSource interface {
	Token(ctx context.Context, rejected string) (string, error)
}

// StaticToken returns a source with one token, which is never renewed: if the service
// refuses it with 401, the call returns ErrUnauthorized. Write token without the word
// Bearer. If token is empty, or has spaces, line ends or characters outside ASCII,
// [NewClient] returns ErrInvalidRequest. Printing the source does not show the token.
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
