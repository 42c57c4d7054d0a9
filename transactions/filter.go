package transactions

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/govalues/decimal"
)

// Filter selects the transactions that meet all of its conditions. The zero value
// selects everything. The service silently ignores what it does not know, so a
// misspelt condition would select the whole table; therefore Filter has one typed
// field for each documented name.
//
//	transactions.Filter{
//		Status:        transactions.Exact[transactions.Status]{Equals: new(transactions.StatusSuccess)},
//		Date:          transactions.Day(time.Date(2026, 1, 15, 0, 0, 0, 0, tashkent)),
//		RequestAmount: transactions.Range[int64]{GreaterThan: new(int64(100_000))},
//	}
//
// # What is refused
//
// A call refuses an invalid filter with ErrInvalidRequest before it sends anything.
// The error names every parameter and rule. Refused are conditions on one field of
// which the service would evaluate only some (see [Range], [Exact] and [Text]), empty
// lists, strings that the service would split, trim or read as a pattern, ranges that
// no value meets, and conditions of more than 6144 bytes in all: servers refuse a
// request line and headers of more than 8 KiB, and the token must fit too. Split a
// long list into several filters.
//
// # What is checked
//
// The client compares every transaction of an answer with the filter. One that does
// not meet the filter makes the whole answer fail with [ErrFilterIgnored]. Some
// conditions are not checked, because a correct answer to them may look wrong:
//
//   - NotEquals and NotIn of times and decimals, and DoesNotContain,
//   - NotEquals, NotIn and DoesNotContain of a field that is NULL,
//   - any condition on a field that the answer leaves out,
//   - the names in Unchecked that have no field here.
//
// Strings are compared without regard to case and to spaces at their ends, and only
// if they are printable ASCII without an asterisk: how other strings compare depends
// on the service's database and on masking. A string fails NotEquals and NotIn only
// if it is exactly the same. Times may be outside by less than a second, and decimals
// may differ after their 15th digit, because a database may keep less than was sent.
//
// # What is dropped
//
// The service reads % and _ in Contains as a pattern, and so sends more rows than
// contain the string. The client drops a row that fits the pattern and does not
// contain the string, and keeps a row whose string it cannot judge. So a page may
// have fewer rows than the service sent, or none, before the end of the list;
// pagination goes on and skips pages that are left empty. TransactionPage.Total
// counts the dropped rows too.
//
// # Which service has which field
//
// Each name occurs in the documentation. For the fields from SenderStatus on, one
// part of the documentation has the name and another part lacks it: the comment at
// the field says which. That the service has the fields is Unverified.
//
// Transactions API: GET /api/transactions?field.operation=value
type Filter struct {
	ID      Range[int64]     `url:"id,omitempty"`
	Status  Exact[Status]    `url:"status,omitempty"`
	PayType Exact[PayType]   `url:"payType,omitempty"`
	Date    Range[time.Time] `url:"date,omitempty"`

	RequestTrID   Text         `url:"requestTrId,omitempty"`
	RequestLogin  Text         `url:"requestLogin,omitempty"`
	RequestAmount Range[int64] `url:"requestAmount,omitempty"` // minor units
	RequestCcy    Range[int32] `url:"requestCcy,omitempty"`    // numeric ISO 4217 code

	SenderAccount   Text             `url:"senderAccount,omitempty"`
	SenderServiceID Range[int64]     `url:"senderServiceId,omitempty"`
	SenderAmount    Range[int64]     `url:"senderAmount,omitempty"` // minor units
	SenderCcy       Range[int32]     `url:"senderCcy,omitempty"`    // numeric ISO 4217 code
	SenderTrID      Text             `url:"senderTrId,omitempty"`
	SenderSuccess   Exact[bool]      `url:"senderSuccess,omitempty"`
	SenderDate      Range[time.Time] `url:"senderDate,omitempty"`
	SenderGateway   Text             `url:"senderGateway,omitempty"`

	// GatewayAmount is in the unit of Transaction.GatewayAmount. The service keeps
	// a binary number, so Equals with more than 15 digits may miss equal amounts.
	GatewayAmount Range[decimal.Decimal] `url:"gatewayAmount,omitempty"`

	RecipientAccount   Text             `url:"recipientAccount,omitempty"`
	RecipientServiceID Range[int64]     `url:"recipientServiceId,omitempty"`
	RecipientAmount    Range[int64]     `url:"recipientAmount,omitempty"` // minor units
	RecipientCcy       Range[int32]     `url:"recipientCcy,omitempty"`    // numeric ISO 4217 code
	RecipientTrID      Text             `url:"recipientTrId,omitempty"`
	RecipientSuccess   Exact[bool]      `url:"recipientSuccess,omitempty"`
	RecipientDate      Range[time.Time] `url:"recipientDate,omitempty"`
	RecipientGateway   Text             `url:"recipientGateway,omitempty"`

	SystemCommissionUpAmount   Range[int64] `url:"systemCommissionUpAmount,omitempty"`   // minor units
	SystemCommissionDownAmount Range[int64] `url:"systemCommissionDownAmount,omitempty"` // minor units

	EposMerchant Text `url:"eposMerchant,omitempty"` // "-" means none
	EposTerminal Text `url:"eposTerminal,omitempty"` // "-" means none

	// In the documented list of all fields, but not in the list of fields that take
	// the operations of a text.
	SenderStatus    Text `url:"senderStatus,omitempty"`
	RecipientStatus Text `url:"recipientStatus,omitempty"` // a string, also where it is "true"
	CreatedBy       Text `url:"createdBy,omitempty"`
	LastModifiedBy  Text `url:"lastModifiedBy,omitempty"`
	// Documented with the words "if part of the criteria".
	CreatedDate      Range[time.Time] `url:"createdDate,omitempty"`
	LastModifiedDate Range[time.Time] `url:"lastModifiedDate,omitempty"`
	// SenderBillID is in the documented list of fields that take ranges, but not in
	// the list of all fields. RecipientBillID is in the list of all fields, but not
	// in the list of fields that take ranges.
	SenderBillID    Range[int64] `url:"senderBillId,omitempty"`
	RecipientBillID Range[int64] `url:"recipientBillId,omitempty"`
	// Not in the documented list of all fields, but in the documentation's own
	// examples.
	RecipientName Text `url:"recipientName,omitempty"`
	Category      Text `url:"category,omitempty"`
	Comment       Text `url:"comment,omitempty"`

	// Distinct removes equal rows, which only a service that joins tables has. That
	// the service knows it is Unverified.
	Distinct bool `url:"distinct,omitempty"`

	// Unchecked adds parameters, sent as they are, for names that the documentation
	// lacks ("promo.equals") and for patterns ("recipientAccount.contains" with %
	// and _). The client does not check the parameters before it sends them, and
	// does not check the answer against unknown names: a service that does not know
	// such a name returns the whole table.
	//
	// A parameter that [ParseFilter] would accept is compared with every
	// transaction of the answer, as a field above is. A contains in Unchecked
	// selects by the pattern, and the client drops no row because of it. Unchecked
	// does not change how the fields above are checked. Refused are distinct, page,
	// size and sort, a field that has a condition above, names that are empty or
	// have control characters, names without values, and text that is not valid
	// UTF-8.
	//
	// query.Values of go-querystring leaves Unchecked out; [Filter.Values] does
	// not.
	Unchecked url.Values `url:"-"`
}

