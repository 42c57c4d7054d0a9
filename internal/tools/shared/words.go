package main

// Words are what the shared declarations of one package say in words of its own.
type Words struct {
	Name   string // of the package
	Client Client
	Fake   Fake
	Sync   *Sync    // nil where there is no sync
	SQL    string   // the package that writes to SQL; "" where there is none
	Fields []Field  // that a filter has; nil where there is no filter
	Hidden []Hidden // types that keep a secret
}

// The packages, each with its tables of words.
var words = []*Words{
	{Name: "vima", Client: clients["vima"], Hidden: hidden["vima"], Fake: fakes["vima"], Sync: syncs["vima"], SQL: "vimasync"},
	{Name: "ecommpay", Client: clients["ecommpay"], Hidden: hidden["ecommpay"], Fake: fakes["ecommpay"], Sync: syncs["ecommpay"], SQL: "ecommpaysync"},
	{Name: "wallet", Client: clients["wallet"], Hidden: hidden["wallet"], Fake: fakes["wallet"], Sync: syncs["wallet"]},
	{Name: "finik", Client: clients["finik"], Hidden: hidden["finik"], Fake: fakes["finik"], Sync: syncs["finik"], SQL: "finikjournal"},
	{Name: "transactions", Client: clients["transactions"], Hidden: hidden["transactions"], Fake: fakes["transactions"], Sync: syncs["transactions"], SQL: "transactionssync", Fields: filterFields},
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
	}
	return "", false
}
