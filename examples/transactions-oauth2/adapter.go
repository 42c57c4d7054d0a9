package main

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"

	"github.com/payclients/payclients-go/transactions"
)

// fromOAuth2 makes a source of tokens for package transactions from sources of
// golang.org/x/oauth2. Those keep a token until its end by their own clock, and
// cannot be told that it was refused before: open makes another source then. It
// is given nil at first, and then a token that has nothing but the refresh token
// of the one that was refused, for flows that have one: a source that was given
// more could take the refused token for a good one.
//
//	fromOAuth2(func(refresh *oauth2.Token) oauth2.TokenSource {
//		return config.TokenSource(ctx, cmp.Or(refresh, stored))
//	})
//
// Many calls at a time wait for one token, each as long as its context lets it,
// and share its error if there is none. The request for a token has the context and the client that open gives its
// source: a client with a Timeout keeps it from hanging.
func fromOAuth2(open func(refresh *oauth2.Token) oauth2.TokenSource) transactions.TokenSource {
	return &adapter{open: open, turn: make(chan struct{}, 1)}
}

// adapter has no printable field that holds a token: its sources are behind
// functions.
type adapter struct {
	open  func(*oauth2.Token) oauth2.TokenSource
	turn  chan struct{} // a lock that a context can give up on
	token func() (*oauth2.Token, error)
	valid func(rejected string) (string, bool) // the last token while it is valid; nil before the first

	failures atomic.Int64
	failure  error // the last one
}

// Token gives the token that the source has or gets, and one of another source
// where that is the rejected one.
func (a *adapter) Token(ctx context.Context, rejected string) (string, error) {
	failures := a.failures.Load()
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if a.failures.Load() != failures {
		return "", a.failure // asked for in vain while this one waited
	}
	if a.token == nil {
		a.token = a.open(nil).Token
	}
	token, err := a.token()
	if err == nil && token.AccessToken == rejected {
		a.valid = nil
		a.token = a.open(&oauth2.Token{RefreshToken: token.RefreshToken}).Token
		token, err = a.token()
	}
	if err != nil {
		// Sources ask for the next token ahead of the end of the last one.
		if a.valid != nil {
			if last, ok := a.valid(rejected); ok {
				return last, nil
			}
		}
		a.failure = err
		a.failures.Add(1)
		return "", err
	}
	a.valid = func(rejected string) (string, bool) {
		return token.AccessToken, token.AccessToken != rejected && time.Now().Before(token.Expiry)
	}
	return token.AccessToken, nil
}
