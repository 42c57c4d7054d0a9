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

// Filter selects transactions: all of its conditions have to hold. The zero value
// selects everything. A service ignores what it does not know without a word, so
// that a misspelt condition would give the whole table; this is why there is one
// typed field for each documented name.
//
//	transactions.Filter{
//		Status:        transactions.Exact[transactions.Status]{Equals: new(transactions.StatusSuccess)},
//		Date:          transactions.Day(time.Date(2026, 1, 15, 0, 0, 0, 0, tashkent)),
//		RequestAmount: transactions.Range[int64]{GreaterThan: new(int64(100_000))},
//	}
//
// # What is refused
//
// Before anything is sent, with one error that names every parameter and rule:
// conditions on one field of which the service would evaluate only some (see
// [Range], [Exact] and [Text]), empty lists, texts that the service would take
// apart, trim or read as a pattern, ranges that hold nothing, and conditions
// that come to more than 6144 bytes: servers refuse a request line and header of
// more than 8 KiB, and the token has to fit too. A long list is split into
// several filters.
//
// # What is checked
//
// The client looks at every transaction that it gets, and ends with
// [ErrFilterIgnored] where one is outside of its filter. It looks at all
// conditions but these, which a service may answer rightly in a way that looks
// wrong: notEquals and notIn of times and decimals, doesNotContain, whether NULL
// meets one of the three, anything of a field that the answer leaves out, and
// the names in Unchecked that no field here has. Texts are compared without
// regard to case and blanks at their ends, and only if they are printable ASCII
// without an asterisk, since how others compare is up to the database and to
// masking. Times may be outside by less than a second and decimals behind their
// 15th digit, since a database may keep less than was sent.
//
// # What is dropped
//
// The service reads % and _ in Contains as a pattern, and so sends more rows than
// those that hold the text. The client drops a row that fits the pattern and does
// not hold the text, and keeps a row whose text it cannot judge. So a page may
// have fewer rows than the service sent, or none, before the end of the list;
// pagination goes on, without pages that are left empty. TransactionPage.Total
// counts before the client drops rows.
//
// # Which service has which field
//
// All names are documented, those of the last group each with a doubt of its own;
// that a service has them is Unverified.
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
	// a binary number: equality beyond 15 digits is chance.
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

	EposMerchant Text `url:"eposMerchant,omitempty"` // "-" stands for none
	EposTerminal Text `url:"eposTerminal,omitempty"` // "-" stands for none

	// Documented as fields, but not among those that take a text's operations.
	SenderStatus    Text `url:"senderStatus,omitempty"`
	RecipientStatus Text `url:"recipientStatus,omitempty"` // a text, also where it is "true"
	CreatedBy       Text `url:"createdBy,omitempty"`
	LastModifiedBy  Text `url:"lastModifiedBy,omitempty"`
	// Documented with the words "if part of the criteria".
	CreatedDate      Range[time.Time] `url:"createdDate,omitempty"`
	LastModifiedDate Range[time.Time] `url:"lastModifiedDate,omitempty"`
	// SenderBillID is not among the documented fields, but among those that take
	// ranges; RecipientBillID the other way round.
	SenderBillID    Range[int64] `url:"senderBillId,omitempty"`
	RecipientBillID Range[int64] `url:"recipientBillId,omitempty"`
	// Not among the documented fields, but in the documentation's own examples.
	RecipientName Text `url:"recipientName,omitempty"`
	Category      Text `url:"category,omitempty"`
	Comment       Text `url:"comment,omitempty"`

	// Distinct removes equal rows, which only a service that joins tables has.
	// That a service knows it is Unverified.
	Distinct bool `url:"distinct,omitempty"`

	// Unchecked are further parameters, sent as they are: the door to names that
	// the documentation does not have ("promo.equals"), and to patterns
	// ("recipientAccount.contains" with % and _). The client does not check them
	// before it sends them, and not at all where the name is unknown: a service
	// that does not know the name either returns the whole table. A parameter
	// that [ParseFilter] would accept is still held against every transaction of
	// the answer, as a field above is; one of contains selects by the pattern,
	// and no row is dropped. Unchecked changes nothing about the check of the
	// fields above. Refused are distinct, page, size and sort, and a field that
	// has a condition of its own above.
	//
	// query.Values of go-querystring leaves them out; [Filter.Values] does not.
	Unchecked url.Values `url:"-"`
}

// Values are the parameters that are sent. It is ErrInvalidRequest if the filter
// has faults.
func (f Filter) Values() (url.Values, error) {
	values, faults := f.encode()
	if len(faults) > 0 {
		return nil, invalid(faults...)
	}
	return values, nil
}

// EncodeValues adds [Filter.Values] to v, for structs of one's own that hold a
// Filter and are encoded by go-querystring. The name of their field is not used.
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

// IsZero reports whether there is no condition at all.
func (f Filter) IsZero() bool {
	for _, field := range filterFields {
		if !field.of(&f).IsZero() {
			return false
		}
	}
	return !f.Distinct && len(f.Unchecked) == 0
}

const distinct = "distinct"

// filterField is one documented name: where its condition is in a filter, and
// whether a transaction fits it.
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
	// faults says which of the operations do not go together.
	faults(name string, operations []operation) []string
	// set takes the operation from a query, or says what is wrong.
	set(operation string, given []string) (fault string)
}

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

// named is nil for the empty name, which stands for NULL.
func named[T Status | PayType](name *T) *T {
	if *name == "" {
		return nil
	}
	return name
}

// known is nil for the zero time, which stands for NULL or an unknown layout.
func known(t *time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return t
}

func (f *Filter) uncheckedFaults() []string {
	var faults []string
	problem := func(name, rule string) { faults = append(faults, "Unchecked: "+quote(name)+" "+rule) }
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
	slices.Sort(faults)
	return faults
}

// uncheckedFields returns what Unchecked says of the documented fields, for the
// check of rows, or nil for nothing. A field is left out where anything of it is
// not what a filter may say: nobody knows what the service makes of that.
func (f *Filter) uncheckedFields() *Filter {
	byField := map[string]url.Values{}
	for name, given := range f.Unchecked {
		field, _, _ := strings.Cut(name, ".")
		if byField[field] == nil {
			byField[field] = url.Values{}
		}
		byField[field][name] = given
	}
	said := url.Values{}
	for _, values := range byField {
		if _, err := ParseFilter(values); err == nil {
			for name, given := range values {
				said[name] = given
			}
		}
	}
	if len(said) == 0 {
		return nil
	}
	fields, err := ParseFilter(said)
	if err != nil {
		return nil
	}
	return &fields
}
