package sqldb

import (
	"fmt"
	"strings"
)

// holds reports whether a column of a type keeps all values of another, as this
// module writes them: wider is fine, and what rounds, cuts or forgets a zone is not.
func (d Dialect) holds(want, is string) bool {
	if d == SQLite {
		return affinity(is) == affinity(want) || affinity(want) == "integer" && affinity(is) == "numeric"
	}
	switch want {
	case "integer":
		return is == "integer" || is == "bigint" || exact(is, 10, 0)
	case "bigint":
		return is == "bigint" || exact(is, 19, 0)
	case "numeric":
		return exact(is, 19, 19)
	case "timestamptz":
		return is == "timestamp with time zone" || is == "timestamp(6) with time zone"
	case "varchar":
		return is == "text" || strings.HasPrefix(is, "character varying")
	case "text":
		return is == "text" || is == "character varying"
	default:
		return is == want
	}
}

// exact reports whether a numeric type has room for so many digits before and
// behind the point.
func exact(is string, before, behind int) bool {
	if is == "numeric" {
		return true
	}
	var precision, scale int
	if _, err := fmt.Sscanf(is, "numeric(%d,%d)", &precision, &scale); err != nil {
		return false
	}
	return precision-scale >= before && scale >= behind
}

// affinity is how SQLite converts the values of a column with a declared type.
func affinity(declared string) string {
	declared = strings.ToUpper(declared)
	for _, rule := range []struct{ affinity, words string }{
		{"integer", "INT"}, {"text", "CHAR CLOB TEXT"}, {"blob", "BLOB"}, {"real", "REAL FLOA DOUBLE"},
	} {
		for word := range strings.FieldsSeq(rule.words) {
			if strings.Contains(declared, word) {
				return rule.affinity
			}
		}
	}
	if declared == "" {
		return "blob"
	}
	return "numeric"
}
