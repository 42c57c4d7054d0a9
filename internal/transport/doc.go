// Package transport is the one place where requests are sent. A call passes down
// these layers, and its answer comes back up:
//
//	Client.Do            one call: the retry loop of go-retryablehttp
//	http.Client          the caller's, copied; follows no redirect
//	finisher             one attempt: rate limit, deadline, whole body, verdict, record;
//	                     once more if Renew has better credentials
//	caller's middleware  sees every attempt and no secret
//	authorizing          credentials on a private copy, for the base URL's host only,
//	                     and out of sight of traces
//	caller's transport   the network, or the transport that all clients share
//
// Whether a call may be repeated depends on its [Kind], never on its HTTP method.
package transport