// Values returns the query parameters of the filter, Unchecked included, as a call
// sends them. For the zero Filter it returns an empty map. If the filter is invalid,
// Values returns nil and ErrInvalidRequest, its only error.
func (f Filter) Values() (url.Values, error) {
	values, problems := f.encode()
	if len(problems) > 0 {
		return nil, invalid(problems...)
	}
	return values, nil
}

// EncodeValues adds the parameters that [Filter.Values] returns to v, for your own
// structs that hold a Filter and are encoded by go-querystring. The name of the
// field in the struct does not matter. Other parameters in v stay. The zero Filter
// adds nothing; for any other filter, *v must not be a nil map. If the filter breaks
// a rule of [Filter], EncodeValues adds nothing and returns ErrInvalidRequest, its
// only error.
func (f Filter) EncodeValues(_ string, v *url.Values) error {
	values, err := f.Values()
	if err != nil {
		return err
	}
	for name, given := range values {
		(*v)[name] = append((*v)[name], given...)
	}
	return nil
}

// IsZero reports whether f selects everything: no field has a condition, Distinct is
// false, and Unchecked is nil or empty. A list that is empty and not nil is a
// condition, which a call refuses with ErrInvalidRequest.
func (f Filter) IsZero() bool {
	for _, field := range filterFields {
		if !field.of(&f).IsZero() {
			return false
		}
	}
	return !f.Distinct && len(f.Unchecked) == 0
}

