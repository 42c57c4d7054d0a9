// Package address reads the value of a flag that names a database, and keeps the
// address, the user and the password of the database out of what is printed.
package address

import (
	"regexp"
	"strings"
	"unicode"
)

// Rule says what -db takes.
const Rule = "-db must be a URL that begins with postgres://, or the path of a file with letters, digits, spaces and / \\ . - _ ~ + , # ( ) only"

// IsPostgres reports whether a text begins as the URL of a PostgreSQL database.
func IsPostgres(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// IsPath reports whether a text is plainly the path of a file. Any other text may be
// a URL, key=value pairs, or quotes around either, and hold a password.
func IsPath(text string) bool {
	if strings.TrimSpace(text) != text || text == "" {
		return false
	}
	if len(text) > 2 && unicode.IsLetter(rune(text[0])) && text[1] == ':' && (text[2] == '\\' || text[2] == '/') {
		text = text[2:] // behind a drive's letter
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N) && !strings.ContainsRune(`/\.-_~+,#() `, r)
	})
}

var (
	unconnected = regexp.MustCompile("(?s)failed to connect to `.*")
	broken      = regexp.MustCompile(`\b(read|write) (tcp|unix)[46]? \S+: `)
	sqlState    = regexp.MustCompile(`SQLSTATE [0-9A-Z]{5}`)
)

// reasons are what the driver's texts say of a connection that was not made.
var reasons = []string{
	"password authentication failed", "connection refused", "no such host", "certificate", "server refused TLS connection",
	"no route to host", "network is unreachable", "connection reset", "deadline exceeded", "timeout", "unexpected EOF",
}

// Redact returns the text of a driver's error without the address, the user and the
// name of the database.
func Redact(text string) string {
	text = unconnected.ReplaceAllStringFunc(text, func(words string) string {
		short := "failed to connect to the database"
		for _, reason := range reasons {
			if strings.Contains(words, reason) {
				short += ": " + reason
				break
			}
		}
		if state := sqlState.FindString(words); state != "" {
			short += " (" + state + ")"
		}
		return short
	})
	return broken.ReplaceAllString(text, "$1 $2: ")
}
