// Package torture tests what can go wrong between a client and its provider. It
// has one table of operations, one proxy that breaks connections, and tests that
// run every fault against every operation. What must hold follows from the kind
// of an operation and the properties of a fault, so a package adds rows to the
// table and no expectations of its own.
package torture
