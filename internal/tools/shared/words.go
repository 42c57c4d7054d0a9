package main

import (
	"embed"
	"strings"
)

// Words are what the shared declarations of one package say in words of its own.
type Words struct {
	Name   string // of the package
	Client Client
	Fake   Fake
	Sync   *Sync    // nil without a sync
	SQL    string   // the package that writes to SQL; "" without one
	Fields []Field  // that a filter has; nil without a filter
	Hidden []Hidden // types that keep a secret

	Example Example
}

// The packages, each with its tables of words.
var words = []*Words{
	{Name: "vima", SQL: "vimasync", Example: examples["vima"], Client: clients["vima"], Hidden: hidden["vima"], Fake: fakes["vima"], Sync: syncs["vima"]},
	{Name: "ecommpay", SQL: "ecommpaysync", Example: examples["ecommpay"], Client: clients["ecommpay"], Hidden: hidden["ecommpay"], Fake: fakes["ecommpay"], Sync: syncs["ecommpay"]},
	{Name: "wallet", Example: examples["wallet"], Client: clients["wallet"], Hidden: hidden["wallet"], Fake: fakes["wallet"], Sync: syncs["wallet"]},
	{Name: "finik", SQL: "finikjournal", Example: examples["finik"], Client: clients["finik"], Hidden: hidden["finik"], Fake: fakes["finik"], Sync: syncs["finik"]},
	{Name: "transactions", SQL: "transactionssync", Example: examples["transactions"], Client: clients["transactions"], Hidden: hidden["transactions"], Fake: fakes["transactions"], Sync: syncs["transactions"], Fields: filterFields},
}

//go:embed programs
var programs embed.FS

// Program returns the program of a package's doc comment as lines of that comment. It
// returns an error for a package without one.
func (w *Words) Program(pkg string) (string, error) {
	source, err := programs.ReadFile("programs/" + pkg + ".txt")
	lines := strings.Split(strings.TrimSpace(string(source)), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight("//\t"+line, "\t")
	}
	return strings.Join(lines, "\n"), err
}

// folder returns where the files of a group of templates belong, and false where
// the package has no such group.
func (w *Words) folder(group string) (string, bool) {
	switch group {
	case "client":
		return w.Name, true
	case "source":
		return w.Name, w.Client.Source != ""
	case "fields":
		return w.Name, w.Fields != nil
	case "fake":
		return w.Name + "/" + w.Name + "test", true
	case "fakepay": // fakes of services that move money
		return w.Name + "/" + w.Name + "test", w.Fake.Events != ""
	case "sql":
		return w.Name + "/" + w.SQL, w.SQL != ""
	case "sync":
		return w.Name + "/" + w.Name + "sync", w.Sync != nil
	case "sqltest":
		return "internal/sqltest", w.Sync != nil
	}
	return "", false
}

// prefix returns what the names of a package's files begin with in a folder that several
// packages share; "" in any other folder.
func (w *Words) prefix(group string) string {
	if group == "sqltest" {
		return w.Name + "_"
	}
	return ""
}
