package transactions

import "github.com/govalues/decimal"

// Major turns minor units into an amount: 12345 is 123.45 with 2 digits and 12345
// with none. digits are the caller's, since no field of a transaction tells them
// for sure; they are 0 to 19. The amount keeps all of them: 100 is 1.00.
//
// It panics on other digits, which are a mistake in the program: any amount
// returned in their place might be booked.
func Major(minor int64, digits int) decimal.Decimal {
	return decimal.MustNew(minor, digits)
}
