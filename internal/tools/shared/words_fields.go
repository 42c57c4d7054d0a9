package main

import "strings"

// Field is a field of a transaction that a filter has a condition on.
type Field struct {
	Name string // in Go
	Type string // of the value: text, name, bool, time, or a number
}

// Wire is the name in the service's language.
func (f Field) Wire() string {
	name := strings.ReplaceAll(f.Name, "ID", "Id")
	return strings.ToLower(name[:1]) + name[1:]
}

// Condition is the type of the condition in a filter.
func (f Field) Condition() string {
	switch f.Type {
	case "string":
		return "Text"
	case "Status", "PayType", "bool":
		return "Exact[" + f.Type + "]"
	}
	return "Range[" + f.Type + "]"
}

// Maker is the function that makes the entry of the field.
func (f Field) Maker() string {
	kind, _, _ := strings.Cut(f.Condition(), "[")
	return strings.ToLower(kind) + "Field"
}

// Result is the type of the value of a transaction.
func (f Field) Result() string {
	if f.Type == "string" {
		return "string"
	}
	return "*" + f.Type
}

// Value is the expression of that value; nil is NULL.
func (f Field) Value() string {
	switch {
	case f.Name == "ID":
		return "&t.ID"
	case f.Type == "time.Time":
		return "known(&t." + f.Name + ")"
	case f.Type == "Status" || f.Type == "PayType":
		return "named(&t." + f.Name + ")"
	}
	return "t." + f.Name
}

// The fields in the order of transactions.Filter.
var filterFields = []Field{
	{"ID", "int64"},
	{"Status", "Status"},
	{"PayType", "PayType"},
	{"Date", "time.Time"},
	{"RequestTrID", "string"},
	{"RequestLogin", "string"},
	{"RequestAmount", "int64"},
	{"RequestCcy", "int32"},
	{"SenderAccount", "string"},
	{"SenderServiceID", "int64"},
	{"SenderAmount", "int64"},
	{"SenderCcy", "int32"},
	{"SenderTrID", "string"},
	{"SenderSuccess", "bool"},
	{"SenderDate", "time.Time"},
	{"SenderGateway", "string"},
	{"GatewayAmount", "decimal.Decimal"},
	{"RecipientAccount", "string"},
	{"RecipientServiceID", "int64"},
	{"RecipientAmount", "int64"},
	{"RecipientCcy", "int32"},
	{"RecipientTrID", "string"},
	{"RecipientSuccess", "bool"},
	{"RecipientDate", "time.Time"},
	{"RecipientGateway", "string"},
	{"SystemCommissionUpAmount", "int64"},
	{"SystemCommissionDownAmount", "int64"},
	{"EposMerchant", "string"},
	{"EposTerminal", "string"},
	{"SenderStatus", "string"},
	{"RecipientStatus", "string"},
	{"CreatedBy", "string"},
	{"LastModifiedBy", "string"},
	{"CreatedDate", "time.Time"},
	{"LastModifiedDate", "time.Time"},
	{"SenderBillID", "int64"},
	{"RecipientBillID", "int64"},
	{"RecipientName", "string"},
	{"Category", "string"},
	{"Comment", "string"},
}
