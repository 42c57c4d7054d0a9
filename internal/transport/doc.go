// Package transport is the one place where a request is sent. A call goes down
// through these layers, and its answer comes back up through them:
//
//	Client.Do            one call: the retry loop of go-retryablehttp
//	http.Client          the caller's, copied; follows no redirect
//	finisher             one attempt: rate limit, deadline, whole body, verdict, record;
//	                     once more where better credentials are at hand
//	caller's middleware  sees every attempt and no secret
//	authorizing          credentials on a private copy, for the base URL's host only,
//	                     and out of sight of traces
//	caller's transport   the wire, or the one that all clients share
//
// What may be repeated is said by the operation's [Kind], never by its method.
package transport
