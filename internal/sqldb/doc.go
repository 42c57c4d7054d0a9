// Package sqldb is what the packages that write to SQL share below their tables:
// the two dialects with their clocks, placeholders and values, and migrations that
// look before they write, run in any number of processes at once, and refuse tables
// that they cannot write to.
package sqldb
