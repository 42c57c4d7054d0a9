// Package sqldb is what the packages that write to SQL share below their tables:
// the two dialects with their clocks, placeholders and values, and migrations.
// Migrations check the tables before they write, run in several processes at
// once, and refuse tables that they cannot write to.
package sqldb
