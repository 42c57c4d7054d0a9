// Package address reads the value of a flag that names a database, and keeps the
// address, the user and the password of the database out of what is printed.
package address

import (
	"regexp"
	"strings"
	"unicode"
)

// Rule is the text of the error that programs return for a value of -db if both IsPostgres and
// IsPath return false for the value.
const Rule = "-db must be a URL that begins with postgres://, or the path of a file with letters, digits, spaces and / \\ . - _ ~ + , # ( ) only"

// IsPostgres reports whether value begins with "postgres://" or "postgresql://", in small
// letters. It does not check the rest of value.
func IsPostgres(value string) bool {
	return strings.HasPrefix(value, "postgres://") || strings.HasPrefix(value, "postgresql://")
}

// IsPath reports whether text can only be the path of a file. It returns false for a URL and for
// key=value pairs, which may hold a password. The file need not exist. IsPath returns true if all
// characters are letters and digits of any alphabet, spaces and / \ . - _ ~ + , # ( ). A drive such
// as C:\ or C:/ may come first. IsPath returns false for any other character, for "", and for text
// that begins or ends with whitespace.
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

// What Redact looks for in the error of a driver.
var (
	unconnected = regexp.MustCompile("(?s)failed to connect to `.*")         // holds user, host and name of the database
	broken      = regexp.MustCompile(`\b(read|write) (tcp|unix)[46]? \S+: `) // holds the addresses of both ends
	sqlState    = regexp.MustCompile(`SQLSTATE [0-9A-Z]{5}`)                 // may stay in the text
)

// reasons are the words about a failed connection that Redact keeps. Redact keeps one: the first
// of this list that the error of the driver contains.
var reasons = []string{
	"password authentication failed", "connection refused", "no such host", "certificate", "server refused TLS connection",
	"no route to host", "network is unreachable", "connection reset", "deadline exceeded", "timeout", "unexpected EOF",
}

// Redact returns text, the error of a database driver, without the address, the user and the name
// of the database. It makes two changes:
//
//   - It replaces "failed to connect to `" and all that follows by "failed to connect to the
//     database". Redact keeps two details of the replaced part: a known reason, such as "connection
//     refused" or "timeout", and the first SQLSTATE, for example ": timeout (SQLSTATE 57014)". If
//     the replaced part contains several known reasons, Redact keeps the one that is first in the
//     variable reasons.
//   - It removes the two addresses after "read tcp", "write tcp", "read unix" and "write unix".
//
// Redact returns any other text unchanged, also "".
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
