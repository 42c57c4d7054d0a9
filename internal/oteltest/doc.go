// Package oteltest tries the clients with OpenTelemetry's middleware for
// net/http, in a module of its own because of what that depends on.
package oteltest
