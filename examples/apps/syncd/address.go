package main

import (
	"regexp"
	"strings"
	"unicode"
)

// Nothing that is printed has the address, the user or the password of the
// database: -db is refused without a word of it where it is neither a URL nor a
// path, and the driver's texts are cut.

const databaseRule = "-db must be a URL that begins with postgres://, or the path of a file with letters, digits, spaces and / \\ . - _ ~ + , # ( ) only"

func isPostgres(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// isPath reports whether a text is plainly a path. Paths that are not have the
// characters of a URL, of key=value pairs, or of quotes around either.
func isPath(text string) bool {
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

// withoutAddress is the text of an error without what says where the database is.
func withoutAddress(text string) string {
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

var (
	quoted    = regexp.MustCompile(` "(\\.|[^"\\])*"`)
	undefined = regexp.MustCompile(`(?s)(flag provided but not defined|bad flag syntax): .*`)
)

// withoutValues is the text of a fault of package flag without what was given:
// the URL of a database may have got behind another flag.
func withoutValues(text string) string {
	return quoted.ReplaceAllString(undefined.ReplaceAllString(text, "$1"), "")
}
