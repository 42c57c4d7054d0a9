package main

import (
	"context"

	"golang.org/x/oauth2"

	"github.com/payclients/payclients-go/transactions"
)

// fromOAuth2 makes a source of tokens for package transactions from sources of
// golang.org/x/oauth2. Those keep a token until its end by their own clock, and
// cannot be told that it was refused before: open makes another source then. It
// is given the token that was refused, or nil at first, which has the refresh
// token that some flows need.
//
// Many calls at a time wait for one token, each as long as its context lets it.
// The request for a token has the context and the client that open gives its
// source: a client with a Timeout keeps it from hanging.
func fromOAuth2(open func(refused *oauth2.Token) oauth2.TokenSource) transactions.TokenSource {
	return &adapter{open: open, turn: make(chan struct{}, 1)}
}

// adapter has no printable field that holds a token: its sources are behind
// functions.
type adapter struct {
	open  func(*oauth2.Token) oauth2.TokenSource
	turn  chan struct{} // a lock that a context can give up on
	token func() (*oauth2.Token, error)
}

// Token gives the token that the source has or gets, and one of another source
// where that is the rejected one.
func (a *adapter) Token(ctx context.Context, rejected string) (string, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if a.token == nil {
		a.token = a.open(nil).Token
	}
	token, err := a.token()
	if err == nil && token.AccessToken == rejected {
		a.token = a.open(token).Token
		token, err = a.token()
	}
	if err != nil {
		return "", err
	}
	return token.AccessToken, nil
}
