// Package torture tries what goes wrong between a client and its provider: one
// table of operations, one proxy that breaks connections, and tests that run
// every fault against every operation. What must hold follows from the kind of
// an operation and the traits of a fault, so that a package adds rows to the
// table and no expectations of its own.
package torture