// distinct is the name of the parameter of Distinct.
const distinct = "distinct"

// filterField is one documented name: where its condition is in a filter, and
// whether a transaction meets the condition.
type filterField struct {
	name string
	of   func(f *Filter) condition
	fit  func(f *Filter, t *Transaction) fit
}

// condition is *Range, *Exact or *Text.
type condition interface {
	IsZero() bool
	EncodeValues(name string, v *url.Values) error
	operations() []operation
	// problems returns which of the operations do not go together.
	problems(name string, operations []operation) []string
	// set takes an operation from a query, or returns what is wrong.
	set(operation string, given []string) (problem string)
}

// rangeField returns the filterField of a Range.
func rangeField[T int32 | int64 | decimal.Decimal | time.Time](
	name Field, of func(*Filter) *Range[T], value func(*Transaction) *T,
) filterField {
	return filterField{
		name: string(name),
		of:   func(f *Filter) condition { return of(f) },
		fit: func(f *Filter, t *Transaction) fit {
			r := of(f)
			return insideIf(r.IsZero() || met(r, value(t), t, string(name)))
		},
	}
}

// exactField returns the filterField of an Exact.
func exactField[T Status | PayType | bool](
	name Field, of func(*Filter) *Exact[T], value func(*Transaction) *T,
) filterField {
	return filterField{
		name: string(name),
		of:   func(f *Filter) condition { return of(f) },
		fit: func(f *Filter, t *Transaction) fit {
			e := of(f)
			return insideIf(e.IsZero() || met(e, value(t), t, string(name)))
		},
	}
}

// textField returns the filterField of a Text.
func textField(name Field, of func(*Filter) *Text, value func(*Transaction) string) filterField {
	return filterField{
		name: string(name),
		of:   func(f *Filter) condition { return of(f) },
		fit: func(f *Filter, t *Transaction) fit {
			c := of(f)
			if c.IsZero() {
				return inside
			}
			return c.fit(value(t), t, string(name))
		},
	}
}

// named returns nil for the empty name, which means NULL.
func named[T Status | PayType](name *T) *T {
	if *name == "" {
		return nil
	}
	return name
}

// known returns nil for the zero time, which means NULL or an unknown layout.
func known(t *time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return t
}

// uncheckedProblems returns what is wrong with Unchecked, by parameter.
func (f *Filter) uncheckedProblems() []string {
	var problems []string
	problem := func(name, rule string) { problems = append(problems, "Unchecked: "+quote(name)+" "+rule) }
	for name, given := range f.Unchecked {
		field, _, _ := strings.Cut(name, ".")
		switch {
		case name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
			problem(name, "is not a name")
			continue
		case name == "page" || name == "size" || name == "sort":
			problem(name, "is not a condition")
		case name == distinct:
			problem(name, "is the field Distinct")
		case slices.ContainsFunc(filterFields, func(x filterField) bool { return x.name == field && !x.of(f).IsZero() }):
			problem(name, "is of a field that has a condition already")
		}
		if len(given) == 0 {
			problem(name, "has no value")
		}
		if slices.ContainsFunc(given, func(v string) bool { return !utf8.ValidString(v) }) {
			problem(name, "must be valid UTF-8")
		}
	}
	slices.Sort(problems)
	return problems
}

// uncheckedFields returns the documented fields of Unchecked as a filter, for the
// check of rows, or nil if there are none. A field is left out if any of its
// parameters is not one that ParseFilter accepts: nobody knows what the service
// makes of it.
func (f *Filter) uncheckedFields() *Filter {
	byField := map[string]url.Values{}
	for name, given := range f.Unchecked {
		field, _, _ := strings.Cut(name, ".")
		if byField[field] == nil {
			byField[field] = url.Values{}
		}
		byField[field][name] = given
	}
	parsable := url.Values{}
	for _, values := range byField {
		if _, err := ParseFilter(values); err == nil {
			for name, given := range values {
				parsable[name] = given
			}
		}
	}
	if len(parsable) == 0 {
		return nil
	}
	fields, err := ParseFilter(parsable)
	if err != nil {
		return nil
	}
	return &fields
}
