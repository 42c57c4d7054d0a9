// Package oteltest tests the clients with OpenTelemetry's middleware for
// net/http. It is a module of its own because of OpenTelemetry's dependencies.
package oteltest
