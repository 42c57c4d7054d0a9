package sqldb

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// migration is a file of SQL. Its annotations are those of goose, so that a text can
// be run by either.
type migration struct {
	name       string
	statements []string
}

// migrations are the files of a folder in the order of their names.
func migrations(of fs.FS) ([]migration, error) {
	names, err := fs.Glob(of, "*.sql")
	if err != nil {
		return nil, err
	}
	var all []migration
	for _, name := range names {
		text, err := fs.ReadFile(of, name)
		if err != nil {
			return nil, err
		}
		all = append(all, migration{name, statements(string(text))})
	}
	return all, nil
}

// indexes reports whether the file makes indexes, which is done outside of the
// transaction of the others.
func (m migration) indexes() bool { return strings.HasSuffix(m.name, "_indexes.sql") }

// blocking is the migration with statements that a transaction may hold.
func (m migration) blocking() migration {
	m.statements = slices.Clone(m.statements)
	for i := range m.statements {
		m.statements[i] = blocking(m.statements[i])
	}
	return m
}

// blocking is the statement for an index without CONCURRENTLY.
func blocking(statement string) string {
	return strings.Replace(statement, " INDEX CONCURRENTLY ", " INDEX ", 1)
}

var block = regexp.MustCompile(`(?s)-- \+goose StatementBegin\n(.*?)\n-- \+goose StatementEnd\n`)

// statements are those of a file: a driver may take one at a time only. What stands
// between StatementBegin and StatementEnd is one.
func statements(text string) []string {
	var all []string
	for text != "" {
		rest, one := "", ""
		if at := block.FindStringSubmatchIndex(text); at != nil {
			text, one, rest = text[:at[0]], text[at[2]:at[3]], text[at[1]:]
		}
		for statement := range strings.SplitSeq(text, ";\n") {
			for strings.HasPrefix(statement, "--") { // an annotation
				_, statement, _ = strings.Cut(statement, "\n")
			}
			if statement = strings.TrimSpace(statement); statement != "" {
				all = append(all, statement)
			}
		}
		if one != "" {
			all = append(all, one)
		}
		text = rest
	}
	return all
}
